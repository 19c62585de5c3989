#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/sendfile.h>
#include <sys/syscall.h>
#endif

#include "launcher.h"

#ifdef __linux__
enum {
    FICLONE_REQUEST = 0x40049409, /* _IOW(0x94, 9, int), without the kernel's headers */
    RESERVED_BYTES = 1024 * 1024, /* from here on it's quicker to ask for all blocks at once */
};

bool reflink(int from, int to)
{
    return ioctl(to, FICLONE_REQUEST, from) == 0;
}

/* Copies inside the kernel from where both descriptors stand; true when nothing is left. */
static bool copy_in_kernel(int from, int to, uint64_t *left)
{
    bool by_range = true;
    if (*left >= RESERVED_BYTES) fallocate(to, FALLOC_FL_KEEP_SIZE, lseek(to, 0, SEEK_CUR), (off_t)*left);
    while (*left > 0) {
        size_t chunk = *left > 1 << 30 ? 1 << 30 : (size_t)*left;
        ssize_t n = by_range ? syscall(SYS_copy_file_range, from, NULL, to, NULL, chunk, 0)
                             : sendfile(to, from, NULL, chunk);
        if (n > 0) {
            *left -= (uint64_t)n;
        } else if (n < 0 && errno == EINTR) {
            continue;
        } else if (by_range) {
            by_range = false; /* another file system, or a kernel without it */
        } else {
            return false;
        }
    }
    return true;
}
#else
bool reflink(int from, int to)
{
    (void)from;
    (void)to;
    return false; /* a clone needs a name that doesn't exist yet; plain copies are what is offered here */
}

static bool copy_in_kernel(int from, int to, uint64_t *left)
{
    (void)from;
    (void)to;
    return *left == 0;
}
#endif

static bool write_file(int fd, const uint8_t *at, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, at, size);
        if (n > 0) {
            at += n;
            size -= (size_t)n;
        } else if (n == 0 || errno != EINTR) {
            return false;
        }
    }
    return true;
}

/* Copies as many bytes as said from where both stand, or all that there are. */
static bool copy_bytes(int from, int to, uint64_t size)
{
    static uint8_t block[64 * 1024];
    if (copy_in_kernel(from, to, &size)) return true;
    while (size > 0) {
        ssize_t n = read(from, block, size < sizeof block ? (size_t)size : sizeof block);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0 || !write_file(to, block, (size_t)n)) return false;
        size -= (uint64_t)n;
    }
    return true;
}

/* Copies a file with holes piece by piece, so that they stay holes. */
static bool copy_pieces(int from, int to, off_t size)
{
    off_t at = 0;
    while (at < size) {
        off_t data = lseek(from, at, SEEK_DATA);
        if (data < 0) break; /* nothing but a hole from here on */
        off_t hole = lseek(from, data, SEEK_HOLE);
        uint64_t left = hole < data ? 0 : (uint64_t)(hole - data);
        if (left == 0 || lseek(from, data, SEEK_SET) < 0 || lseek(to, data, SEEK_SET) < 0) return false;
        if (!copy_bytes(from, to, left)) return false;
        at = hole;
    }
    return ftruncate(to, size) == 0;
}

bool copy_content(int from, int to, const struct stat *file)
{
    bool sparse = file->st_blocks >= 0 && (uint64_t)file->st_blocks * 512 < (uint64_t)file->st_size;
    return sparse ? copy_pieces(from, to, file->st_size) : copy_bytes(from, to, (uint64_t)file->st_size);
}

bool copy_whole(int from, int to)
{
    struct stat file;
    return fstat(from, &file) == 0 && copy_content(from, to, &file);
}
