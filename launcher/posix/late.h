/*
 * What a launcher hands to the daemon's copier (launcher/observe/copier.c): a datagram with a `late_job`, and with it a watch
 * of the files and their descriptors in pairs, to read from and to write to.
 */
#ifndef ZCCACHE_LATE_H
#define ZCCACHE_LATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LATE_FILES = 16, LATE_ENDS = 2, LATE_DESCRIPTORS = 1 + LATE_ENDS * LATE_FILES };

/* The copier's socket, beside the folders of runs. */
#define LATE_SOCKET ".copier"

struct late_job {
    uint64_t ticket;
    size_t count;
    size_t indices[LATE_FILES]; /* of the outputs, in the order of their descriptors */
};

enum late_end { LATE_FROM, LATE_TO };

struct late_descriptors {
    int watch;
    int files[LATE_FILES][LATE_ENDS];
};

#ifdef __linux__
enum { CAN_BE_LATE = true };

/* From now on `watch` (made when it is −1) tells who opens, writes or has written into a file; false if that can't be. */
bool watch_content(int *watch, int file);

/* Whether what is watched is still as it was when the watch began: all files at once, after they were copied. */
bool is_untouched(const struct late_job *job, const struct late_descriptors *descriptors);

/* Hands files to the copier beside the folder `place`; false if it doesn't take them now. */
bool hand_over(const char *place, const struct late_job *job, const struct late_descriptors *descriptors);
#else
enum { CAN_BE_LATE = false };

static inline bool watch_content(int *watch, int file)
{
    (void)watch, (void)file;
    return false;
}

static inline bool hand_over(const char *place, const struct late_job *job, const struct late_descriptors *descriptors)
{
    (void)place, (void)job, (void)descriptors;
    return false;
}
#endif

#endif
