/* What this process has as "/": another container, chroot or mount namespace has other files under the same names. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launcher.h"

/* Takes the mount's number as text. */
static void add_identity(struct text *text, const char *mount, uint64_t device, uint64_t inode)
{
    text_add(text, mount);
    text_add(text, ":");
    text_add_number(text, device, 1);
    text_add(text, ":");
    text_add_number(text, inode, 1);
}

#ifdef __linux__
#include <sys/syscall.h>

/* The kernel's `struct statx`; not every C library has it, or all of it. */
struct status {
    uint32_t mask, block_size;
    uint64_t attributes;
    uint32_t links, uid, gid;
    uint16_t mode, spare;
    uint64_t inode, size, blocks, attributes_mask;
    uint64_t times[8];
    uint32_t rdev_major, rdev_minor, dev_major, dev_minor;
    uint64_t mount, rest[13];
};
_Static_assert(sizeof(struct status) == 256, "the kernel writes 256 bytes");

/* As stat() gives it. */
static uint64_t device_of(const struct status *status)
{
    uint64_t major = status->dev_major, minor = status->dev_minor;
    return (minor & 0xff) | major << 8 | (minor & ~(uint64_t)0xff) << 12;
}

static bool ask_kernel(struct text *text)
{
    enum { INODE = 0x100, MOUNT = 0x1000 }; /* of the mask */
    struct status status;
    if (syscall(SYS_statx, AT_FDCWD, "/", 0, INODE | MOUNT, &status) != 0 || !(status.mask & MOUNT)) return false;
    char digits[24];
    struct text mount = text_in(digits, sizeof digits);
    text_add_number(&mount, status.mount, 1);
    add_identity(text, digits, device_of(&status), status.inode);
    return true;
}

/* Linux before 5.8 tells the mount of an open file only, in /proc. */
static void ask_proc(struct text *text)
{
    char path[64], info[512];
    struct stat root;
    struct text name = text_in(path, sizeof path);
    int fd = above_stdio(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (fd < 0 || fstat(fd, &root) != 0) return;
    text_add(&name, "/proc/self/fdinfo/");
    text_add_number(&name, (uint64_t)fd, 1);
    int file = above_stdio(open(path, O_RDONLY | O_CLOEXEC));
    ssize_t size = file < 0 ? -1 : read(file, info, sizeof info - 1);
    if (file >= 0) close(file);
    close(fd);
    if (size <= 0) return;
    info[size] = 0;
    char *mount = strstr(info, "mnt_id:\t"), *end = mount == NULL ? NULL : strchr(mount, '\n');
    if (end == NULL) return;
    *end = 0;
    add_identity(text, mount + strlen("mnt_id:\t"), root.st_dev, root.st_ino);
}
#endif

const char *root_folder(void)
{
    static char room[96];
    struct text text = text_in(room, sizeof room);
#ifdef __linux__
    if (!ask_kernel(&text)) ask_proc(&text);
#else
    struct stat root;
    if (stat("/", &root) == 0) add_identity(&text, "", (uint64_t)root.st_dev, root.st_ino);
#endif
    return room;
}
