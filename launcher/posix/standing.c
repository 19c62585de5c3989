/* A file that a hit would put where the very same one stands: who builds wants a new time there, nobody new bytes. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "launcher.h"

#ifdef __linux__
#include <sys/xattr.h>

enum {
    BLOCK = 64 * 1024,
    READ_LIMIT = 4 * 1024 * 1024, /* it would take longer to read more than to clone it, where files can be cloned */
};

/* As memcmp, of which small C libraries have a slow one. */
static bool is_same(const uint8_t *a, const uint8_t *b, size_t size)
{
    uint64_t x, y;
    for (; size >= sizeof x; a += sizeof x, b += sizeof x, size -= sizeof x) {
        memcpy(&x, a, sizeof x);
        memcpy(&y, b, sizeof y);
        if (x != y) return false;
    }
    return memcmp(a, b, size) == 0;
}

static bool holds(int fd, off_t at, struct wire_bytes content)
{
    static uint8_t block[BLOCK];
    while (content.size > 0) {
        ssize_t n = pread(fd, block, content.size < BLOCK ? content.size : BLOCK, at);
        if (n <= 0 || !is_same(block, content.at, (size_t)n)) return false;
        content.at += n;
        content.size -= (size_t)n;
        at += n;
    }
    return true;
}

static bool holds_all_of(int fd, int from, off_t size)
{
    static uint8_t block[BLOCK];
    for (off_t at = 0; at < size;) {
        ssize_t n = pread(from, block, BLOCK, at);
        if (n <= 0 || !holds(fd, at, (struct wire_bytes){block, (size_t)n})) return false;
        at += n;
    }
    return true;
}

/* A new file would have none, but for the label that some systems put on every file. */
static bool has_attributes(int fd)
{
    static const char label[] = "security.selinux";
    char names[64];
    ssize_t size = flistxattr(fd, names, sizeof names);
    if (size < 0) return errno != ENOTSUP;
    return size > 0 && (size != sizeof label || memcmp(names, label, sizeof label) != 0);
}

/* Whether it is what we would make, apart from its bytes. */
static bool is_as_made(const struct stat *old, const struct placing *placing)
{
    mode_t mode = (mode_t)placing->file->mode & 0777 & ~placing->umask;
    return S_ISREG(old->st_mode) && old->st_nlink == 1 && (old->st_mode & 07777) == mode &&
           old->st_uid == geteuid() && old->st_gid == getegid();
}

bool stands_already(const struct placing *placing, int from, off_t size)
{
    struct stat old;
    const struct wire_file *file = placing->file;
    if (placing->how == WIRE_REFLINK || size > READ_LIMIT) return false;
    if (!is_as_made(&placing->old, placing) || placing->old.st_size != size) return false;
    /* For writing, as it is to be as if written: not while it is being run, and who waits for a writer's end is told. */
    int fd = above_stdio(open(file->dest, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (fd < 0) return false;
    bool same = fstat(fd, &old) == 0 && is_as_made(&old, placing) && old.st_size == size && !has_attributes(fd) &&
                (from < 0 ? holds(fd, 0, file->content) : holds_all_of(fd, from, size));
    close(fd);
    return same;
}
#else
bool stands_already(const struct placing *placing, int from, off_t size)
{
    (void)placing;
    (void)from;
    (void)size;
    return false; /* a rename costs little there */
}
#endif
