/*
 * A file that stands where a hit puts one, and is as the new one would be but for its bytes and times. With the same bytes it
 * only wants a new time; else its inode and its blocks may be taken for the new bytes.
 */
#include "launcher.h"

#ifdef __linux__
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h> /* rename */
#include <string.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

enum {
    EXT_MAGIC = 0xef53,
    ZERO_RANGE_KEEP_SIZE = 0x10 | 0x01, /* FALLOC_FL_…, without the kernel's headers */
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

int open_standing(struct placing *placing)
{
    struct stat *old = &placing->old;
    if (placing->how == WIRE_REFLINK || !is_as_made(old, placing)) return -1;
    /* For writing, as it is to be as if written: not while it is being run, and who waits for a writer's end is told. */
    int fd = above_stdio(open(placing->file->dest, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (fd < 0) return -1;
    if (fstat(fd, old) == 0 && is_as_made(old, placing) && !has_attributes(fd)) return fd;
    close(fd);
    return -1;
}

bool holds_already(const struct placing *placing, int fd, int from, off_t size)
{
    if (size > READ_LIMIT || size != placing->old.st_size) return false;
    return from < 0 ? holds(fd, 0, placing->file->content) : holds_all_of(fd, from, size);
}

/* Where it was measured to pay, and what take_over relies on is known to hold. */
static bool is_on_ext4(int fd)
{
    struct statfs volume;
    return fstatfs(fd, &volume) == 0 && volume.f_type == EXT_MAGIC;
}

/*
 * The kernel leases a file only to its single user: nobody else reads, writes, maps or runs it. Who opens it before its name
 * is gone waits until it is closed, whole; of that we would be told by a signal, and want none that ends us.
 */
static bool is_only_ours(int fd)
{
    return fcntl(fd, F_SETSIG, SIGURG) == 0 && fcntl(fd, F_SETLEASE, F_WRLCK) == 0;
}

/* Whether a path leads to the file that was opened, and to nothing that somebody put there meanwhile; `file` is what it is. */
static bool is_at(int fd, const char *path, struct stat *file)
{
    struct stat named;
    return fstat(fd, file) == 0 && lstat(path, &named) == 0 && file->st_ino == named.st_ino &&
           file->st_dev == named.st_dev && file->st_nlink == 1;
}

/*
 * Makes a file read as zeros, of `size` bytes at most. Its blocks stay its own, marked as never written: to give them back
 * takes longer than all the rest, and what a loss of power can leave are zeros, never the old bytes with a new time.
 */
static bool blank(int fd, const struct stat *file, off_t size)
{
    off_t end = (file->st_size + file->st_blksize - 1) / file->st_blksize * file->st_blksize;
    if (end > 0 && fallocate(fd, ZERO_RANGE_KEEP_SIZE, 0, end) != 0) return false;
    return file->st_size <= size || ftruncate(fd, size) == 0;
}

bool take_over(const struct placing *placing, int fd, off_t size)
{
    struct stat now;
    const char *dest = placing->file->dest, *temporary = placing->temporary;
    if (!placing->file->anew || !is_on_ext4(fd) || !is_only_ours(fd)) return false;
    if (!is_at(fd, dest, &now) || rename(dest, temporary) != 0) return false;
    if (is_at(fd, temporary, &now) && blank(fd, &now, size)) return true;
    rename(temporary, dest);
    return false;
}

void begin_write_out(int fd)
{
    sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
}
#endif
