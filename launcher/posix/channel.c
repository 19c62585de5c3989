#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "launcher.h"

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* SO_NOSIGPIPE is set instead */
#endif

static bool stuck_mark(const struct call *call, char path[PATH_BYTES])
{
    return text_join(path, PATH_BYTES, (const char *const[]){call->root, "/tmp/.unresponsive", NULL});
}

/* The age of a mark that still counts, else −1. */
static int64_t mark_age_ms(const struct call *call)
{
    char path[PATH_BYTES];
    struct stat file;
    if (!stuck_mark(call, path) || lstat(path, &file) != 0) return -1;
    int64_t age = ((int64_t)time(NULL) - (int64_t)file.st_mtime) * 1000;
    return age >= 0 && age < STUCK_FOR_MS ? age : -1;
}

int patience_with(const struct call *call, int fd, int usual_ms)
{
    int64_t age = mark_age_ms(call);
    enum peer_state state = age < 0 ? PEER_ALIVE : peer_state(fd);
    if (state == PEER_STOPPED) return QUICK_MS;
    /* A busy daemon answers somebody before long, and the mark is gone. */
    return state == PEER_UNKNOWN || age >= SILENT_MS ? DOUBTED_MS : usual_ms;
}

static void forget_stuck_daemon(const struct call *call)
{
    char path[PATH_BYTES];
    if (mark_age_ms(call) >= 0 && stuck_mark(call, path)) unlink(path);
}

void note_stuck_daemon(const struct call *call)
{
    char path[PATH_BYTES];
    if (mark_age_ms(call) >= 0 || !stuck_mark(call, path)) return;
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (fd < 0) return;
    futimens(fd, NULL);
    close(fd);
}

/* Polls until the descriptor is ready or the deadline (on now_ns()) has passed. */
static bool wait_ready(int fd, short events, int64_t deadline_ns)
{
    struct pollfd ready = {.fd = fd, .events = events};
    for (;;) {
        int64_t left_ms = (deadline_ns - now_ns()) / 1000000;
        if (left_ms <= 0) return false;
        int n = poll(&ready, 1, (int)left_ms);
        if (n > 0) return true;
        if (n < 0 && errno != EINTR) return false;
    }
}

bool send_frame(const struct channel *channel, const uint8_t *frame, size_t size)
{
    int64_t deadline = 0;
    while (size > 0) {
        ssize_t n = send(channel->fd, frame, size, MSG_NOSIGNAL);
        if (n > 0) {
            frame += n;
            size -= (size_t)n;
            continue;
        }
        if (n < 0 && errno == EINTR) continue;
        if (n == 0 || errno != EAGAIN) return false;
        if (deadline == 0) deadline = now_ns() + (int64_t)CONNECT_MS * 1000000;
        if (!wait_ready(channel->fd, POLLOUT, deadline)) return false;
    }
    return true;
}

/* The wait for a reply's first byte: a short one first, which is all that a stopped daemon gets. */
static bool wait_for_reply(const struct channel *channel, int patience_ms)
{
    struct pollfd ready = {.fd = channel->fd, .events = POLLIN};
    if (poll(&ready, 1, QUICK_MS) > 0) return true;
    int left_ms = patience_with(channel->call, channel->fd, patience_ms) - QUICK_MS;
    if (wait_ready(channel->fd, POLLIN, now_ns() + (int64_t)left_ms * 1000000)) return true;
    if (patience_ms <= REPLY_MS) note_stuck_daemon(channel->call); /* a command may take long, that says nothing */
    return false;
}

static uint8_t usual[64 * 1024];

/* A frame being received. */
struct incoming {
    uint8_t *at;
    size_t have, want, room;
};

/* Once the length is known: checks it and finds room. */
static bool make_room(struct incoming *frame)
{
    uint32_t payload = wire_payload_size(frame->at);
    if (payload > WIRE_MAX_REPLY) return false;
    frame->want = WIRE_HEADER + (size_t)payload;
    if (frame->want <= frame->room) return true;
    uint8_t *bigger = malloc(frame->want);
    if (bigger == NULL) return false;
    memcpy(bigger, frame->at, frame->have);
    frame->at = bigger;
    frame->room = frame->want;
    return true;
}

static bool receive_frame(const struct channel *channel, struct incoming *frame, const char **why)
{
    int64_t deadline = 0;
    while (frame->have < frame->want || frame->have < WIRE_HEADER) {
        ssize_t n = recv(channel->fd, frame->at + frame->have, frame->room - frame->have, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) {
            int64_t patience_ms = patience_with(channel->call, channel->fd, REPLY_MS);
            if (deadline == 0) deadline = now_ns() + patience_ms * 1000000;
            if (wait_ready(channel->fd, POLLIN, deadline)) continue;
            note_stuck_daemon(channel->call);
            *why = "the daemon stopped in the middle of a reply";
            return false;
        }
        if (n <= 0) {
            *why = "the daemon closed the connection";
            return false;
        }
        frame->have += (size_t)n;
        if (frame->have >= WIRE_HEADER && !make_room(frame)) {
            *why = "the reply is too large";
            return false;
        }
    }
    return true;
}

bool receive_reply(const struct channel *channel, int patience_ms, struct wire_reply *reply, const char **why)
{
    static struct wire_file files[WIRE_MAX_FILES];
    struct incoming frame = {.at = usual, .want = WIRE_HEADER, .room = sizeof usual};
    if (!wait_for_reply(channel, patience_ms)) {
        *why = "the daemon did not answer in time";
        return false;
    }
    if (!receive_frame(channel, &frame, why)) return false;
    forget_stuck_daemon(channel->call);
    *why = "the reply is malformed";
    if (frame.have != frame.want) return false;
    return wire_decode_reply(frame.at + WIRE_HEADER, frame.want - WIRE_HEADER, files, reply);
}
