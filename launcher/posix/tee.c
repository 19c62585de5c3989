/* The child's streams: passed through as they appear, and kept. None waits for another. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launcher.h"

enum {
    PIECE = 4096,        /* what a pipe that is ready for writing takes without blocking */
    GRACE_NS = 100000000 /* how long a stream may stay open, silent, after the tool's end */
};

static void keep(struct tap *tap, const uint8_t *from, size_t size)
{
    if (tap->cut) return;
    if (tap->kept_size + size > tap->limit) {
        tap->cut = true;
        return;
    }
    if (tap->kept_size + size > tap->kept_room) {
        size_t room = 2 * (tap->kept_size + size) + 4096;
        uint8_t *bigger = realloc(tap->kept, room);
        if (bigger == NULL) {
            tap->cut = true;
            return;
        }
        tap->kept = bigger;
        tap->kept_room = room;
    }
    memcpy(tap->kept + tap->kept_size, from, size);
    tap->kept_size += size;
}

static void close_source(struct tap *tap)
{
    close(tap->from);
    tap->from = -1;
}

/* False if there was nothing to read yet. */
static bool fill(struct tap *tap)
{
    ssize_t n = read(tap->from, tap->hold, sizeof tap->hold);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (n <= 0) {
        close_source(tap);
        return true;
    }
    tap->held = (size_t)n;
    tap->held_at = tap->to < 0 ? tap->held : 0;
    keep(tap, tap->hold, tap->held);
    return true;
}

static void pour(struct tap *tap)
{
    size_t size = tap->held - tap->held_at;
    ssize_t n = write(tap->to, tap->hold + tap->held_at, size < PIECE ? size : PIECE);
    if (n >= 0) {
        tap->held_at += (size_t)n;
    } else if (errno != EAGAIN && errno != EINTR) {
        tap->held_at = tap->held; /* nobody reads: what the tool writes next has to fail as well */
        tap->cut = true;
        if (errno == EPIPE && tap->from >= 0) close_source(tap);
    }
}

static bool is_holding(const struct tap *tap)
{
    return tap->held_at < tap->held;
}

/* One round: waits until a stream can move, the child ends or the time is over; 0 = it's over. */
static int move_streams(struct tap taps[TAPS], const sigset_t *mask, const struct timespec *timeout)
{
    fd_set in, out;
    int top = -1;
    FD_ZERO(&in);
    FD_ZERO(&out);
    for (int i = 0; i < TAPS; i++) {
        int fd = is_holding(&taps[i]) ? taps[i].to : taps[i].from;
        if (fd < 0) continue;
        FD_SET(fd, is_holding(&taps[i]) ? &out : &in);
        if (fd > top) top = fd;
    }
    int n = pselect(top + 1, &in, &out, NULL, timeout, mask);
    if (n <= 0) return n < 0 && errno != EINTR ? 0 : n;
    for (int i = 0; i < TAPS; i++) {
        if (is_holding(&taps[i])) {
            if (FD_ISSET(taps[i].to, &out)) pour(&taps[i]);
        } else if (taps[i].from >= 0 && FD_ISSET(taps[i].from, &in)) {
            fill(&taps[i]);
        }
    }
    return n;
}

static bool is_open(const struct tap *tap)
{
    return tap->from >= 0 || is_holding(tap);
}

/* Whether the child has ended; it stays waitable for wait_for_child(). */
static bool has_ended(pid_t pid)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

/* Takes what is left in the pipe of lists; nobody else ever closes it. */
static void empty_lists(struct tap *lists)
{
    while (lists->from >= 0 && fill(lists)) continue;
}

struct ending tee_child(pid_t pid, int64_t started_ns, struct tap taps[TAPS])
{
    static const struct timespec grace = {.tv_nsec = GRACE_NS};
    sigset_t mask = child_wait_mask();
    for (int i = 0; i < TAPS; i++) {
        if (taps[i].from >= 0) fcntl(taps[i].from, F_SETFL, O_NONBLOCK);
    }
    /* The lists are read for as long as anybody may write one: the tool would wait for us. */
    bool lists = taps[TAP_LISTS].from >= 0;
    while (is_open(&taps[TAP_OUT]) || is_open(&taps[TAP_ERR]) || (lists && !has_ended(pid))) {
        /* A reader who is slow is waited for; a grandchild that keeps a stream open is not. */
        bool waits = is_holding(&taps[TAP_OUT]) || is_holding(&taps[TAP_ERR]) || !has_ended(pid);
        if (move_streams(taps, &mask, waits ? NULL : &grace) == 0) break;
    }
    empty_lists(&taps[TAP_LISTS]);
    for (int i = 0; i < TAPS; i++) {
        if (taps[i].from < 0) continue;
        if (i != TAP_LISTS) taps[i].cut = true;
        close_source(&taps[i]);
    }
    return wait_for_child(pid, started_ns);
}
