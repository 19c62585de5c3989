#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "launcher.h"

/* What a report may hold of one stream, whatever the daemon asks for. */
enum { CAPTURE_LIMIT = 3 * 1024 * 1024 };

/* Less than this on the cache's volume, and what the tool shall write there for us may not fit. */
enum { ROOM_BYTES = 1024 * 1024 };

static bool has_same_name(const char *entry, const char *change)
{
    size_t size = strcspn(change, "=");
    return strncmp(entry, change, size) == 0 && entry[size] == '=';
}

/* NAME=VALUE sets, NAME removes. */
char **changed_env(char *const *env, const struct wire_texts *changes)
{
    size_t count = 0, kept = 0;
    while (env[count] != NULL) count++;
    char **changed = calloc(count + changes->count + 1, sizeof *changed);
    if (changed == NULL) return NULL;
    for (size_t i = 0; i < count; i++) {
        bool replaced = false;
        for (size_t j = 0; j < changes->count; j++) replaced |= has_same_name(env[i], changes->at[j]);
        if (!replaced) changed[kept++] = env[i];
    }
    for (size_t j = 0; j < changes->count; j++) {
        if (strchr(changes->at[j], '=') != NULL) changed[kept++] = changes->at[j];
    }
    return changed;
}

static const int nice_of[WIRE_PRIORITIES] = {[WIRE_LOW] = 10, [WIRE_IDLE] = 19, [WIRE_HIGH] = -5};

/* The program of a reply as a child to be; false if it would be this very executable, or there is no memory. */
static bool plan_child(const struct call *call, const struct wire_reply *reply, struct child *child)
{
    struct stat file;
    char **env = changed_env(call->env, &reply->env);
    *child = (struct child){reply->tool, reply->argv.at, env, -1, -1, -1, nice_of[reply->priority]};
    return env != NULL && !(stat(reply->tool, &file) == 0 && is_own(&call->self, &file));
}

/* A pipe out of the way of 0, 1, 2. */
static bool open_pipe(int ends[2])
{
    if (pipe(ends) != 0) return false;
    for (int i = 0; i < 2; i++) {
        ends[i] = above_stdio(ends[i]);
        set_close_on_exec(ends[i]);
    }
    return ends[0] >= 0 && ends[1] >= 0;
}

static bool send_report(const struct channel *channel, const struct wire_report *report)
{
    uint8_t *frame = malloc(wire_report_bound(report));
    return frame != NULL && send_frame(channel, frame, wire_put_report(frame, report));
}

/* Whether a child that should have had another priority has ours. */
static bool is_denied(const struct wire_reply *reply, pid_t pid)
{
    return nice_of[reply->priority] != 0 && getpriority(PRIO_PROCESS, (id_t)pid) == getpriority(PRIO_PROCESS, 0);
}

static bool report_run(const struct channel *channel, const struct wire_reply *reply, const struct ending *ending,
                       const struct tap taps[TAPS])
{
    int64_t started = now_ns();
    struct snapshots taken;
    bool known = take_snapshots(reply, ending->exit, &taken);
    struct wire_report report = {
        .ticket = reply->ticket,
        .wall_ns = ending->wall_ns,
        .snapshot_ns = (uint64_t)(now_ns() - started),
        .exit = ending->exit,
        .signal = ending->signal,
        .truncated = taps[0].cut || taps[1].cut,
        .priority_denied = ending->denied,
        .late = taken.late,
        .out = {taps[0].kept, taps[0].kept_size},
        .err = {taps[1].kept, taps[1].kept_size},
        .snapshots = taken.copies,
        .snapshot_count = taken.count,
    };
    return known && send_report(channel, &report);
}

/* Takes the files that only the daemon can make from what the tool wrote; without them the caller's own command runs. */
static bool finish_waiting(const struct channel *channel, const char **why)
{
    struct wire_reply reply;
    if (!receive_reply(channel, REPLY_MS, &reply, why)) return false;
    /* The tool itself writes what the daemon can't derive, for one source after another. */
    for (int round = 0; round < WIRE_MAX_FILES && reply.kind == WIRE_PREPROCESS; round++) {
        bool preprocessed = run_preprocessor(channel, &reply, why);
        wire_free_reply(&reply);
        if (!preprocessed || !receive_reply(channel, REPLY_MS, &reply, why)) return false;
    }
    *why = "the reply to a report is not Done";
    return reply.kind == WIRE_DONE && deliver(channel->call, &reply, why);
}

/*
 * A tap between the child and one of our streams; a stream that is closed stays closed for the child as well. `shows`: the
 * tool may ask whether it is a terminal.
 */
static bool open_tap(struct tap *tap, int stream, bool shows, int *for_child)
{
    int ends[2];
    unsigned columns;
    tap->from = *for_child = -1;
    tap->to = stream;
    if (fcntl(stream, F_GETFD) < 0) {
        tap->cut = true;
        return true;
    }
    if (shows && is_terminal(stream, &columns) ? !open_terminal(ends, stream) : !open_pipe(ends)) return false;
    if (ends[0] >= FD_SETSIZE) return false; /* more than select can watch */
    tap->from = ends[0];
    *for_child = ends[1];
    return true;
}

/*
 * The taps of both streams. Compilers ask only stderr whether it is a terminal, and write nothing to stdout: what they say is
 * kept apart, and good for callers with other streams. Other tools get streams like the caller's: one where both are the same.
 */
static bool open_taps(struct tap taps[TAPS], const struct wire_reply *reply, struct child *child)
{
    bool exact = (reply->flags & WIRE_RUN_EXACT_STREAMS) != 0;
    size_t limit = reply->capture_limit < CAPTURE_LIMIT ? (size_t)reply->capture_limit : CAPTURE_LIMIT;
    taps[TAP_OUT].limit = taps[TAP_ERR].limit = limit;
    taps[TAP_LISTS].from = -1;
    if ((reply->flags & WIRE_RUN_LISTS) != 0 && !open_lists(&taps[TAP_LISTS], reply->place)) return false;
    if (!open_tap(&taps[TAP_OUT], STDOUT_FILENO, exact, &child->out)) return false;
    if (!exact || !is_same_stream()) return open_tap(&taps[TAP_ERR], STDERR_FILENO, true, &child->err);
    taps[TAP_ERR].from = -1;
    child->err = child->out;
    return true;
}

static void close_for_child(const struct child *child)
{
    if (child->out >= 0) close(child->out);
    if (child->err >= 0 && child->err != child->out) close(child->err);
}

/* Whether the tool can write into the cache's folder what the plan adds to its command. */
static bool has_room(const char *folder)
{
    struct statvfs volume;
    if (statvfs(folder, &volume) != 0) return false;
    if (volume.f_files > 0 && volume.f_favail == 0) return false;
    return (uint64_t)volume.f_bavail * volume.f_frsize >= ROOM_BYTES;
}

_Noreturn void run_and_report(const struct channel *channel, const struct wire_reply *reply)
{
    static const char no_room[] = "the cache's folder is gone or its volume full";
    static struct tap taps[TAPS];
    struct child child;
    const char *why;
    const struct call *call = channel->call;
    if (!plan_child(call, reply, &child)) run_untouched(call, "the daemon's plan can't be run");
    if (!has_room(reply->place)) run_untouched(call, no_room);
    /* What was made of them closes on exec. */
    if (!open_taps(taps, reply, &child)) run_untouched(call, "no pipe or terminal could be made");
    if (!deliver(call, reply, &why)) run_untouched(call, why);
    begin_child_signals();
    int64_t started = now_ns();
    pid_t pid = start_child(&child);
    close_for_child(&child);
    if (pid == 0) {
        end_child_signals();
        run_untouched(call, "the tool could not be started");
    }
    bool denied = is_denied(reply, pid);
    struct ending ending = tee_child(pid, started, taps);
    ending.denied = denied;
    end_child_signals();
    if (ending.exit > 0 && !has_room(reply->place)) run_untouched(call, no_room); /* the failure may be ours */
    if ((reply->flags & WIRE_RUN_LISTS) != 0) save_lists(&taps[TAP_LISTS], reply->place);
    bool reported = report_run(channel, reply, &ending, taps);
    /* The daemon looks at what it was told of; what it then says, if anything, matters to nobody. */
    if ((reply->flags & WIRE_RUN_LINGERS) != 0) {
        poll(&(struct pollfd){.fd = channel->fd, .events = POLLIN}, 1, LINGER_MS);
    }
    if (ending.exit >= 0 && (reply->flags & WIRE_RUN_WAITS) != 0) {
        why = "the report could not be sent";
        bool finished = reported && finish_waiting(channel, &why);
        /* A failed tool has said all it had to say: running it again would only repeat that. */
        if (!finished && ending.exit == 0) run_untouched(call, why);
    }
    end_like(&ending);
}

static bool is_end_signal(int number)
{
    return number == SIGINT || number == SIGTERM || number == SIGHUP || number == SIGQUIT;
}

bool run_preprocessor(const struct channel *channel, const struct wire_reply *reply, const char **why)
{
    uint8_t frame[WIRE_PREPROCESSED_BOUND];
    struct child child;
    *why = "the preprocessor can't be run";
    if (!plan_child(channel->call, reply, &child)) return false;
    int null = above_stdio(open("/dev/null", O_RDWR | O_CLOEXEC));
    int into = above_stdio(open(reply->place, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    pid_t pid = 0;
    int64_t started = now_ns();
    begin_child_signals();
    if (null >= 0 && into >= 0) {
        child.in = null;
        child.out = child.err = into; /* messages make the text another one */
        pid = start_child(&child);
    }
    struct ending ending = {0};
    if (pid > 0) ending = wait_for_child(pid, started);
    end_child_signals();
    if (null >= 0) close(null);
    if (into >= 0) close(into);
    if (pid == 0) return false;
    if (is_end_signal(ending.signal)) end_like(&ending); /* somebody wants the build to stop */
    *why = "the preprocessor's end could not be reported";
    size_t size = wire_put_preprocessed(frame, reply->ticket, ending.exit, ending.wall_ns);
    return send_frame(channel, frame, size);
}
