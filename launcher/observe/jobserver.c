/* The jobserver of make and cargo: tokens that pass between processes, and nothing of what is made. */
#include <stdlib.h>
#include <string.h>

#include "observe.h"

/* What stands behind the last `--jobserver-auth=` or `--jobserver-fds=` of a variable; NULL if there is none. */
static const char *asked_by(const char *variable)
{
    static const char *const options[] = {"--jobserver-auth=", "--jobserver-fds="};
    const char *flags = getenv(variable), *last = NULL;
    for (size_t i = 0; flags != NULL && i < sizeof options / sizeof *options; i++) {
        for (const char *at = strstr(flags, options[i]); at != NULL; at = strstr(at, options[i])) {
            at += strlen(options[i]);
            if (last == NULL || at > last) last = at;
        }
    }
    return last;
}

static bool is_either(const char *pair, int descriptor)
{
    char *behind;
    if (strtol(pair, &behind, 10) == descriptor) return true;
    return *behind == ',' && strtol(behind + 1, NULL, 10) == descriptor;
}

static const char *const variables[] = {"CARGO_MAKEFLAGS", "MAKEFLAGS", "MFLAGS"};

bool is_jobserver(int descriptor)
{
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *asked = asked_by(variables[i]);
        if (asked != NULL && asked[0] >= '0' && asked[0] <= '9' && is_either(asked, descriptor)) return true;
    }
    return false;
}

bool is_jobserver_path(const char *path)
{
    size_t size = strlen(path);
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *asked = asked_by(variables[i]);
        if (asked == NULL || strncmp(asked, "fifo:", 5) != 0) continue;
        if (strncmp(asked + 5, path, size) == 0 && strchr(" ", asked[5 + size]) != NULL) return true;
    }
    return false;
}
