/*
 * Stands for Microsoft's cl.exe: its banner, its name of the source before everything else, all messages on standard
 * output. What it compiles is clang-cl's work; it says nothing of how the real one compiles.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc == 1) {
        fputs("Microsoft (R) C/C++ Optimizing Compiler Version 19.99.12345 for x64\n", stderr);
        return 0;
    }
    char *args[argc + 2];
    int count = 0;
    args[count++] = REAL_TOOL;
    for (int i = 1; i < argc; i++) {
        size_t size = strlen(argv[i]);
        if (size > 2 && argv[i][0] != '/' && strcmp(argv[i] + size - 2, ".c") == 0) {
            char *slash = strrchr(argv[i], '/');
            puts(slash == NULL ? argv[i] : slash + 1);
        }
        args[count++] = argv[i];
    }
    args[count] = NULL;
    fflush(stdout);
    dup2(STDOUT_FILENO, STDERR_FILENO);
    return execv(REAL_TOOL, args);
}
