/* What each reported call says of which path. */
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "observe.h"

static bool is_there(const char *path, mode_t *mode)
{
    struct stat file;
    if (lstat(path, &file) != 0) return false;
    *mode = file.st_mode;
    return true;
}

/* Whether a path is another name of a descriptor; −1 stands for one that can't be told. */
static bool names_descriptor(const char *path, int *descriptor)
{
    *descriptor = 0;
    if (strcmp(path, "/dev/stdin") == 0) return true;
    bool names = strncmp(path, "/dev/fd/", 8) == 0 || (strncmp(path, "/proc/", 6) == 0 && strstr(path, "/fd/") != NULL);
    if (!names) return false;
    const char *number = strrchr(path, '/') + 1;
    for (; *number >= '0' && *number <= '9'; number++) *descriptor = *descriptor * 10 + *number - '0';
    if (*number != '\0') *descriptor = -1;
    return true;
}

static void note_opened(const struct request *call, const char *path, uint64_t flags)
{
    char target[PATH_BYTES];
    mode_t mode = 0;
    int descriptor;
    /* What a descriptor stands for is meant: no path if it is a pipe, another one for each caller if it was given. */
    if (names_descriptor(path, &descriptor)) {
        bool known = descriptor >= 0 && path_of_descriptor(call, descriptor, target);
        if (!known && descriptor >= 0 && is_jobserver(descriptor)) return;
        bool reads = (flags & O_ACCMODE) != O_WRONLY && (flags & O_PATH) == 0;
        if (!known || (reads && is_inherited(descriptor))) note_doubt(DOUBT_STDIN);
        if (known) path = target;
    }
    if (is_jobserver_path(path) || is_private(path)) return;
    if ((flags & O_ACCMODE) == O_RDONLY || (flags & O_PATH) != 0) {
        note_fact(path, FACT_READ);
        return;
    }
    bool fresh = (flags & O_TRUNC) != 0 || (flags & O_TMPFILE) == O_TMPFILE || !is_there(path, &mode);
    if (!fresh && !S_ISREG(mode) && !S_ISLNK(mode)) note_fact(path, FACT_LOOKED); /* a device, a terminal */
    else if (!fresh || (flags & (O_CREAT | O_TRUNC)) != 0) note_fact(path, fresh ? FACT_WRITTEN : FACT_UPDATED);
    else note_fact(path, FACT_LOOKED); /* it isn't there, and won't be made */
}

static void note_removed(const char *path)
{
    mode_t mode;
    note_fact(path, is_there(path, &mode) ? FACT_REMOVED : FACT_LOOKED);
}

static void note_moved(const char *from, const char *to)
{
    mode_t mode = 0;
    if (!is_there(from, &mode)) {
        note_fact(from, FACT_LOOKED);
        return;
    }
    if (is_private(from) && is_private(to)) return;
    if (S_ISDIR(mode)) note_doubt(DOUBT_FOLDER);
    note_fact(from, FACT_READ);
    note_fact(from, FACT_REMOVED);
    note_fact(to, FACT_WRITTEN);
}

static void note_connection(const struct request *call)
{
    struct sockaddr_un address;
    mode_t mode;
    memset(&address, 0, sizeof address);
    size_t size = call->args[2] < sizeof address - 1 ? (size_t)call->args[2] : sizeof address - 1;
    if (peek(call->pid, call->args[1], &address, size) < sizeof address.sun_family) return;
    if (address.sun_family == AF_UNIX && address.sun_path[0] == '/' && !is_there(address.sun_path, &mode)) {
        note_fact(address.sun_path, FACT_LOOKED); /* name services ask for a server that seldom runs */
        return;
    }
    note_doubt(DOUBT_NETWORK);
}

/* What stood behind a descriptor; nothing for one that is closed. */
static void describe_input(uint32_t pid, char target[PATH_BYTES])
{
    char link[64];
    struct text text = text_in(link, sizeof link);
    text_add(&text, "/proc/");
    text_add_number(&text, pid, 1);
    text_add(&text, "/fd/0");
    ssize_t size = readlink(link, target, PATH_BYTES - 1);
    target[size < 0 ? 0 : size] = '\0';
}

/* Standard input is unknown, unless it is empty or the run has put another file there. */
static void note_input_read(const struct request *call)
{
    static char ours[PATH_BYTES];
    char theirs[PATH_BYTES];
    if (ours[0] == '\0') describe_input((uint32_t)getpid(), ours);
    describe_input(call->pid, theirs);
    if (strcmp(ours, theirs) == 0 && strcmp(ours, "/dev/null") != 0) note_doubt(DOUBT_STDIN);
}

enum what { LOOK, READ_LINK, EXECUTE, REMOVE, MAKE, CHANGE };

struct meaning {
    int number;
    enum what what;
    signed char folder, path; /* indices of arguments; folder −1: the current one */
};

static const struct meaning meanings[] = {
#ifdef SYS_open
    {SYS_stat, LOOK, -1, 0},
    {SYS_lstat, LOOK, -1, 0},
    {SYS_access, LOOK, -1, 0},
    {SYS_readlink, READ_LINK, -1, 0},
    {SYS_unlink, REMOVE, -1, 0},
    {SYS_rmdir, REMOVE, -1, 0},
    {SYS_mkdir, MAKE, -1, 0},
    {SYS_symlink, MAKE, -1, 1},
    {SYS_mknod, MAKE, -1, 0},
    {SYS_chmod, CHANGE, -1, 0},
    {SYS_chown, CHANGE, -1, 0},
    {SYS_lchown, CHANGE, -1, 0},
    {SYS_utime, CHANGE, -1, 0},
    {SYS_utimes, CHANGE, -1, 0},
    {SYS_futimesat, CHANGE, 0, 1},
#endif
    {SYS_chdir, LOOK, -1, 0},
    {SYS_newfstatat, LOOK, 0, 1},
    {SYS_statx, LOOK, 0, 1},
    {SYS_faccessat, LOOK, 0, 1},
    {SYS_faccessat2, LOOK, 0, 1},
    {SYS_readlinkat, READ_LINK, 0, 1},
    {SYS_unlinkat, REMOVE, 0, 1},
    {SYS_mkdirat, MAKE, 0, 1},
    {SYS_symlinkat, MAKE, 1, 2},
    {SYS_mknodat, MAKE, 0, 1},
    {SYS_fchmodat, CHANGE, 0, 1},
    {SYS_fchmodat2, CHANGE, 0, 1},
    {SYS_fchownat, CHANGE, 0, 1},
    {SYS_utimensat, CHANGE, 0, 1},
    {SYS_truncate, CHANGE, -1, 0},
    {SYS_execve, EXECUTE, -1, 0},
    {SYS_execveat, EXECUTE, 0, 1},
};

static int folder_argument(const struct request *call, int index)
{
    return index < 0 ? AT_FDCWD : (int)call->args[index];
}

static bool note_by_table(const struct request *call)
{
    char path[PATH_BYTES];
    mode_t mode;
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        const struct meaning *meaning = &meanings[i];
        if (meaning->number != call->number) continue;
        uint64_t address = call->args[(int)meaning->path];
        if (!absolute_path(call, folder_argument(call, meaning->folder), address, path)) return true;
        if (is_private(path) && meaning->what != EXECUTE) return true;
        switch (meaning->what) {
        case LOOK: note_fact(path, FACT_LOOKED); break;
        case READ_LINK: note_fact(path, FACT_LINK_READ); break;
        case EXECUTE: note_program(call, path); break;
        case REMOVE: note_removed(path); break;
        case MAKE: note_fact(path, is_there(path, &mode) ? FACT_LOOKED : FACT_WRITTEN); break;
        case CHANGE: note_fact(path, is_there(path, &mode) ? FACT_UPDATED : FACT_LOOKED); break;
        }
        return true;
    }
    return false;
}

static void note_two_paths(const struct request *call, const int at[4], bool moves)
{
    char from[PATH_BYTES], to[PATH_BYTES];
    if (!absolute_path(call, folder_argument(call, at[0]), call->args[at[1]], from)) return;
    if (!absolute_path(call, folder_argument(call, at[2]), call->args[at[3]], to)) return;
    if (moves) {
        note_moved(from, to);
        return;
    }
    note_fact(from, FACT_READ);
    note_fact(to, FACT_WRITTEN);
}

static void note_open(const struct request *call, int folder, int path_at)
{
    char path[PATH_BYTES];
    uint64_t flags = call->args[path_at + 1];
    if (call->number == SYS_openat2 && peek(call->pid, flags, &flags, sizeof flags) < sizeof flags) return;
    if (absolute_path(call, folder_argument(call, folder), call->args[path_at], path)) note_opened(call, path, flags);
}

static void note_listing(const struct request *call)
{
    char path[PATH_BYTES];
    if (path_of_descriptor(call, (int)call->args[0], path)) note_fact(path, FACT_LISTED);
}

/* Whether an open file's own data are asked for, which opening it has told us of: so the C library does. */
static bool asks_of_descriptor(const struct request *call)
{
    char first;
    uint64_t flags = call->args[call->number == SYS_statx ? 2 : 3];
    if ((flags & AT_EMPTY_PATH) == 0 || (int)call->args[0] == AT_FDCWD) return false;
    return call->args[1] == 0 || (peek(call->pid, call->args[1], &first, 1) == 1 && first == '\0');
}

void take_note(const struct request *call)
{
    if (!is_native(call)) {
        note_doubt(DOUBT_FOREIGN);
        return;
    }
    switch (call->number) {
#ifdef SYS_open
    case SYS_open: note_open(call, -1, 0); return;
    case SYS_creat: {
        struct request open = *call;
        open.args[1] = O_WRONLY | O_CREAT | O_TRUNC;
        note_open(&open, -1, 0);
        return;
    }
    case SYS_rename: note_two_paths(call, (const int[]){-1, 0, -1, 1}, true); return;
    case SYS_link: note_two_paths(call, (const int[]){-1, 0, -1, 1}, false); return;
    case SYS_getdents:
#endif
    case SYS_getdents64: note_listing(call); return;
#ifdef SYS_renameat
    case SYS_renameat:
#endif
    case SYS_renameat2: note_two_paths(call, (const int[]){0, 1, 2, 3}, true); return;
    case SYS_linkat: note_two_paths(call, (const int[]){0, 1, 2, 3}, false); return;
    case SYS_openat:
    case SYS_openat2: note_open(call, 0, 1); return;
    case SYS_connect: note_connection(call); return;
    case SYS_read: note_input_read(call); return;
    case SYS_chroot:
    case SYS_pivot_root:
    case SYS_mount:
    case SYS_umount2:
    case SYS_setns: note_doubt(DOUBT_FOLDER); return;
    case SYS_newfstatat:
    case SYS_statx:
        if (asks_of_descriptor(call)) return;
        break;
    case SYS_open_by_handle_at: note_doubt(DOUBT_UNOBSERVED); return;
    default: break;
    }
    if (!note_by_table(call)) note_doubt(DOUBT_UNOBSERVED);
}
