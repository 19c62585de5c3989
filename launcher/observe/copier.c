/*
 * Copies large outputs after their launchers have gone, when nothing else wants the processor: nobody waits for these, while
 * each launcher's caller does. What somebody writes into meanwhile is given up.
 */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "../posix/late.h"
#include "hash.h"
#include "observe.h"

enum {
    LOWEST_PRIORITY = 19,
    KEPT_WATCHES = 16,
    QUIET_MS = 100,
    LINE_BYTES = 4096, /* what a pipe takes as one; a file has less than 250 */
};

/*
 * Watches of jobs that are done. Who closes a watch last waits until every processor has let go of it, some 15 ms: that must
 * not be the launcher, which may still have it, so they are kept until it has gone for sure.
 */
static int kept[KEPT_WATCHES];
static size_t keeping;

static void keep(int watch)
{
    if (keeping == KEPT_WATCHES) {
        close(kept[0]);
        memmove(kept, kept + 1, --keeping * sizeof *kept);
    }
    kept[keeping++] = watch;
}

static void close_kept(void)
{
    while (keeping > 0) close(kept[--keeping]);
}

/* One number of a file's word. */
static void add_part(struct text *line, uint64_t number)
{
    text_add(line, ":");
    text_add_number(line, number, 1);
}

/* A copy as the daemon is told of it: the output's index, the content's hash, and the output as it is now. */
static void add_copy(struct text *line, size_t index, const uint8_t hash[HASH_BYTES], const struct stat *output)
{
    static const char digits[] = "0123456789abcdef";
    struct timespec now;
    text_add(line, " ");
    text_add_number(line, index, 1);
    text_add(line, ":");
    for (size_t i = 0; i < HASH_BYTES; i++) {
        text_add_bytes(line, digits + (hash[i] >> 4), 1);
        text_add_bytes(line, digits + (hash[i] & 15), 1);
    }
    add_part(line, (uint64_t)output->st_size);
    add_part(line, (uint64_t)output->st_mtim.tv_sec);
    add_part(line, (uint64_t)output->st_mtim.tv_nsec);
    add_part(line, (uint64_t)output->st_ctim.tv_sec);
    add_part(line, (uint64_t)output->st_ctim.tv_nsec);
    add_part(line, output->st_ino);
    add_part(line, major(output->st_dev));
    add_part(line, minor(output->st_dev));
    clock_gettime(CLOCK_REALTIME, &now);
    add_part(line, (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000);
}

/* TICKET 1 and a word for each file if the copies are made, else TICKET 0; false if nobody listens any more. */
static bool tell(const struct late_job *job, const char *copies)
{
    char line[LINE_BYTES];
    struct text text = text_in(line, sizeof line);
    text_add_number(&text, job->ticket, 1);
    text_add(&text, copies == NULL ? " 0" : " 1");
    text_add(&text, copies == NULL ? "" : copies);
    text_add(&text, "\n");
    return !text.full && write(STDOUT_FILENO, line, strlen(line)) > 0;
}

/* The descriptors that came with a message; gives how many. */
static size_t received(struct msghdr *message, struct late_descriptors *into)
{
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    if (header == NULL || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) return 0;
    size_t size = header->cmsg_len - CMSG_LEN(0);
    memcpy(into, CMSG_DATA(header), size);
    return size / sizeof(int);
}

/* Takes a launcher's message; gives the number of descriptors, all to be closed, and whether it is a job. */
static size_t take(int socket, struct late_job *job, struct late_descriptors *descriptors, bool *is_job)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(LATE_DESCRIPTORS * sizeof(int))];
    } control;
    struct iovec content = {job, sizeof *job};
    struct msghdr message = {
        .msg_iov = &content, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t size = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    size_t count = size < 0 ? 0 : received(&message, descriptors);
    bool whole = (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0 && size == (ssize_t)sizeof *job;
    *is_job = whole && job->count <= LATE_FILES && count == 1 + LATE_ENDS * job->count;
    return count;
}

/* Copies a file and adds what there is to tell of it. */
static bool copy_one(int ends[LATE_ENDS], size_t index, struct text *line)
{
    uint8_t hash[HASH_BYTES];
    struct stat output, copy;
    bool copied = copy_whole(ends[LATE_FROM], ends[LATE_TO]) && fstat(ends[LATE_TO], &copy) == 0 &&
                  hash_file(ends[LATE_TO], (uint64_t)copy.st_size, hash) && fstat(ends[LATE_FROM], &output) == 0;
    copied = close(ends[LATE_TO]) == 0 && copied;
    ends[LATE_TO] = -1;
    if (copied) add_copy(line, index, hash, &output);
    return copied;
}

/* Copies a run's files; gives what there is to tell of them, or NULL. */
static const char *copy_all(const struct late_job *job, struct late_descriptors *descriptors)
{
    static char said[LINE_BYTES - 64];
    struct text line = text_in(said, sizeof said);
    for (size_t i = 0; i < job->count; i++) {
        if (!copy_one(descriptors->files[i], job->indices[i], &line)) return NULL;
    }
    return !line.full && is_untouched(job, descriptors) ? said : NULL;
}

/* Does what the next message asks for; false if nobody listens any more. */
static bool serve_one(int socket)
{
    struct late_job job;
    struct late_descriptors descriptors;
    bool is_job;
    size_t count = take(socket, &job, &descriptors, &is_job);
    bool heard = !is_job || tell(&job, copy_all(&job, &descriptors));
    if (count > 0) keep(descriptors.watch);
    const int *all = &descriptors.watch;
    for (size_t i = 1; i < count; i++) {
        if (all[i] >= 0) close(all[i]);
    }
    return heard;
}

static int listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct text text = text_in(address.sun_path, sizeof address.sun_path);
    text_add(&text, path);
    if (text.full) return -1;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    unlink(path);
    return fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 ? fd : -1;
}

/* Takes the socket's name away, unless it is another daemon's by now. */
static void leave(const char *path, const struct stat *own)
{
    struct stat file;
    if (lstat(path, &file) == 0 && file.st_dev == own->st_dev && file.st_ino == own->st_ino) unlink(path);
}

/* Others come first, and a launcher that wakes us runs on; musl's own function for that does nothing. */
static void give_way(void)
{
    struct sched_param none = {0};
    setpriority(PRIO_PROCESS, 0, LOWEST_PRIORITY);
    syscall(SYS_sched_setscheduler, 0, SCHED_BATCH, &none);
}

int copy_late(const char *socket_path)
{
    static const char ready[] = "ready\n";
    struct stat own;
    int socket = listen_at(socket_path);
    if (socket < 0 || lstat(socket_path, &own) != 0) return 1;
    give_way();
    bool heard = write(STDOUT_FILENO, ready, sizeof ready - 1) > 0;
    while (heard) {
        struct pollfd waiting[] = {{STDIN_FILENO, POLLIN, 0}, {socket, POLLIN, 0}};
        int n = poll(waiting, 2, keeping > 0 ? QUIET_MS : -1);
        if (n == 0) close_kept();
        if ((n < 0 && errno != EINTR) || (n > 0 && waiting[0].revents != 0)) break;
        if (n > 0 && waiting[1].revents != 0) heard = serve_one(socket);
    }
    leave(socket_path, &own);
    return 0;
}
