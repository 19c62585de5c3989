/* Runs the tool under the listener until it has ended, and ends as it ended; or is the copier. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "observe.h"

extern char **environ;

static const int passed_on[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
static volatile pid_t tool;
static const int for_end[] = {SIGALRM, SIGCHLD};
enum { FOR_END = sizeof for_end / sizeof *for_end };
static volatile sig_atomic_t tool_ended;
static struct sigaction callers_actions[FOR_END];
static sigset_t callers_mask;

/* A signal of the terminal reaches the tool by itself; any other was meant for it. */
static void pass_on(int number, siginfo_t *info, void *context)
{
    (void)context;
    if (info->si_code != SI_KERNEL && tool > 0) kill(tool, number);
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO | SA_RESTART}, before;
    for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++) {
        sigaction(passed_on[i], NULL, &before);
        if (before.sa_handler != SIG_IGN) sigaction(passed_on[i], &action, NULL);
    }
}

/* Interrupts again and again, as a signal that comes just before a call that waits does not interrupt it. */
static void interrupt_every(suseconds_t us)
{
    struct itimerval timer = {{0, us}, {0, us}};
    setitimer(ITIMER_REAL, &timer, NULL);
}

static void wake_up(int number)
{
    enum { AGAIN_US = 1000 };
    if (number != SIGCHLD) return;
    tool_ended = true;
    interrupt_every(AGAIN_US);
}

/* Before the fork, as the tool may end at once; whatever the caller does with these signals, which is left to the tool. */
static void await_end(void)
{
    struct sigaction action = {.sa_handler = wake_up, .sa_flags = SA_NOCLDSTOP};
    sigset_t awaited;
    sigemptyset(&awaited);
    for (int i = 0; i < FOR_END; i++) {
        sigaddset(&awaited, for_end[i]);
        sigaction(for_end[i], &action, &callers_actions[i]);
    }
    sigprocmask(SIG_UNBLOCK, &awaited, &callers_mask);
}

static void restore_signals(void)
{
    for (int i = 0; i < FOR_END; i++) sigaction(for_end[i], &callers_actions[i], NULL);
    sigprocmask(SIG_SETMASK, &callers_mask, NULL);
}

union control {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
};

/* One byte, and with it a descriptor unless that is −1. */
static void send_descriptor(int socket, int descriptor)
{
    union control control = {0};
    struct iovec byte = {"", 1};
    struct msghdr message = {.msg_iov = &byte, .msg_iovlen = 1};
    if (descriptor >= 0) {
        message.msg_control = &control;
        message.msg_controllen = sizeof control;
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(sizeof descriptor);
        memcpy(CMSG_DATA(&control.header), &descriptor, sizeof descriptor);
    }
    while (sendmsg(socket, &message, 0) < 0 && errno == EINTR) {}
}

static int receive_descriptor(int socket)
{
    union control control = {0};
    char byte;
    int descriptor = -1;
    struct iovec into = {&byte, 1};
    struct msghdr message = {
        .msg_iov = &into, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t n;
    do n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    if (n == 1 && message.msg_controllen >= sizeof(struct cmsghdr) && control.header.cmsg_type == SCM_RIGHTS) {
        memcpy(&descriptor, CMSG_DATA(&control.header), sizeof descriptor);
    }
    return descriptor;
}

_Noreturn static void become_tool(int socket, char **argv)
{
    restore_signals();
    int listener = install_filter();
    send_descriptor(socket, listener);
    if (listener >= 0) close(listener);
    close(socket);
    execve(argv[0], argv + 1, environ);
    if (errno == ENOEXEC) exec_file(argv[0], argv + 1, environ);
    cannot_run(argv[1], errno);
}

/* Waits for a report and takes it; false if there was none: a signal ends the wait, and so does a caller who is gone. */
static bool serve(int listener)
{
    struct request request;
    if (!receive_request(listener, &request)) return false;
    take_note(&request);
    let_go_on(listener, &request);
    return true;
}

/* Whether nobody is under the filter any more: then newer kernels don't wait for reports, and the tool is about to end. */
static bool is_deserted(int listener)
{
    struct pollfd waiting = {listener, POLLIN, 0};
    return poll(&waiting, 1, 0) > 0 && (waiting.revents & (POLLIN | POLLHUP)) == POLLHUP;
}

/* The same, `any` if there is one in time; false once nobody is under the filter any more. */
static bool serve_within(int listener, int timeout_ms, bool *any)
{
    struct pollfd waiting = {listener, POLLIN, 0};
    int ready = poll(&waiting, 1, timeout_ms);
    if (ready > 0 && (waiting.revents & POLLIN) == 0) return false;
    *any = ready != 0;
    if (ready > 0) serve(listener);
    return true;
}

/* Without somebody who answers, the calls of a process that stayed behind would fail. */
static void serve_in_background(int listener)
{
    bool any;
    note_doubt(DOUBT_LEFT);
    if (fork() != 0) return;
    for (int i = 0; i < 3; i++) close(i);
    setsid();
    while (serve_within(listener, -1, &any)) {}
    _exit(0);
}

/*
 * Answers until the tool has ended and, normally, all its children. To wait in the call that takes a report is a tenth quicker
 * than to poll before it, but only a signal ends that when nobody is left to report.
 */
static void watch(int listener)
{
    enum { LINGER_MS = 20 };
    bool any = true;
    while (!tool_ended && (serve(listener) || !is_deserted(listener))) {}
    interrupt_every(0);
    while (serve_within(listener, LINGER_MS, &any)) {
        if (any) continue;
        serve_in_background(listener);
        return;
    }
}

static struct ending wait_for_tool(void)
{
    struct ending ending = {.exit = -1};
    int status = 0;
    while (waitpid(tool, &status, 0) < 0 && errno == EINTR) {}
    if (WIFEXITED(status)) ending.exit = WEXITSTATUS(status);
    else ending.signal = WTERMSIG(status);
    return ending;
}

int main(int argc, char **argv)
{
    int ends[2];
    if (argc == 3 && strcmp(argv[1], "copies") == 0) return copy_late(argv[2]);
    if (argc < 5) {
        print_error((const char *const[]){"usage: zccache-observe FOLDER always|success TOOL ARGV0 [ARGS]\n",
                                          "       zccache-observe copies SOCKET\n", NULL});
        return 2;
    }
    note_inherited();
    const char *private_folder = getenv("ZCCACHE_OBSERVE_PRIVATE");
    if (private_folder != NULL) {
        keep_private(strdup(private_folder));
        unsetenv("ZCCACHE_OBSERVE_PRIVATE");
    }
    await_end();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) become_tool(-1, argv + 3);
    tool = fork();
    if (tool < 0) become_tool(-1, argv + 3);
    if (tool == 0) become_tool(ends[1], argv + 3);
    catch_signals();
    close(ends[1]);
    int listener = receive_descriptor(ends[0]);
    if (listener < 0 || access("/proc/self/cwd", F_OK) != 0) note_doubt(DOUBT_UNOBSERVED);
    if (listener >= 0) {
        prefer_quick_wake_ups(listener);
        watch(listener);
    }
    struct ending ending = wait_for_tool();
    bool keep = ending.exit == 0 || (ending.exit > 0 && strcmp(argv[2], "always") == 0);
    write_log(argv[1], keep); /* without a log nothing is kept; the run is as good */
    end_like(&ending);
}
