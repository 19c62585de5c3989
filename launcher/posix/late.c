#ifdef __linux__
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "late.h"
#include "launcher.h"

/*
 * Whether nobody has the file open for writing, or mapped: then the system gives us a lease, which we let go at once, as others
 * would wait for that. Not every file system has leases.
 */
static bool nobody_writes(int file)
{
    signal(SIGIO, SIG_IGN); /* that somebody waits */
    return fcntl(file, F_SETLEASE, F_RDLCK) == 0 && fcntl(file, F_SETLEASE, F_UNLCK) == 0;
}

bool watch_content(int *watch, int file)
{
    char path[64];
    struct text text = text_in(path, sizeof path);
    text_add(&text, "/proc/self/fd/");
    text_add_number(&text, (uint64_t)file, 1);
    if (*watch < 0) *watch = above_stdio(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (*watch < 0 || inotify_add_watch(*watch, path, IN_OPEN | IN_MODIFY | IN_CLOSE_WRITE) < 0) return false;
    return nobody_writes(file);
}

enum seen { NOTHING_SEEN, OPENED, TOUCHED };

/* What the watch tells that it has not told before. */
static enum seen look(int watch)
{
    static union {
        struct inotify_event first;
        char space[16 * 1024];
    } events;
    enum seen seen = NOTHING_SEEN;
    ssize_t size;
    while ((size = read(watch, &events, sizeof events)) > 0) {
        const struct inotify_event *event = &events.first;
        const char *end = events.space + size;
        for (; (const char *)event < end; event = (const void *)((const char *)(event + 1) + event->len)) {
            if (event->mask != IN_OPEN) return TOUCHED;
            seen = OPENED;
        }
    }
    return size < 0 && (errno == EAGAIN || errno == EINTR) ? seen : TOUCHED;
}

bool is_untouched(const struct late_job *job, const struct late_descriptors *descriptors)
{
    enum seen seen = look(descriptors->watch);
    if (seen != OPENED) return seen == NOTHING_SEEN;
    /* To read, if nobody writes now and nobody had it open for that; what is written through a mapping is told at its end. */
    for (size_t i = 0; i < job->count; i++) {
        if (!nobody_writes(descriptors->files[i][LATE_FROM])) return false;
    }
    return look(descriptors->watch) != TOUCHED;
}

/* The address of the socket beside a folder; false if the path is too long for one. */
static bool copier_address(const char *place, struct sockaddr_un *address)
{
    const char *name = strrchr(place, '/');
    struct text path = text_in(address->sun_path, sizeof address->sun_path);
    if (name == NULL) return false;
    address->sun_family = AF_UNIX;
    text_add_bytes(&path, place, (size_t)(name + 1 - place));
    text_add(&path, LATE_SOCKET);
    return !path.full;
}

bool hand_over(const char *place, const struct late_job *job, const struct late_descriptors *descriptors)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(LATE_DESCRIPTORS * sizeof(int))];
    } control = {0};
    size_t size = (1 + LATE_ENDS * job->count) * sizeof(int);
    struct sockaddr_un address = {0};
    struct iovec content = {(void *)job, sizeof *job};
    struct msghdr message = {
        .msg_name = &address,
        .msg_namelen = sizeof address,
        .msg_iov = &content,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = CMSG_SPACE(size),
    };
    if (!copier_address(place, &address)) return false;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(&control.header), descriptors, size);
    ssize_t sent;
    do sent = sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    close(fd);
    return sent == (ssize_t)sizeof *job;
}
#endif
