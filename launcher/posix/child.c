/* The tool as our child: its start, the signals meant for it, its end. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "launcher.h"

static const int passed_on[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
enum { PASSED_ON = sizeof passed_on / sizeof *passed_on };

/* Written before any handler is in place, and only read by it. */
static volatile pid_t running;
static sigset_t callers_mask;
static struct sigaction callers_actions[PASSED_ON], callers_child_action;

/* A signal of the terminal reaches the whole group anyway; any other was meant for the tool. */
static void pass_on(int number, siginfo_t *info, void *context)
{
    (void)context;
#ifdef SI_KERNEL
    if (info->si_code == SI_KERNEL) return;
#else
    if (info->si_pid == 0) return;
#endif
    if (running > 0) kill(running, number);
}

static void wake_up(int number)
{
    (void)number; /* interrupts the wait; that is all */
}

void begin_child_signals(void)
{
    sigset_t blocked;
    struct sigaction action = {.sa_handler = wake_up};
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGCHLD);
    for (int i = 0; i < PASSED_ON; i++) {
        sigaddset(&blocked, passed_on[i]);
        sigaction(passed_on[i], NULL, &callers_actions[i]);
    }
    sigprocmask(SIG_BLOCK, &blocked, &callers_mask);
    sigaction(SIGCHLD, &action, &callers_child_action);
}

/* Handlers come after the fork, so the child has the caller's; what the caller ignores stays ignored. */
static void catch_signals(pid_t pid)
{
    struct sigaction action = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO};
    running = pid;
    for (int i = 0; i < PASSED_ON; i++) {
        if (callers_actions[i].sa_handler != SIG_IGN) sigaction(passed_on[i], &action, NULL);
    }
}

/* What came just before the child's end goes to our handlers, not to the caller's: the child has answered it. */
void end_child_signals(void)
{
    running = 0;
    sigprocmask(SIG_SETMASK, &callers_mask, NULL);
    for (int i = 0; i < PASSED_ON; i++) sigaction(passed_on[i], &callers_actions[i], NULL);
    sigaction(SIGCHLD, &callers_child_action, NULL);
}

_Noreturn static void become_child(const struct child *child, int failure)
{
    sigaction(SIGCHLD, &callers_child_action, NULL);
    sigprocmask(SIG_SETMASK, &callers_mask, NULL);
    if (child->nice != 0) {
        int niceness = nice(child->nice);
        (void)niceness; /* who may not, runs as we do; the parent sees it */
    }
    if (child->in >= 0) dup2(child->in, STDIN_FILENO);
    if (child->out >= 0) dup2(child->out, STDOUT_FILENO);
    if (child->err >= 0) dup2(child->err, STDERR_FILENO);
    exec_file(child->path, child->argv, child->env);
    ssize_t n = write(failure, "", 1);
    (void)n; /* the parent sees either the byte or the exit code */
    _exit(127);
}

pid_t start_child(const struct child *child)
{
    int failure[2];
    char byte;
    if (pipe(failure) != 0) return 0;
    for (int i = 0; i < 2; i++) {
        failure[i] = above_stdio(failure[i]);
        set_close_on_exec(failure[i]);
    }
    pid_t pid = fork();
    if (pid == 0) become_child(child, failure[1]);
    close(failure[1]);
    ssize_t n = 1;
    if (pid > 0) {
        do n = read(failure[0], &byte, 1); /* ends at once: exec closes the child's end */
        while (n < 0 && errno == EINTR);
    }
    close(failure[0]);
    if (n == 0) {
        catch_signals(pid);
        return pid;
    }
    if (pid > 0) waitpid(pid, NULL, 0);
    for (int i = 0; i < PASSED_ON; i++) sigaction(passed_on[i], NULL, &callers_actions[i]);
    return 0;
}

sigset_t child_wait_mask(void)
{
    sigset_t waiting = callers_mask;
    sigdelset(&waiting, SIGCHLD);
    return waiting;
}

struct ending wait_for_child(pid_t pid, int64_t started_ns)
{
    struct ending ending = {.exit = -1};
    sigset_t waiting = child_wait_mask();
    int status = 0;
    for (;;) {
        pid_t ended = waitpid(pid, &status, WNOHANG);
        if (ended == pid) break;
        if (ended < 0 && errno != EINTR) {
            ending.exit = 255; /* can't happen: nobody else waits for our child */
            return ending;
        }
        sigsuspend(&waiting);
    }
    ending.wall_ns = (uint64_t)(now_ns() - started_ns);
    if (WIFEXITED(status)) ending.exit = WEXITSTATUS(status);
    else ending.signal = WTERMSIG(status);
    return ending;
}

_Noreturn void end_like(const struct ending *ending)
{
    if (ending->exit >= 0) _exit(ending->exit);
    struct rlimit no_core = {0, 0};
    sigset_t one;
    setrlimit(RLIMIT_CORE, &no_core);
#ifdef __linux__
    prctl(PR_SET_DUMPABLE, 0); /* the limit doesn't stop a core_pattern that is a pipe */
#endif
    signal(ending->signal, SIG_DFL);
    raise(ending->signal);
    sigemptyset(&one);
    sigaddset(&one, ending->signal);
    sigprocmask(SIG_UNBLOCK, &one, NULL);
    _exit(128 + ending->signal);
}
