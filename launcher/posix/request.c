#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher.h"

/* How often a daemon asks for preprocessing before the reply that decides. Done is read where the tool is run. */
enum { MAX_PREPROCESSED = 3 };

/* Whether standard input surely has nothing to read. */
static bool has_no_input(void)
{
    struct stat in, null;
    return fstat(STDIN_FILENO, &in) == 0 && S_ISCHR(in.st_mode) && stat("/dev/null", &null) == 0 &&
           in.st_rdev == null.st_rdev;
}

/* False if they have different widths: it depends on the compiler which one the messages are cut at. */
static bool describe_terminals(uint32_t *flags, uint32_t *columns)
{
    static const uint32_t flag_of[] = {WIRE_STDIN_TERMINAL, WIRE_STDOUT_TERMINAL, WIRE_STDERR_TERMINAL};
    *flags = *columns = 0;
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        unsigned width;
        if (!is_terminal(fd, &width)) continue;
        if (*flags != 0 && width != *columns) return false;
        *flags |= flag_of[fd];
        *columns = width;
    }
    return true;
}

static uint32_t micros_since(int64_t started_ns)
{
    int64_t micros = (now_ns() - started_ns) / 1000;
    return micros < 0 || micros > UINT32_MAX ? UINT32_MAX : (uint32_t)micros;
}

static struct wire_caller describe_caller(struct call *call, enum wire_kind kind)
{
    call->umask = umask(0);
    umask(call->umask);
    return (struct wire_caller){
        .kind = kind,
        .pid = (uint32_t)getpid(),
        .release = ZCCACHE_RELEASE,
        .connect_us = micros_since(call->started_ns),
        .session = env_value(call->env, WIRE_SESSION_VARIABLE),
        .umask = (uint32_t)call->umask,
        .root_folder = root_folder(),
        .cwd = call->cwd,
        .argv = call->argv,
        .env = call->env,
        .strict = call->strict,
    };
}

static bool send_request(const struct channel *channel, struct call *call, enum wire_kind kind, const char **why)
{
    static uint8_t usual[64 * 1024];
    struct wire_caller caller = describe_caller(call, kind);
    *why = "the terminals have different widths";
    if (!describe_terminals(&caller.flags, &caller.columns)) return false;
    if (is_same_stream()) caller.flags |= WIRE_SAME_STREAM;
    if (has_no_input()) caller.flags |= WIRE_NO_INPUT;
    size_t bound = wire_caller_bound(&caller);
    *why = "the request is too large";
    if (bound > WIRE_MAX_REQUEST) return false;
    uint8_t *frame = bound <= sizeof usual ? usual : malloc(bound);
    if (frame == NULL) return false;
    *why = "the request could not be sent";
    return send_frame(channel, frame, wire_put_caller(frame, &caller));
}

_Noreturn static void finish_hit(const struct wire_reply *reply, const struct call *call)
{
    const char *why;
    int64_t started = now_ns();
    if (!deliver(call, reply, &why)) run_untouched(call, why);
    write_all(STDOUT_FILENO, reply->out.at, reply->out.size);
    write_all(STDERR_FILENO, reply->err.at, reply->err.size);
    note_delivery(reply, started);
    _exit(reply->exit);
}

/* A session may have variables of its own for the tools that it runs. */
static void use_env(struct call *call, const struct wire_texts *changes)
{
    char **changed = changes->count > 0 ? changed_env(call->env, changes) : NULL;
    if (changed != NULL) call->env = changed;
}

_Noreturn void compile(struct call *call)
{
    const char *why;
    struct wire_reply reply;
    if (!find_places(call)) run_untouched(call, "the cache root or the current folder is unknown");
    struct channel channel = {call, reach_daemon(call, true, &why)};
    if (channel.fd < 0 || !send_request(&channel, call, WIRE_COMPILE, &why)) run_untouched(call, why);
    for (int round = 0; round <= MAX_PREPROCESSED; round++) {
        if (!receive_reply(&channel, REPLY_MS, &reply, &why)) run_untouched(call, why);
        switch (reply.kind) {
        case WIRE_DELIVER: finish_hit(&reply, call);
        case WIRE_RUN: run_and_report(&channel, &reply);
        case WIRE_BYPASS: /* the daemon's journal has the reason */
            use_env(call, &reply.env);
            run_untouched(call, NULL);
        case WIRE_REFUSE:
            write_all(STDERR_FILENO, reply.err.at, reply.err.size);
            _exit(reply.exit);
        case WIRE_PREPROCESS:
            if (round == MAX_PREPROCESSED) run_untouched(call, "the daemon asked too often for preprocessing");
            if (!run_preprocessor(&channel, &reply, &why)) run_untouched(call, why);
            wire_free_reply(&reply);
            break;
        default: run_untouched(call, "the reply is none of a compile's");
        }
    }
    run_untouched(call, "the daemon gave no answer to act on");
}

void forward_command(struct call *call)
{
    const char *why;
    struct wire_reply reply;
    if (!find_places(call)) return;
    struct channel channel = {call, reach_daemon(call, false, &why)};
    if (channel.fd < 0) return;
    if (send_request(&channel, call, WIRE_COMMAND, &why) && receive_reply(&channel, COMMAND_MS, &reply, &why) &&
        reply.kind == WIRE_OUTPUT) {
        write_all(STDOUT_FILENO, reply.out.at, reply.out.size);
        write_all(STDERR_FILENO, reply.err.at, reply.err.size);
        _exit(reply.exit);
    }
    close(channel.fd);
}
