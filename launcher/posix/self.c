#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

#include "../runtime.h"
#include "launcher.h"

/* The executable's own path, links resolved. */
static bool own_path(char path[PATH_BYTES])
{
#ifdef __APPLE__
    char given[PATH_BYTES];
    uint32_t size = sizeof given;
    return _NSGetExecutablePath(given, &size) == 0 && realpath(given, path) != NULL;
#else
    ssize_t size = readlink("/proc/self/exe", path, PATH_BYTES - 1);
    if (size <= 0 || size >= PATH_BYTES - 1) return false;
    path[size] = 0;
    return true;
#endif
}

struct identity own_identity(void)
{
    struct stat file;
#ifdef __APPLE__
    char path[PATH_BYTES];
    if (!own_path(path) || stat(path, &file) != 0) return (struct identity){0};
#else
    if (stat("/proc/self/exe", &file) != 0) return (struct identity){0};
#endif
    return (struct identity){true, file.st_dev, file.st_ino};
}

bool is_own(const struct identity *self, const struct stat *file)
{
    return self->known && self->device == file->st_dev && self->inode == file->st_ino;
}

/* PREFIX of PREFIX/bin/zccache; empty if it can't be told. */
static void own_prefix(char prefix[PATH_BYTES])
{
    if (!own_path(prefix)) prefix[0] = 0;
    for (int levels = 0; levels < 2; levels++) {
        char *slash = strrchr(prefix, '/');
        if (slash == NULL) prefix[0] = 0;
        else *slash = 0;
    }
}

static char runtime[PATH_BYTES + 32], program[PATH_BYTES + 32];

void exec_full_program(const char *role, char *const *args, char *const *env)
{
    char prefix[PATH_BYTES];
    own_prefix(prefix);
    if (!JOIN(runtime, prefix, "/lib/zccache/deno") || !JOIN(program, prefix, "/lib/zccache/zccache.js")) return;
    if (access(runtime, X_OK) != 0 || access(program, R_OK) != 0) return;
    const char *const head[] = {runtime, RUNTIME_OPTIONS, program, role};
    size_t fixed = sizeof head / sizeof *head, count = 0;
    while (args[count] != NULL) count++;
    char **argv = calloc(fixed + count + 1, sizeof *argv);
    if (argv == NULL) return;
    memcpy(argv, head, sizeof head);
    memcpy(argv + fixed, args, count * sizeof *argv);
    execve(runtime, argv, env);
    free(argv);
}

_Noreturn void become_full_program(const char *role, char *const *args, char *const *env)
{
    exec_full_program(role, args, env);
    const char *missing = access(runtime, X_OK) != 0 ? runtime : program;
    print_error((const char *const[]){role, ": cannot run ", missing, ": it is missing or can't be executed\n", NULL});
    _exit(127);
}
