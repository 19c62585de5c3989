/* The filter and the listener; the kernel's own header isn't there with every C library, so its numbers stand here. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "observe.h"

#if defined(__x86_64__)
enum { NATIVE = 0xC000003E };
#elif defined(__aarch64__)
enum { NATIVE = 0xC00000B7 };
#else
#error "calls are known for x86-64 and arm64 only"
#endif

struct seccomp_data {
    int number;
    uint32_t architecture;
    uint64_t instruction;
    uint64_t args[6];
};

struct notification {
    uint64_t id;
    uint32_t pid, flags;
    struct seccomp_data data;
};

struct response {
    uint64_t id;
    int64_t value;
    int32_t error;
    uint32_t flags;
};

struct instruction {
    uint16_t code;
    uint8_t if_true, if_false;
    uint32_t operand;
};

struct program {
    unsigned short size;
    struct instruction *at;
};

enum {
    LOAD = 0x20,        /* BPF_LD | BPF_W | BPF_ABS */
    IF_EQUAL = 0x15,    /* BPF_JMP | BPF_JEQ | BPF_K */
    IF_AT_LEAST = 0x35, /* BPF_JMP | BPF_JGE | BPF_K */
    RETURN = 0x06,      /* BPF_RET | BPF_K */

    ALLOW = 0x7fff0000,
    NOTIFY = 0x7fc00000,
    FAIL = 0x00050000, /* with an errno */

    SET_MODE_FILTER = 1,
    NEW_LISTENER = 1 << 3,
    GO_ON = 1,
    SYNCHRONOUS = 1,
};

#define RECEIVE _IOWR('!', 0, struct notification)
#define SEND _IOWR('!', 1, struct response)
#define SET_FLAGS _IOW('!', 4, uint64_t)

enum { IO_URING_SETUP = 425, X32 = 0x40000000 };

/* Every call that names a path, lists a folder, speaks to somebody, or changes what names mean. */
static const int reported[] = {
#ifdef SYS_open
    SYS_open, SYS_creat, SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_unlink, SYS_rmdir, SYS_rename, SYS_mkdir,
    SYS_symlink, SYS_link, SYS_mknod, SYS_chmod, SYS_chown, SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat, SYS_getdents,
#endif
#ifdef SYS_renameat
    SYS_renameat,
#endif
    SYS_openat, SYS_openat2, SYS_faccessat, SYS_faccessat2, SYS_readlinkat, SYS_unlinkat, SYS_renameat2, SYS_mkdirat,
    SYS_symlinkat, SYS_linkat, SYS_mknodat, SYS_fchmodat, SYS_fchmodat2, SYS_fchownat, SYS_utimensat, SYS_truncate,
    SYS_newfstatat, SYS_statx, SYS_getdents64, SYS_chdir, SYS_execve, SYS_execveat, SYS_connect, SYS_chroot,
    SYS_pivot_root, SYS_mount, SYS_umount2, SYS_setns, SYS_open_by_handle_at,
};
enum { REPORTED = sizeof reported / sizeof *reported };

static struct instruction step(uint16_t code, uint32_t operand)
{
    return (struct instruction){code, 0, 0, operand};
}

static struct instruction jump(uint16_t code, uint32_t operand, size_t if_true, size_t if_false)
{
    return (struct instruction){code, (uint8_t)if_true, (uint8_t)if_false, operand};
}

/* Low half of a call's argument, where both machines have it. */
static struct instruction load_argument(int index)
{
    return step(LOAD, (uint32_t)(offsetof(struct seccomp_data, args) + 8 * (size_t)index));
}

static size_t make_filter(struct instruction *at)
{
    size_t size = 0;
    at[size++] = step(LOAD, offsetof(struct seccomp_data, architecture));
    at[size++] = jump(IF_EQUAL, NATIVE, 1, 0);
    at[size++] = step(RETURN, NOTIFY); /* of another architecture: seen, but not understood */
    at[size++] = step(LOAD, offsetof(struct seccomp_data, number));
#ifdef __x86_64__
    at[size++] = jump(IF_AT_LEAST, X32, 0, 1);
    at[size++] = step(RETURN, NOTIFY);
#endif
    /* Reading and writing by rings would not be seen; whoever asks is told that the kernel has none. */
    at[size++] = jump(IF_EQUAL, IO_URING_SETUP, 0, 1);
    at[size++] = step(RETURN, FAIL | ENOSYS);
    at[size++] = jump(IF_EQUAL, SYS_read, 0, 4);
    at[size++] = load_argument(0);
    at[size++] = jump(IF_EQUAL, STDIN_FILENO, 0, 1);
    at[size++] = step(RETURN, NOTIFY);
    at[size++] = step(RETURN, ALLOW);
    for (size_t i = 0; i < REPORTED; i++) {
        at[size++] = jump(IF_EQUAL, (uint32_t)reported[i], REPORTED - i, 0);
    }
    at[size++] = step(RETURN, ALLOW);
    at[size++] = step(RETURN, NOTIFY);
    return size;
}

int install_filter(void)
{
    struct instruction code[32 + REPORTED];
    struct program program = {(unsigned short)make_filter(code), code};
    int listener = (int)syscall(SYS_seccomp, SET_MODE_FILTER, NEW_LISTENER, &program);
    if (listener >= 0) return listener;
    /* Without rights a filter may only be set by who gives up getting more of them. */
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
    return (int)syscall(SYS_seccomp, SET_MODE_FILTER, NEW_LISTENER, &program);
}

void prefer_quick_wake_ups(int listener)
{
    ioctl(listener, SET_FLAGS, (unsigned long)SYNCHRONOUS); /* since Linux 6.6; slower without */
}

bool receive_request(int listener, struct request *request)
{
    struct notification got;
    memset(&got, 0, sizeof got);
    if (ioctl(listener, RECEIVE, &got) != 0) return false;
    *request = (struct request){got.id, got.pid, got.data.number, got.data.architecture, {0}};
    memcpy(request->args, got.data.args, sizeof request->args);
    return true;
}

void let_go_on(int listener, const struct request *request)
{
    struct response response = {request->id, 0, 0, GO_ON};
    ioctl(listener, SEND, &response); /* fails if the caller is gone; then nobody waits */
}

bool is_native(const struct request *request)
{
    return request->architecture == NATIVE && (request->number & X32) == 0;
}
