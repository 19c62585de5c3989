/*
 * A compiler for caches that are to be filled fast: given `-c`, it writes a small object and a dependency file
 * with 400 headers, without compiling anything; whatever else it is asked, the real compiler (REAL) answers.
 *
 * Unit N depends on the headers 0 to 299 and on 100 of the other 2,699 (a prime, so that each step through them
 * meets others), by a rule: units have much in common, as in a large project, and no two of 100,000 the same set.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *value_of(int argc, char **argv, const char *option)
{
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], option) == 0)
            return argv[i + 1];
    return NULL;
}

static const char *source_of(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        size_t length = strlen(argv[i]);
        if (length > 2 && strcmp(argv[i] + length - 2, ".c") == 0)
            return argv[i];
    }
    return NULL;
}

static void write_object(const char *path, const char *source)
{
    FILE *file = fopen(path, "w");
    if (file == NULL)
        exit(1);
    for (int i = 0; i < 64; i++)
        fprintf(file, "object of %s\n", source);
    fclose(file);
}

static void write_dependencies(const char *path, const char *object, const char *source)
{
    const char *digits = strpbrk(strrchr(source, '/') ? strrchr(source, '/') : source, "0123456789");
    int unit = digits == NULL ? 0 : atoi(digits);
    FILE *file = fopen(path, "w");
    if (file == NULL)
        exit(1);
    fprintf(file, "%s: %s", object, source);
    for (int i = 0; i < 300; i++)
        fprintf(file, " \\\n include/h%d.h", i);
    for (int i = 0; i < 100; i++)
        fprintf(file, " \\\n include/h%d.h", 300 + (unit * 7 + i * (1 + unit / 2699)) % 2699);
    fputc('\n', file);
    fclose(file);
}

int main(int argc, char **argv)
{
    const char *source = source_of(argc, argv), *object = value_of(argc, argv, "-o");
    int compiles = 0;
    for (int i = 1; i < argc; i++)
        compiles |= strcmp(argv[i], "-c") == 0;
    if (!compiles || source == NULL || object == NULL) {
        execv(REAL, argv);
        perror(REAL);
        return 127;
    }
    write_object(object, source);
    const char *dependencies = value_of(argc, argv, "-MF");
    if (dependencies == NULL)
        dependencies = value_of(argc, argv, "-MD");
    if (dependencies != NULL)
        write_dependencies(dependencies, object, source);
    return 0;
}
