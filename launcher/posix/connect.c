#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "launcher.h"

static int open_socket(void)
{
#ifdef SOCK_CLOEXEC
    return above_stdio(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
#else
    int fd = above_stdio(socket(AF_UNIX, SOCK_STREAM, 0));
    if (fd < 0) return fd;
    int on = 1;
    set_close_on_exec(fd);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
    return fd;
#endif
}

static int connect_name(int fd, const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, name, strlen(name) + 1);
    int result;
    do result = connect(fd, (struct sockaddr *)&address, sizeof address);
    while (result != 0 && errno == EINTR);
    return result;
}

/* A path that an address has no room for: the folder is opened, and the socket named relative to it. */
static int connect_long(int fd, const char *path)
{
    char folder[PATH_BYTES], name[sizeof(((struct sockaddr_un *)0)->sun_path)];
    const char *base = base_name(path);
    struct text text = text_in(folder, sizeof folder);
    text_add_bytes(&text, path, (size_t)(base - path));
    int result = -1, error = ENAMETOOLONG;
#ifdef __linux__
    int at = above_stdio(open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (at < 0) return -1;
    text = text_in(name, sizeof name);
    text_add(&text, "/proc/self/fd/");
    text_add_number(&text, (uint64_t)at, 1);
    text_add(&text, "/");
    text_add(&text, base);
    if (!text.full) {
        result = connect_name(fd, name);
        error = errno;
    }
#else
    int at = above_stdio(open(".", O_RDONLY | O_CLOEXEC));
    if (at < 0) return -1;
    if (JOIN(name, base) && chdir(folder) == 0) {
        result = connect_name(fd, name);
        error = errno;
        if (fchdir(at) != 0) _exit(126); /* the tool must not run in another folder */
    }
#endif
    close(at);
    errno = error;
    return result;
}

/* A full queue (EAGAIN) is waited for: the daemon is busy, or stopped. */
static int connect_patiently(const struct call *call, int fd)
{
    bool is_long = strlen(call->endpoint) >= sizeof(((struct sockaddr_un *)0)->sun_path);
    int64_t started = 0;
    for (;;) {
        int result = is_long ? connect_long(fd, call->endpoint) : connect_name(fd, call->endpoint);
        if (result == 0 || errno != EAGAIN) return result;
        int64_t now = now_ns();
        if (started == 0) started = now;
        int64_t waited = (now - started) / 1000000;
        if (waited >= QUICK_MS && waited >= patience_with(call, fd, CONNECT_MS)) {
            errno = ETIMEDOUT;
            return -1;
        }
        nanosleep(&(struct timespec){.tv_nsec = 3000000}, NULL);
    }
}

enum reach try_connect(const struct call *call, int *fd, const char **why)
{
    *fd = open_socket();
    if (*fd < 0) {
        *why = "no socket could be made";
        return REACH_FAILED;
    }
    if (connect_patiently(call, *fd) == 0) {
        if (is_peer_ours(*fd)) return REACHED;
        *why = "the socket belongs to another user";
        errno = 0;
    } else if (errno == ETIMEDOUT) {
        note_stuck_daemon(call);
        *why = "the daemon did not accept in time";
        errno = 0;
    } else {
        *why = "the daemon cannot be reached";
    }
    bool absent = errno == ENOENT || errno == ECONNREFUSED;
    close(*fd);
    *fd = -1;
    return absent ? REACH_ABSENT : REACH_FAILED;
}

int reach_daemon(const struct call *call, bool may_start, const char **why)
{
    int fd;
    switch (try_connect(call, &fd, why)) {
    case REACHED: return fd;
    case REACH_FAILED: return -1;
    case REACH_ABSENT: break;
    }
    *why = "no daemon, and none may be started";
    if (!may_start || is_on(env_value(call->env, "ZCCACHE_NO_SPAWN"))) return -1;
    return start_daemon(call, &fd, why) ? fd : -1;
}
