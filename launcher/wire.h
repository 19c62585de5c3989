/*
 * The frames of docs/protocol.md, as the launcher sees them: it encodes requests and decodes replies.
 * Pure: no input or output, no global state; the same code for every system and for the tests.
 */
#ifndef ZCCACHE_WIRE_H
#define ZCCACHE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WIRE_PROTOCOL = 3,
    WIRE_HEADER = 4,
    WIRE_MAX_REQUEST = 8 * 1024 * 1024,
    WIRE_MAX_REPLY = 64 * 1024 * 1024,
    WIRE_MAX_FILES = 1024,
};

enum wire_kind {
    WIRE_COMPILE = 9,
    WIRE_REPORT = 32,
    WIRE_PREPROCESSED = 33,
    WIRE_COMMAND = 34,
    WIRE_DELIVER = 64,
    WIRE_RUN = 65,
    WIRE_BYPASS = 66,
    WIRE_REFUSE = 67,
    WIRE_PREPROCESS = 68,
    WIRE_OUTPUT = 69,
    WIRE_RUN_HERE = 70,
    WIRE_DONE = 71,
    WIRE_PONG = 72,
};

enum wire_caller_flags {
    WIRE_STDOUT_TERMINAL = 1,
    WIRE_STDERR_TERMINAL = 2,
    WIRE_STDIN_TERMINAL = 4,
    WIRE_SAME_STREAM = 8,
    WIRE_NO_INPUT = 16,
};

/* 1 and 2 stay unused. */
enum wire_delivery {
    WIRE_AUTO = 0,
    WIRE_COPY = 3,
    WIRE_REFLINK = 4,
};

/* The variable that travels in the head of a request instead of in its environment. */
#define WIRE_SESSION_VARIABLE "ZCCACHE_SESSION_ID"
enum { WIRE_MAX_SESSION = 255 };

/* Three bits of a Run's flags are the tool's priority. */
enum {
    WIRE_REPORT_TRUNCATED = 1,
    WIRE_REPORT_DENIED = 2,
    WIRE_REPORT_LATE = 4,
    WIRE_RUN_WAITS = 1,
    WIRE_RUN_PRIORITY_SHIFT = 1,
    WIRE_RUN_EXACT_STREAMS = 16,
    WIRE_RUN_LISTS = 32,
    WIRE_RUN_SEVERAL = 64,
    WIRE_RUN_LINGERS = 128,
    WIRE_RUN_MAY_BE_LATE = 256,
    WIRE_RUN_FLAGS = 512,
};

/* What a delivered file is, besides its rights; plain files have none of these. */
enum { WIRE_TYPE = 0170000, WIRE_LINK = 0120000, WIRE_FOLDER = 0040000 };

/* What else its mode says, of plain files only. */
enum { WIRE_INTO = 0200000, WIRE_ANEW = 0400000 };

enum wire_priority { WIRE_NORMAL, WIRE_LOW, WIRE_IDLE, WIRE_HIGH, WIRE_PRIORITIES };

struct wire_bytes {
    const uint8_t *at;
    size_t size;
};

/*
 * A request of kind WIRE_COMPILE or WIRE_COMMAND. argv and env end with NULL. `strict` goes into the environment that
 * is sent as ZCCACHE_STRICT_PATHS, behind the caller's own, unless it is NULL.
 */
struct wire_caller {
    enum wire_kind kind;
    uint32_t pid, release, connect_us, flags, columns, umask;
    const char *session; /* NULL for none; its variable in env is left out */
    const char *root_folder; /* what the process has as "/"; empty if that is the same for all */
    const char *cwd;
    char *const *argv;
    char *const *env;
    const char *strict;
};

/* The copy of one output; a copy that was not made is `made == false`. */
struct wire_snapshot {
    bool made;
    uint64_t size;
    uint32_t mode;
};

struct wire_report {
    uint64_t ticket, wall_ns, snapshot_ns;
    int exit, signal;
    bool truncated, priority_denied;
    bool late; /* some of the copies are still being made */
    struct wire_bytes out, err;
    const struct wire_snapshot *snapshots;
    size_t snapshot_count;
};

/*
 * One file to deliver: `from` is NULL when the bytes are in `content`. `into`: its tool would write into what stands there.
 * `anew`: its tool makes it whatever stands there, which may be given up.
 */
struct wire_file {
    const char *dest, *from;
    struct wire_bytes content;
    unsigned mode;
    bool into, anew;
};

/* A list of texts that ends with NULL. */
struct wire_texts {
    char **at;
    size_t count;
};

/* A reply; the fields that its kind has are set. Everything points into the payload or is owned by the reply. */
struct wire_reply {
    enum wire_kind kind;
    int exit;
    struct wire_bytes out, err;
    struct wire_file *files;
    size_t file_count;
    enum wire_delivery delivery;
    uint64_t ticket;
    const char *tool, *place; /* place: Run's snapshot folder, Preprocess's file */
    struct wire_texts argv, env, outputs;
    uint64_t capture_limit, flags, reason;
    const char *timing; /* Deliver: the file that takes what delivering took, or NULL */
    uint64_t mark;
    enum wire_priority priority;
};

/* The size of the frame that wire_put_caller makes at most. */
size_t wire_caller_bound(const struct wire_caller *caller);

/* Encode whole frames, header included, into enough room; they return the frame's size. */
size_t wire_put_caller(uint8_t *into, const struct wire_caller *caller);
size_t wire_report_bound(const struct wire_report *report);
size_t wire_put_report(uint8_t *into, const struct wire_report *report);
enum { WIRE_PREPROCESSED_BOUND = 64 };
size_t wire_put_preprocessed(uint8_t *into, uint64_t ticket, int exit, uint64_t wall_ns);

/* What is appended to Deliver's timing file: mark and time, 4 and 8 bytes, big endian. */
enum { WIRE_TIMING_BYTES = 12 };
void wire_put_timing(uint8_t into[WIRE_TIMING_BYTES], uint64_t mark, uint64_t deliver_ns);

/* The payload size that a frame's first four bytes announce. */
uint32_t wire_payload_size(const uint8_t header[WIRE_HEADER]);

/*
 * Decodes a payload in place: texts get their final NUL where their header was, so a payload can be decoded once.
 * False for anything that docs/protocol.md doesn't allow; the reply is then not to be used, only freed.
 * `files` is room for WIRE_MAX_FILES.
 */
bool wire_decode_reply(uint8_t *payload, size_t size, struct wire_file *files, struct wire_reply *reply);

/* Frees what decoding allocated. */
void wire_free_reply(struct wire_reply *reply);

#endif
