/* What a command line asks for, by its words alone. */
#ifndef ZCCACHE_COMMAND_LINE_H
#define ZCCACHE_COMMAND_LINE_H

#include <stdbool.h>
#include <stddef.h>

/* Which program a call is meant for, by the name it was called by. */
enum role {
    ROLE_FRONT,  /* zccache */
    ROLE_DAEMON, /* zccache-daemon */
    ROLE_FP,     /* zccache-fp */
    ROLE_TOOL,   /* any other name: a link to us that stands for a tool */
};

enum intent {
    INTENT_PROGRAM, /* the full program answers */
    INTENT_FORWARD, /* a running daemon may answer, else the full program */
    INTENT_TOOL,    /* run a tool */
};

/* The part of a path behind its last separator. */
const char *base_name(const char *path);

enum role role_of(const char *argv0);

/* What the words before a tool's own say. */
struct front {
    size_t tool;        /* the index of the tool's word, for INTENT_TOOL */
    const char *strict; /* the mode of --strict-paths; left as it was without one */
};

/* What the words after `zccache` ask for. `args` ends with NULL. */
enum intent intent_of(char *const *args, struct front *front);

/* Whether a switch variable says yes: `1` or `true`; NULL = unset. */
bool is_on(const char *value);

#endif
