/* What the arguments of a reported call stand for, in the caller's memory and by its descriptors. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "observe.h"

enum { PAGE = 4096, PIECE = 256 };

size_t peek(uint32_t pid, uint64_t address, void *into, size_t size)
{
    struct iovec to = {into, size}, from = {(void *)(uintptr_t)address, size};
    ssize_t n = process_vm_readv((pid_t)pid, &to, 1, &from, 1, 0);
    if (n >= 0) return (size_t)n;
    /* An address of nothing fails for the kernel as well, and who is gone asks no more. */
    if (errno != EFAULT && errno != ESRCH) note_doubt(DOUBT_UNOBSERVED);
    return 0;
}

/* A text of the caller's; false if it can't be read or is longer than a path may be. */
static bool peek_text(uint32_t pid, uint64_t address, char text[PATH_BYTES])
{
    size_t size = 0;
    while (size < PATH_BYTES) {
        size_t to_page_end = PAGE - (size_t)((address + size) % PAGE);
        size_t want = size == 0 ? PIECE : PATH_BYTES - size; /* most paths are short */
        if (want > to_page_end) want = to_page_end;
        if (want > PATH_BYTES - size) want = PATH_BYTES - size;
        size_t got = peek(pid, address + size, text + size, want);
        if (got == 0) return false;
        if (memchr(text + size, '\0', got) != NULL) return true;
        size += got;
    }
    return false;
}

/* The path that a name below /proc/PID leads to; false if there is none. */
static bool read_process_link(uint32_t pid, const char *name, int64_t number, char target[PATH_BYTES])
{
    char link[64];
    struct text text = text_in(link, sizeof link);
    text_add(&text, "/proc/");
    text_add_number(&text, pid, 1);
    text_add(&text, name);
    if (number >= 0) text_add_number(&text, (uint64_t)number, 1);
    ssize_t size = readlink(link, target, PATH_BYTES - 1);
    if (size <= 0) return false; /* no such descriptor: the call fails */
    target[size] = '\0';
    static const char gone[] = " (deleted)";
    size_t tail = sizeof gone - 1;
    if ((size_t)size > tail && strcmp(target + size - tail, gone) == 0) note_doubt(DOUBT_FOLDER);
    return target[0] == '/';
}

bool path_of_descriptor(const struct request *call, int descriptor, char path[PATH_BYTES])
{
    if (descriptor == AT_FDCWD) return read_process_link(call->pid, "/cwd", -1, path);
    return read_process_link(call->pid, "/fd/", descriptor, path);
}

bool absolute_path(const struct request *call, int folder, uint64_t address, char path[PATH_BYTES])
{
    char given[PATH_BYTES];
    if (address == 0 || !peek_text(call->pid, address, given)) return false;
    return path_from_folder(call, folder, given, path);
}

bool path_from_folder(const struct request *call, int folder, const char *given, char path[PATH_BYTES])
{
    if (given[0] == '/') {
        memcpy(path, given, strlen(given) + 1);
        return true;
    }
    if (!path_of_descriptor(call, folder, path)) return false;
    if (given[0] == '\0') return true;
    size_t size = strlen(path), more = strlen(given);
    if (size + 1 + more >= PATH_BYTES) {
        note_doubt(DOUBT_LIMIT);
        return false;
    }
    path[size] = '/';
    memcpy(path + size + 1, given, more + 1);
    return true;
}
