#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launcher.h"

const char *env_value(char *const *env, const char *name)
{
    size_t size = strlen(name);
    for (; *env != NULL; env++) {
        if (strncmp(*env, name, size) == 0 && (*env)[size] == '=') return *env + size + 1;
    }
    return NULL;
}

/* Puts the next place where PATH may have the word into `candidate`; `*cursor` is NULL behind the last. */
static bool next_candidate(const char **cursor, const char *word, char candidate[PATH_BYTES])
{
    while (*cursor != NULL) {
        const char *folder = *cursor, *end = strchr(folder, ':');
        size_t size = end == NULL ? strlen(folder) : (size_t)(end - folder);
        *cursor = end == NULL ? NULL : end + 1;
        struct text text = text_in(candidate, PATH_BYTES);
        text_add_bytes(&text, folder, size);
        text_add(&text, size == 0 ? "./" : "/"); /* an empty part is the current folder */
        text_add(&text, word);
        if (!text.full) return true;
    }
    return false;
}

static const char *search_path(char *const *env)
{
    const char *path = env_value(env, "PATH");
    return path == NULL ? "/usr/local/bin:/bin:/usr/bin" : path;
}

static enum find find_path(const struct call *call, char found[PATH_BYTES])
{
    struct stat file;
    errno = 0;
    if (strlen(call->name) >= PATH_BYTES) errno = ENAMETOOLONG;
    else if (stat(call->name, &file) == 0) {
        if (is_own(&call->self, &file)) return FIND_SELF;
        if (S_ISDIR(file.st_mode)) errno = EISDIR;
        else if (access(call->name, X_OK) == 0) {
            memcpy(found, call->name, strlen(call->name) + 1);
            return FIND_FOUND;
        }
    }
    return FIND_MISSING;
}

enum find find_tool(const struct call *call, char found[PATH_BYTES], bool *skipped)
{
    struct stat file;
    *skipped = false;
    if (strchr(call->name, '/') != NULL) return find_path(call, found);
    for (const char *cursor = search_path(call->env); next_candidate(&cursor, call->name, found);) {
        if (stat(found, &file) != 0 || !S_ISREG(file.st_mode)) continue;
        if (is_own(&call->self, &file)) *skipped = true;
        else if (access(found, X_OK) == 0) return FIND_FOUND;
    }
    errno = 0;
    return FIND_MISSING;
}

void exec_file(const char *path, char *const *argv, char *const *env)
{
    execve(path, argv, env);
    if (errno != ENOEXEC) return;
    size_t count = 0;
    while (argv[count] != NULL) count++;
    char **script = calloc(count + 3, sizeof *script);
    if (script == NULL) return;
    script[0] = (char *)"/bin/sh";
    script[1] = (char *)path;
    if (count > 1) memcpy(script + 2, argv + 1, (count - 1) * sizeof *script);
    execve(script[0], script, env);
    free(script);
}

_Noreturn void cannot_run(const char *name, int error)
{
    const char *why = error == 0 ? "command not found" : strerror(error);
    print_error((const char *const[]){"zccache: ", name, ": ", why, "\n", NULL});
    _exit(error == 0 || error == ENOENT || error == ENOTDIR ? 127 : 126);
}

_Noreturn void run_untouched(const struct call *call, const char *why)
{
    if (why != NULL) log_fallback(call, why);
    if (strchr(call->name, '/') != NULL) {
        exec_file(call->name, call->argv, call->env);
        cannot_run(call->name, errno);
    }
    char candidate[PATH_BYTES];
    struct stat file;
    int error = 0;
    for (const char *cursor = search_path(call->env); next_candidate(&cursor, call->name, candidate);) {
        if (stat(candidate, &file) != 0 || is_own(&call->self, &file)) continue;
        exec_file(candidate, call->argv, call->env);
        if (errno != ENOENT && errno != ENOTDIR && error == 0) error = errno;
        if (errno == E2BIG || errno == ENOMEM) break;
    }
    cannot_run(call->name, error);
}
