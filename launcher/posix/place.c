#include <string.h>
#include <unistd.h>

#include "launcher.h"

/* Joins a path to the current folder and folds `.`, `..` and doubled slashes, as lib/core/settings.ts does. */
static bool make_absolute(const char *path, const char *cwd, char absolute[PATH_BYTES])
{
    char joined[2 * PATH_BYTES];
    if (path[0] == '/' ? !JOIN(joined, path) : !JOIN(joined, cwd, "/", path)) return false;
    struct text text = text_in(absolute, PATH_BYTES);
    for (const char *part = joined; *part != 0;) {
        size_t size = strcspn(part, "/");
        if (size == 2 && memcmp(part, "..", 2) == 0) {
            char *slash = strrchr(absolute, '/');
            if (slash != NULL) {
                text.room += (size_t)(text.at - slash);
                text.at = slash;
                *slash = 0;
            }
        } else if (size > 1 || (size == 1 && part[0] != '.')) {
            text_add(&text, "/");
            text_add_bytes(&text, part, size);
        }
        part += size;
        if (*part == '/') part++;
    }
    if (text.at == absolute) text_add(&text, "/");
    return !text.full;
}

static const char *non_empty(char *const *env, const char *name)
{
    const char *value = env_value(env, name);
    return value == NULL || value[0] == 0 ? NULL : value;
}

static bool default_root(char *const *env, char root[PATH_BYTES])
{
    const char *home = non_empty(env, "HOME");
    if (home == NULL) home = non_empty(env, "USERPROFILE");
    if (home == NULL) return false;
    size_t size = strlen(home);
    while (size > 0 && home[size - 1] == '/') size--;
    struct text text = text_in(root, PATH_BYTES);
    text_add_bytes(&text, home, size);
    text_add(&text, "/.zccache");
    return !text.full && root[0] == '/';
}

bool find_places(struct call *call)
{
    const char *root = non_empty(call->env, "ZCCACHE_CACHE_DIR");
    const char *endpoint = non_empty(call->env, "ZCCACHE_ENDPOINT");
    call->root_given = root != NULL;
    call->endpoint_given = endpoint != NULL;
    if (getcwd(call->cwd, sizeof call->cwd) == NULL || call->cwd[0] != '/') return false;
    if (root != NULL ? !make_absolute(root, call->cwd, call->root) : !default_root(call->env, call->root)) {
        call->root[0] = 0;
        return false;
    }
    if (endpoint != NULL) return make_absolute(endpoint, call->cwd, call->endpoint);
    return JOIN(call->endpoint, call->root, "/daemon.sock");
}
