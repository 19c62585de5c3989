/* Starting the daemon: one launcher at a time, under a lock; the others wait for the socket, not for the lock. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/syscall.h>
#endif

#include "launcher.h"

enum { SPAWN_LOG_LIMIT = 1024 * 1024, POLL_NS = 2000000, FAILED_FOR_S = 60 };

static const char failed[] = "the daemon failed to start a moment ago";

/* mkdir -p with mode 0700; the folder must be ours. */
static bool make_root(const char *root)
{
    char path[PATH_BYTES];
    struct stat folder;
    if (!JOIN(path, root)) return false;
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(path, 0700);
        *slash = '/';
    }
    mkdir(path, 0700);
    return stat(path, &folder) == 0 && S_ISDIR(folder.st_mode) && folder.st_uid == geteuid();
}

static int open_in_root(const struct call *call, const char *name, int flags)
{
    char path[PATH_BYTES + 64];
    if (!JOIN(path, call->root, name)) return -1;
    return above_stdio(open(path, flags | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
}

/* A start that failed a moment ago is not tried again by each of a build's compiles. */
static bool failed_lately(const struct call *call)
{
    char path[PATH_BYTES + 64];
    struct stat file;
    if (!JOIN(path, call->root, "/.start-failed") || lstat(path, &file) != 0) return false;
    int64_t age = (int64_t)time(NULL) - (int64_t)file.st_mtime;
    return age >= 0 && age < FAILED_FOR_S;
}

static void note_outcome(const struct call *call, bool started)
{
    char path[PATH_BYTES + 64];
    if (!JOIN(path, call->root, "/.start-failed")) return;
    if (started) {
        unlink(path);
        return;
    }
    int fd = open_in_root(call, "/.start-failed", O_WRONLY);
    if (fd < 0) return;
    futimens(fd, NULL);
    close(fd);
}

static int open_spawn_log(const struct call *call)
{
    char path[PATH_BYTES + 64];
    struct stat file;
    if (JOIN(path, call->root, "/logs")) mkdir(path, 0700);
    int fd = open_in_root(call, "/logs/daemon-spawn.log", O_WRONLY | O_APPEND);
    if (fd >= 0 && fstat(fd, &file) == 0 && file.st_size > SPAWN_LOG_LIMIT && ftruncate(fd, 0) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static void close_inherited(void)
{
#ifdef SYS_close_range
    if (syscall(SYS_close_range, STDERR_FILENO + 1, ~0u, 0) == 0) return;
#endif
    long limit = sysconf(_SC_OPEN_MAX);
    if (limit < 0 || limit > 65536) limit = 65536;
    for (int fd = STDERR_FILENO + 1; fd < limit; fd++) close(fd);
}

static void reset_signals(void)
{
    sigset_t none;
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The daemon lives in the root, so settings that were relative to the caller's folder are handed on as absolute. */
static char **daemon_env(const struct call *call)
{
    static char root[PATH_BYTES + 32], endpoint[PATH_BYTES + 32];
    size_t count = 0, kept = 0;
    while (call->env[count] != NULL) count++;
    char **env = calloc(count + 3, sizeof *env);
    if (env == NULL) return NULL;
    for (size_t i = 0; i < count; i++) {
        if (strncmp(call->env[i], "ZCCACHE_CACHE_DIR=", 18) == 0) continue;
        if (strncmp(call->env[i], "ZCCACHE_ENDPOINT=", 17) == 0) continue;
        env[kept++] = call->env[i];
    }
    if (call->root_given && JOIN(root, "ZCCACHE_CACHE_DIR=", call->root)) env[kept++] = root;
    if (call->endpoint_given && JOIN(endpoint, "ZCCACHE_ENDPOINT=", call->endpoint)) env[kept++] = endpoint;
    return env;
}

_Noreturn static void become_daemon(const struct call *call)
{
    char *const args[] = {(char *)"--foreground", NULL};
    int in = open("/dev/null", O_RDWR), out = open_spawn_log(call);
    char **env = daemon_env(call);
    if (in < 0 || env == NULL || chdir(call->root) != 0) _exit(127);
    if (out < 0) out = in;
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    close_inherited();
    umask(022);
    reset_signals();
    become_full_program("zccache-daemon", args, env);
}

/* Forks twice: the daemon must be neither our child (the tool we become may wait for any) nor in our session. */
static pid_t spawn_daemon(const struct call *call)
{
    int pid_pipe[2];
    pid_t pid = 0;
    if (pipe(pid_pipe) != 0) return 0;
    pid_pipe[0] = above_stdio(pid_pipe[0]);
    pid_pipe[1] = above_stdio(pid_pipe[1]);
    set_close_on_exec(pid_pipe[0]);
    set_close_on_exec(pid_pipe[1]);
    pid_t first = fork();
    if (first == 0) {
        setsid();
        pid_t second = fork();
        if (second == 0) become_daemon(call);
        if (second < 0) second = 0;
        ssize_t n = write(pid_pipe[1], &second, sizeof second);
        _exit(n == sizeof second ? 0 : 1);
    }
    close(pid_pipe[1]);
    if (first > 0) {
        if (read(pid_pipe[0], &pid, sizeof pid) != sizeof pid) pid = 0;
        while (waitpid(first, NULL, 0) < 0 && errno == EINTR) continue;
    }
    close(pid_pipe[0]);
    return pid;
}

/* Waits for the socket until the deadline, or until the daemon is known to be gone. */
static bool wait_for_socket(const struct call *call, pid_t daemon, int64_t deadline_ns, int *fd)
{
    const char *ignored;
    bool gone = false;
    while (now_ns() < deadline_ns) {
        enum reach reach = try_connect(call, fd, &ignored);
        if (reach != REACH_ABSENT) return reach == REACHED;
        if (gone) return false; /* looked once more after its end: it may have left the place to another */
        gone = kill(daemon, 0) != 0 && errno == ESRCH;
        nanosleep(&(struct timespec){.tv_nsec = POLL_NS}, NULL);
    }
    return false;
}

/* With the lock held: somebody else may have started it meanwhile. */
static bool start_locked(const struct call *call, int64_t deadline_ns, int *fd, const char **why)
{
    enum reach reach = try_connect(call, fd, why);
    if (reach != REACH_ABSENT) return reach == REACHED;
    *why = failed;
    if (failed_lately(call)) return false; /* while we came to the lock */
    pid_t daemon = spawn_daemon(call);
    bool started = daemon > 0 && wait_for_socket(call, daemon, deadline_ns, fd);
    note_outcome(call, started);
    *why = "the daemon could not be started";
    return started;
}

bool start_daemon(const struct call *call, int *fd, const char **why)
{
    int64_t deadline = now_ns() + (int64_t)START_MS * 1000000;
    *why = "the cache root cannot be made, or is another user's";
    if (!make_root(call->root)) return false;
    *why = failed;
    if (failed_lately(call)) return false;
    *why = "the start lock cannot be opened";
    int lock = open_in_root(call, "/daemon.start.lock", O_RDWR);
    if (lock < 0) return false;
    bool started = false;
    for (;;) {
        if (flock(lock, LOCK_EX | LOCK_NB) == 0) {
            started = start_locked(call, deadline, fd, why);
            break;
        }
        enum reach reach = try_connect(call, fd, why);
        started = reach == REACHED;
        if (reach != REACH_ABSENT) break;
        *why = "the daemon was not ready in time";
        if (now_ns() >= deadline) break;
        nanosleep(&(struct timespec){.tv_nsec = POLL_NS}, NULL);
    }
    close(lock);
    return started;
}
