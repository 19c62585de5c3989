/* What the kernel opens by itself to run a program: the interpreter of a script, the loader of a linked program. */
#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "observe.h"

#if defined(__x86_64__)
enum { MACHINE = EM_X86_64 };
#else
enum { MACHINE = EM_AARCH64 };
#endif

/* As much as the kernel looks at; as many scripts as it lets interpret one another. */
enum { HEAD = 256, MOST_SCRIPTS = 6 };

static int open_program(const char *path)
{
    struct stat file;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd >= 0 && (fstat(fd, &file) != 0 || !S_ISREG(file.st_mode))) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* The word behind "#!"; false if it has no end in what the kernel looks at, which then doesn't run it. */
static bool interpreter_of_script(const char *head, size_t size, char interpreter[HEAD])
{
    size_t from = 2;
    while (from < size && (head[from] == ' ' || head[from] == '\t')) from++;
    size_t to = from;
    while (to < size && strchr(" \t\n", head[to]) == NULL) to++;
    if (to == from || to == HEAD) return false;
    memcpy(interpreter, head + from, to - from);
    interpreter[to - from] = '\0';
    return true;
}

/* Notes the loader that a program asks for; false for a program that isn't this machine's. */
static bool note_loader(const struct request *call, int fd, const char *head, size_t size)
{
    Elf64_Ehdr program;
    Elf64_Phdr part;
    char loader[PATH_BYTES], path[PATH_BYTES];
    if (size < sizeof program) return false;
    memcpy(&program, head, sizeof program);
    if (program.e_ident[EI_CLASS] != ELFCLASS64 || program.e_machine != MACHINE) return false;
    if (program.e_phentsize != sizeof part) return false;
    for (uint64_t i = 0; i < program.e_phnum; i++) {
        off_t at = (off_t)(program.e_phoff + i * sizeof part);
        if (pread(fd, &part, sizeof part, at) != (ssize_t)sizeof part) return false;
        if (part.p_type != PT_INTERP) continue;
        size_t length = part.p_filesz;
        if (length < 2 || length > sizeof loader) return false;
        if (pread(fd, loader, length, (off_t)part.p_offset) != (ssize_t)length) return false;
        if (loader[length - 1] != '\0') return false;
        if (path_from_folder(call, AT_FDCWD, loader, path)) note_fact(path, FACT_READ | FACT_EXECUTED);
        return true;
    }
    return true;
}

void note_program(const struct request *call, const char *given)
{
    char head[HEAD], interpreter[HEAD], path[PATH_BYTES];
    if (!JOIN(path, given, "")) return;
    for (int depth = 0; depth < MOST_SCRIPTS; depth++) {
        note_fact(path, FACT_READ | FACT_EXECUTED);
        /* A name of the caller's own for a file that it runs already, or has open, means another one here. */
        if (strncmp(path, "/proc/", 6) == 0 || strncmp(path, "/dev/fd/", 8) == 0) {
            if (strcmp(path, "/proc/self/exe") != 0) note_doubt(DOUBT_UNOBSERVED);
            return;
        }
        int fd = open_program(path);
        if (fd < 0) return; /* the kernel doesn't run it either; what may be run and not read is no input to keep */
        ssize_t size = pread(fd, head, sizeof head, 0);
        bool is_script = size > 2 && head[0] == '#' && head[1] == '!';
        bool is_elf = size > SELFMAG && memcmp(head, ELFMAG, SELFMAG) == 0;
        if (is_elf && !note_loader(call, fd, head, (size_t)size)) note_doubt(DOUBT_FOREIGN);
        /* Neither: a shell takes a text for a script of its own; for anything else there may be a helper. */
        if (!is_script && !is_elf && size > 0 && memchr(head, '\0', (size_t)size) != NULL) note_doubt(DOUBT_FOREIGN);
        close(fd);
        if (!is_script || !interpreter_of_script(head, (size_t)size, interpreter)) return;
        if (!path_from_folder(call, AT_FDCWD, interpreter, path)) return;
    }
}
