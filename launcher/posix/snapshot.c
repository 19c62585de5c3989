#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "late.h"
#include "launcher.h"

enum {
    LATE_BYTES = 256 * 1024, /* smaller ones are copied as quickly as they are handed over */
    MOST_LIST_BYTES = 8 * 1024 * 1024,
};

/* Copying the outputs of one run. */
struct copying {
    const char *folder;
    bool may_be_late;
    struct late_job job;
    struct late_descriptors descriptors;
};

/* Leaves a large file that nobody writes into for later, watched and with its descriptors open; `file` is as of then. */
static bool put_off(struct copying *copying, size_t index, const int ends[LATE_ENDS], struct stat *file)
{
    struct late_job *job = &copying->job;
    if (!CAN_BE_LATE || !copying->may_be_late || job->count == LATE_FILES) return false;
    if (file->st_size < LATE_BYTES) return false;
    if (!watch_content(&copying->descriptors.watch, ends[LATE_FROM]) || fstat(ends[LATE_FROM], file) != 0) return false;
    job->indices[job->count] = index;
    memcpy(copying->descriptors.files[job->count++], ends, LATE_ENDS * sizeof *ends);
    return true;
}

static int open_copy(const char *folder, size_t index)
{
    char path[PATH_BYTES];
    struct text text = text_in(path, sizeof path);
    text_add(&text, folder);
    text_add(&text, "/");
    text_add_number(&text, index, 1);
    if (text.full) return -1;
    return above_stdio(open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
}

static struct wire_snapshot snapshot_one(const char *output, size_t index, struct copying *copying)
{
    struct stat file;
    struct wire_snapshot copy = {false, 0, 0};
    int ends[LATE_ENDS] = {above_stdio(open(output, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)), -1};
    if (ends[LATE_FROM] < 0) return copy;
    if (fstat(ends[LATE_FROM], &file) == 0 && S_ISREG(file.st_mode)) ends[LATE_TO] = open_copy(copying->folder, index);
    if (ends[LATE_TO] >= 0) {
        copy.made = reflink(ends[LATE_FROM], ends[LATE_TO]);
        bool late = !copy.made && put_off(copying, index, ends, &file);
        copy.size = (uint64_t)file.st_size;
        copy.mode = (uint32_t)file.st_mode & 07777;
        copy.made = copy.made || late || copy_content(ends[LATE_FROM], ends[LATE_TO], &file);
        if (late) return copy;
        copy.made = close(ends[LATE_TO]) == 0 && copy.made;
    }
    close(ends[LATE_FROM]);
    return copy;
}

/* Has what was put off copied by the daemon's copier, or copies it here and now. */
static bool finish_late(const struct copying *copying, struct wire_snapshot *copies)
{
    const struct late_job *job = &copying->job;
    if (!CAN_BE_LATE) return false;
    bool late = job->count > 0 && hand_over(copying->folder, job, &copying->descriptors);
    for (size_t i = 0; i < job->count; i++) {
        const int *ends = copying->descriptors.files[i];
        bool made = late || copy_whole(ends[LATE_FROM], ends[LATE_TO]);
        copies[job->indices[i]].made = close(ends[LATE_TO]) == 0 && made;
        close(ends[LATE_FROM]);
    }
    if (copying->descriptors.watch >= 0) close(copying->descriptors.watch);
    return late;
}

#ifdef __linux__
/* The outputs that an observed run turned out to have: texts one after the other in a file of its folder. */
static bool read_list(const char *folder, struct wire_texts *list)
{
    char path[PATH_BYTES];
    struct stat file;
    *list = (struct wire_texts){NULL, 0};
    if (!JOIN(path, folder, "/outputs")) return true;
    int fd = above_stdio(open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (fd < 0) return true;
    bool readable = fstat(fd, &file) == 0 && S_ISREG(file.st_mode) && file.st_size <= MOST_LIST_BYTES;
    size_t size = readable ? (size_t)file.st_size : 0;
    char *texts = malloc(size + 1);
    list->at = calloc(WIRE_MAX_FILES, sizeof *list->at);
    ssize_t got = texts == NULL || list->at == NULL ? -1 : read(fd, texts, size);
    close(fd);
    for (ssize_t at = 0; at < got && list->count < WIRE_MAX_FILES; at++) {
        if (at == 0 || texts[at - 1] == '\0') list->at[list->count++] = texts + at;
    }
    if (got >= 0) texts[got] = '\0';
    return texts != NULL && list->at != NULL;
}
#endif

bool take_snapshots(const struct wire_reply *reply, int exit, struct snapshots *taken)
{
    static struct copying copying;
    struct wire_texts outputs = reply->outputs;
    bool wanted = exit == 0 || (exit > 0 && (reply->flags & WIRE_RUN_SEVERAL) != 0);
    *taken = (struct snapshots){NULL, 0, false};
    copying.folder = reply->place;
    copying.job.ticket = reply->ticket;
    copying.descriptors.watch = -1;
    copying.may_be_late = (reply->flags & WIRE_RUN_MAY_BE_LATE) != 0;
#ifdef __linux__
    if (outputs.count == 0) {
        if (!read_list(reply->place, &outputs)) return false;
        wanted = true;
    }
#endif
    taken->count = outputs.count;
    taken->copies = calloc(outputs.count + 1, sizeof *taken->copies);
    if (taken->copies == NULL) return false;
    for (size_t i = 0; wanted && i < outputs.count; i++) {
        taken->copies[i] = snapshot_one(outputs.at[i], i, &copying);
    }
    taken->late = finish_late(&copying, taken->copies);
    return true;
}
