/*
 * The Windows half's shared declarations.
 *
 * It is cross-compiled and checked for warnings only: nothing in this folder has been run yet. It shares the wire
 * format, the command line's meaning and the texts with the posix half, and is kept plain on purpose: blocking
 * sockets with time-outs, copies instead of links, and the real tool as a child where posix would exec.
 * Large buffers are static: nothing here calls itself, and a frame over a page would need the runtime's stack probe.
 * What it leaves out: forwarding of commands, Preprocess (the tool runs instead), reading .bat and .cmd as tools.
 */
#ifndef ZCCACHE_LAUNCHER_H
#define ZCCACHE_LAUNCHER_H

#define WIN32_LEAN_AND_MEAN

#include <winsock2.h>
#include <windows.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../command_line.h"
#include "../text.h"
#include "../wire.h"

#ifndef ZCCACHE_RELEASE
#error "build.ts defines ZCCACHE_RELEASE, the version as one number"
#endif

enum { PATH_BYTES = 4096, REPLY_MS = 3000, START_MS = 5000 };

/* The call in hand. Texts are UTF-8, as the protocol has them; names for the system are made wide where they are used. */
struct call {
    char **argv; /* of the tool, ends with NULL */
    char **env;  /* NAME=VALUE, ends with NULL */
    const char *name;
    const char *strict; /* the mode of --strict-paths; NULL without one */
    char tool[PATH_BYTES]; /* the executable that was found for `name` */
    char cwd[PATH_BYTES];
    char root[PATH_BYTES];
    char port_file[PATH_BYTES + 32];
};

/* ---- wide.c: UTF-8 here, UTF-16 there; NULL for what is neither, or no memory ---- */

char *to_utf8(const wchar_t *wide);
wchar_t *to_wide(const char *text);

/* One command line that programs take apart into these arguments. */
wchar_t *join_command_line(char *const *argv);

/* An environment block; `changes` are NAME=VALUE to set, NAME to unset. */
wchar_t *environment_block(char *const *env, const struct wire_texts *changes);
const char *env_value(char *const *env, const char *name);

/* ---- tool.c ---- */

bool find_tool(struct call *call);

/* What a child's standard handles are; NULL = ours. */
struct streams {
    HANDLE out, err;
};

/* A started process and the job that ends it with us. */
struct started {
    HANDLE process, job;
};

/* `class`: a priority class as CreateProcess takes it; 0 = ours. */
bool start_program(const char *path, char *const *argv, const wchar_t *env, struct streams streams, DWORD class,
                   struct started *started);
DWORD wait_for(const struct started *started);

_Noreturn void run_untouched(const struct call *call, const char *why);

/* Runs the full program beside us as `role`; returns if it isn't there. */
bool full_program_argv(const char *role, char *const *args, char ***argv);
_Noreturn void become_full_program(const char *role, char *const *args);

void print_error(const char *const *parts);
void write_handle(HANDLE handle, const void *from, size_t size);

/* ---- channel.c ---- */

bool reach_daemon(const struct call *call, SOCKET *channel, const char **why);

/* REACH_ABSENT: nobody, or nobody who knows the token, is there. */
enum reach { REACHED, REACH_ABSENT, REACH_FAILED };
enum reach try_connect(const struct call *call, SOCKET *channel);

bool send_all(SOCKET channel, const void *from, size_t size);
bool receive_reply(SOCKET channel, struct wire_reply *reply, const char **why);

/* ---- deliver.c ---- */

bool deliver(const struct wire_reply *reply, const char **why);
bool copy_file(const char *from, const char *to, uint64_t *size);

/* ---- run.c ---- */

_Noreturn void run_and_report(const struct call *call, SOCKET channel, const struct wire_reply *reply);

#endif
