/* The posix half's shared declarations. One call = one process; whatever ends well or badly ends in here. */
#ifndef ZCCACHE_LAUNCHER_H
#define ZCCACHE_LAUNCHER_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "../command_line.h"
#include "../text.h"
#include "../wire.h"

#ifndef ZCCACHE_RELEASE
#error "build.ts defines ZCCACHE_RELEASE, the version as one number"
#endif

enum { PATH_BYTES = 4096 };

/*
 * Milliseconds. A daemon that lately let a launcher wait in vain gets QUICK_MS while its process is stopped, and
 * DOUBTED_MS where that can't be told or nobody has heard of it for SILENT_MS; every other wait has its own patience.
 */
enum {
    QUICK_MS = 50,
    LINGER_MS = 1000,
    DOUBTED_MS = 500,
    SILENT_MS = 6000,
    CONNECT_MS = 3000,
    REPLY_MS = 3000,
    COMMAND_MS = 10000,
    START_MS = 5000,
    STUCK_FOR_MS = 20000,
};

/* A file's identity. */
struct identity {
    bool known;
    dev_t device;
    ino_t inode;
};

/* The call in hand: the tool's command line, and where the cache is. */
struct call {
    char **argv; /* of the tool, ends with NULL; argv[0] is what the tool is told to be called */
    char **env;
    const char *name;   /* the tool as looked for: a path if it has a slash, else a word for PATH */
    const char *strict; /* the mode of --strict-paths; NULL without one */
    struct identity self;
    mode_t umask;
    int64_t started_ns;
    char cwd[PATH_BYTES];
    char root[PATH_BYTES];
    char endpoint[PATH_BYTES];
    bool root_given, endpoint_given; /* by the environment */
};

/* ---- self.c: this executable, and the full program beside it ---- */

struct identity own_identity(void);
bool is_own(const struct identity *self, const struct stat *file);

/* Execs the full program in a role (zccache, zccache-daemon, zccache-fp); returns only if it isn't there. */
void exec_full_program(const char *role, char *const *args, char *const *env);

/* The same, and an error naming the missing file with exit 127. */
_Noreturn void become_full_program(const char *role, char *const *args, char *const *env);

/* ---- tool.c: the real tool ---- */

enum find { FIND_FOUND, FIND_MISSING, FIND_SELF };

/*
 * Looks for `name` as execvp would, leaving out this executable. FIND_FOUND: `found` is the path. FIND_SELF: a path
 * was given and it is this executable. FIND_MISSING: errno tells why a path can't be run; 0 = not on PATH.
 * `*skipped` says whether this executable stood earlier on PATH.
 */
enum find find_tool(const struct call *call, char found[PATH_BYTES], bool *skipped);

/* Runs the tool as if zccache were not there; the only way out when anything is wrong. `why` is logged unless NULL. */
_Noreturn void run_untouched(const struct call *call, const char *why);

/* Execs one file, a script without an interpreter line by the shell; returns if that fails, errno says why. */
void exec_file(const char *path, char *const *argv, char *const *env);

/* Says `<name>: <why>` on stderr and exits 126 or 127, as a shell does. */
_Noreturn void cannot_run(const char *name, int error);

/* ---- place.c: the cache root and the endpoint ---- */

/* Fills in cwd, root and endpoint; false if one of them can't be known. */
bool find_places(struct call *call);
const char *env_value(char *const *env, const char *name);

/* ---- channel.c, connect.c: talking to the daemon ---- */

/* A connected socket, or −1 with `*why`. Starts a daemon if `may_start` and none is there. */
int reach_daemon(const struct call *call, bool may_start, const char **why);

enum reach { REACHED, REACH_ABSENT, REACH_FAILED };
enum reach try_connect(const struct call *call, int *fd, const char **why);
bool start_daemon(const struct call *call, int *fd, const char **why);

struct channel {
    const struct call *call;
    int fd;
};

bool send_frame(const struct channel *channel, const uint8_t *frame, size_t size);

/* Waits for one reply; false with `*why` when none comes in time or it is malformed. */
bool receive_reply(const struct channel *channel, int patience_ms, struct wire_reply *reply, const char **why);

/* How long to wait for the daemon behind `fd`, of which `usual_ms` is the most. */
int patience_with(const struct call *call, int fd, int usual_ms);

/* Leaves the mark of a daemon that was waited for in vain; the next reply takes it away. */
void note_stuck_daemon(const struct call *call);

/* ---- peer.c: the process at the other end ---- */

enum peer_state { PEER_UNKNOWN, PEER_ALIVE, PEER_STOPPED };
bool is_peer_ours(int fd);
enum peer_state peer_state(int fd);

/* ---- root_folder.c ---- */

/* MOUNT:DEVICE:INODE of what this process has as "/", the mount's number only on Linux; empty if it can't be told. */
const char *root_folder(void);

/* ---- request.c: the conversation ---- */

_Noreturn void compile(struct call *call);

/* Lets the running daemon answer a command; returns if the full program has to. */
void forward_command(struct call *call);

/* ---- deliver.c, standing.c, copy.c: the files of a hit ---- */

bool deliver(const struct call *call, const struct wire_reply *reply, const char **why);

/* A file on its way: written aside, at `temporary`, before it takes the place of `old` (st_mode 0: nothing is there). */
struct placing {
    const struct wire_file *file;
    enum wire_delivery how;
    mode_t umask;
    struct stat old;
    bool taken; /* the temporary is what stood there */
    bool over;  /* there is no temporary: what stands there is written over */
    char temporary[PATH_BYTES];
};

/* PLACED_INTO: what stands there is to be written into, when the temporaries of all others are there. */
enum placed { NOT_PLACED, PLACED_ASIDE, PLACED_BEFORE, PLACED_INTO };

#ifdef __linux__
/*
 * Opens what stands there if it could not be told from what would be put there, but for its bytes and times; else −1. Where
 * in doubt it's −1.
 */
int open_standing(struct placing *placing);

/* Whether it has the very bytes: `from` is open on them, or −1 for those in the reply. */
bool holds_already(const struct placing *placing, int fd, int from, off_t size);

/*
 * Moves it to the temporary's name and empties it for `size` bytes; what is not written reads as zeros. False if it stays as
 * it is: somebody else uses it, or it would cost no less than another file.
 */
bool take_over(const struct placing *placing, int fd, off_t size);

/* Begins to write to the disk what was written into it, as the file system does with what replaces a file. */
void begin_write_out(int fd);
#else
/* A rename costs little there. */
static inline int open_standing(struct placing *placing)
{
    (void)placing;
    return -1;
}

static inline bool holds_already(const struct placing *placing, int fd, int from, off_t size)
{
    (void)placing, (void)fd, (void)from, (void)size;
    return false;
}

static inline bool take_over(const struct placing *placing, int fd, off_t size)
{
    (void)placing, (void)fd, (void)size;
    return false;
}

static inline void begin_write_out(int fd)
{
    (void)fd;
}
#endif

/* Leaves in the reply's timing file, if it names one, what delivering took. */
void note_delivery(const struct wire_reply *reply, int64_t started_ns);

/* Writes everything into a file. */
bool write_content(int to, struct wire_bytes content);

/* Copies all of `from` into the empty file `to`, by the kernel if it can; holes stay holes. */
bool copy_content(int from, int to, const struct stat *file);
bool copy_whole(int from, int to);
bool reflink(int from, int to);

/* ---- snapshot.c, late.c: copies of what the tool wrote ---- */

/* Copies of a run's outputs; `late`: some of them are still being made, by somebody else. */
struct snapshots {
    struct wire_snapshot *copies;
    size_t count;
    bool late;
};

/* Copies the outputs before anybody who waits for us can change them; false if there is no memory. */
bool take_snapshots(const struct wire_reply *reply, int exit, struct snapshots *taken);

/* ---- child.c, tee.c, lists.c, run.c: the tool as a child ---- */

struct child {
    const char *path;
    char *const *argv;
    char *const *env;
    int in, out, err; /* descriptors for the child; −1 = ours */
    int nice;         /* what is added to the child's nice value */
};

/* How a child ended. */
struct ending {
    int exit; /* −1 for a signal */
    int signal;
    uint64_t wall_ns;
    bool denied; /* whether it ran at our priority, though another was asked for */
};

/* Signals that ask a process to end are kept away from us from begin to end of a child, and passed on to it. */
void begin_child_signals(void);
void end_child_signals(void);

/* The mask to wait with: the caller's, but open for a child's end. */
sigset_t child_wait_mask(void);

/* Starts a child between begin and end; 0 if that failed. */
pid_t start_child(const struct child *child);

/* Waits without copying streams. */
struct ending wait_for_child(pid_t pid, int64_t started_ns);

/* One stream of the child: read from `from`, written to `to` as it comes (−1 = nowhere), kept up to a limit. */
struct tap {
    int from, to;
    uint8_t *kept;
    size_t kept_size, kept_room, limit;
    bool cut; /* longer than the limit, or left open after the tool's end */
    size_t held, held_at;
    uint8_t hold[16384];
};

/* The third is the pipe of dependency lists, if there is one. */
enum { TAP_OUT, TAP_ERR, TAP_LISTS, TAPS };

struct ending tee_child(pid_t pid, int64_t started_ns, struct tap taps[TAPS]);

/* A pipe that the tool finds by the name `dep` in a folder. */
bool open_lists(struct tap *tap, const char *folder);

/* Writes what came out of it to the file `deps` there; no file if that isn't all. */
void save_lists(const struct tap *tap, const char *folder);

/* The caller's environment with a reply's changes; NULL if there is no memory. */
char **changed_env(char *const *env, const struct wire_texts *changes);

_Noreturn void run_and_report(const struct channel *channel, const struct wire_reply *reply);

/* Runs the preprocessor into the reply's file and sends Preprocessed; false with `*why` if that can't be done. */
bool run_preprocessor(const struct channel *channel, const struct wire_reply *reply, const char **why);

/* Ends this process as the child ended. */
_Noreturn void end_like(const struct ending *ending);

/* ---- terminal.c ---- */

bool is_terminal(int fd, unsigned *columns);

/* Whether both output streams go to the same file. */
bool is_same_stream(void);

/* A pseudo-terminal like the caller's one, as a pipe: read from ends[0] what is written to ends[1], unchanged. */
bool open_terminal(int ends[2], int callers);

/* ---- streams.c: descriptors ---- */

/* Writes everything, whatever the descriptor's mode; gives up on a stream that nobody reads. */
void write_all(int fd, const void *from, size_t size);
void print_error(const char *const *parts);
int above_stdio(int fd); /* moves a descriptor out of 0, 1, 2 */
bool set_close_on_exec(int fd);
int64_t now_ns(void);

/* ---- log.c ---- */

/* Appends one line to ROOT/logs/launcher.log, never anything on stderr. */
void log_fallback(const struct call *call, const char *why);

#endif
