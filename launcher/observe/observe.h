/*
 * zccache-observe FOLDER KEEP TOOL ARGV0 [ARGS…]: runs a tool and notes every path that it and its children look up, read,
 * list or write, by a seccomp listener. zccache-observe copies SOCKET: the daemon's copier. Linux only. The parts' shared
 * declarations.
 */
#ifndef ZCCACHE_OBSERVE_H
#define ZCCACHE_OBSERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/types.h>

#include "../posix/launcher.h"

/* ---- notes.c: what became of each path ---- */

/* Facts of one path, in the order of the run: what a tool made itself is no input any more. */
enum fact {
    FACT_LOOKED = 1,    /* its presence was asked for */
    FACT_READ = 2,      /* it was opened for reading, or executed */
    FACT_LISTED = 4,    /* its entries were listed */
    FACT_WRITTEN = 8,   /* it was made, or replaced as a whole */
    FACT_UPDATED = 16,  /* it was changed, and what it held before may show */
    FACT_REMOVED = 32,  /* it was there before the run, and was removed */
    FACT_LINK_READ = 64, /* its link text was asked for */
    FACT_EXECUTED = 128,
    FACT_WAS_THERE = 256 /* of what was looked at and then made: something was there before */
};

/* What makes a run one whose inputs are not all known; letters in the log. */
enum doubt {
    DOUBT_UNOBSERVED = 'u', /* the kernel has no such listener, or it could not be set up */
    DOUBT_FOREIGN = 'a',    /* a program of another architecture */
    DOUBT_STDIN = 'i',      /* standard input was read */
    DOUBT_NETWORK = 'n',    /* another process or machine was spoken to */
    DOUBT_LEFT = 'b',       /* a process went on in the background */
    DOUBT_FOLDER = 'f',     /* a folder was moved, or what names mean was changed */
    DOUBT_LIMIT = 'l'       /* more paths or outputs than are kept */
};

struct note {
    char *path;
    unsigned facts;
};

/* Adds a fact to an absolute path; "//" and "/./" are folded first. */
void note_fact(const char *path, unsigned fact);
void note_doubt(enum doubt doubt);

/* The tool's private folder (absolute): what happens at or below it is not noted. */
void keep_private(const char *folder);
bool is_private(const char *path);

/* ---- filter.c: which calls are reported, and the listener ---- */

/* Puts the calling process and its future children under the filter; the listener's descriptor or −1. */
int install_filter(void);

/* One reported call. */
struct request {
    uint64_t id;
    uint32_t pid;
    int number;
    uint32_t architecture;
    uint64_t args[6];
};

/* Calls that older headers don't know. */
#ifndef SYS_faccessat2
#define SYS_faccessat2 439
#endif
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

/* Takes the next report; false if there is none (any more). */
bool receive_request(int listener, struct request *request);

/* Lets the call go on. */
void let_go_on(int listener, const struct request *request);
void prefer_quick_wake_ups(int listener);
bool is_native(const struct request *request);

/* ---- arguments.c: what a call's arguments stand for ---- */

/* Reads what is there of another process's memory; gives how many bytes. */
size_t peek(uint32_t pid, uint64_t address, void *into, size_t size);

/* What a descriptor of the caller's stands for; false if it's no file. */
bool path_of_descriptor(const struct request *call, int descriptor, char path[PATH_BYTES]);

/* The absolute form of a path of the caller's; false if there is none. An empty path is the descriptor's own. */
bool absolute_path(const struct request *call, int folder, uint64_t address, char path[PATH_BYTES]);

/* The same for a path that is read already: at most PATH_BYTES with its end. */
bool path_from_folder(const struct request *call, int folder, const char *given, char path[PATH_BYTES]);

/* ---- calls.c: what a call means ---- */

void take_note(const struct request *request);

/* ---- programs.c: what the kernel opens when it runs a program ---- */

/* Notes a program (absolute), the interpreters of scripts in a row, and the loader that the last one asks for. */
void note_program(const struct request *call, const char *path);

/* ---- jobserver.c: the pipes of make and cargo, by what the environment says ---- */

bool is_jobserver(int descriptor);
bool is_jobserver_path(const char *path);

/* ---- inherited.c: descriptors that the tool was given ---- */

/* To be called before anything is opened. */
void note_inherited(void);
bool is_inherited(int descriptor);

/* ---- log.c: the log, and the list of outputs ---- */

/*
 * Writes FOLDER/observed, and FOLDER/outputs with the paths, each with its end, of what `keep` has the launcher copy as
 * FOLDER/0, 1, …; false if that failed.
 */
bool write_log(const char *folder, bool keep);
const struct note *all_notes(size_t *count);
const char *all_doubts(void);

/* ---- copier.c ---- */

/* Copies what launchers hand over at the socket, until standard input ends; gives the exit code. */
int copy_late(const char *socket_path);

#endif
