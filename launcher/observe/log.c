/* The log that tells the daemon of everything, and the list of what the launcher shall copy. */
#include <fcntl.h>
#include <stdio.h> /* rename */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "observe.h"

enum { MOST_OUTPUTS = 1000, BUFFER = 64 * 1024 };

struct log {
    int fd;
    bool failed;
    size_t texts; /* whole ones */
    size_t held;
    char hold[BUFFER];
};

static void flush(struct log *log)
{
    size_t done = 0;
    while (done < log->held && !log->failed) {
        ssize_t n = write(log->fd, log->hold + done, log->held - done);
        if (n <= 0) log->failed = true;
        else done += (size_t)n;
    }
    log->held = 0;
}

static void add_bytes(struct log *log, const char *from, size_t size)
{
    if (size > sizeof log->hold - log->held) flush(log);
    memcpy(log->hold + log->held, from, size);
    log->held += size;
}

/* A text with its end. */
static void add_whole(struct log *log, const char *text)
{
    add_bytes(log, text, strlen(text) + 1);
    log->texts++;
}

static void add_text(struct log *log, const char *text)
{
    add_bytes(log, text, strlen(text));
}

static void add_number(struct log *log, uint64_t number)
{
    char digits[32];
    struct text text = text_in(digits, sizeof digits);
    text_add_number(&text, number, 1);
    text_add(&text, " ");
    add_text(log, digits);
}

/* KIND MODE SIZE INDEX of an output: f(ile), l(ink), d(irectory), or x for what can't be kept. */
static void add_output(struct log *log, const struct note *note, struct log *list)
{
    char target[PATH_BYTES];
    struct stat file;
    char kind = 'x';
    ssize_t size = 0;
    size_t index = list->texts;
    if (lstat(note->path, &file) != 0) {
        add_text(log, "- 0 0 0 ");
        return;
    }
    if (S_ISREG(file.st_mode) && index < MOST_OUTPUTS) kind = 'f';
    else if (S_ISDIR(file.st_mode)) kind = 'd';
    else if (S_ISLNK(file.st_mode)) {
        size = readlink(note->path, target, sizeof target);
        if (size > 0 && (size_t)size < sizeof target) kind = 'l';
    }
    add_bytes(log, (const char[]){kind, ' '}, 2);
    add_number(log, file.st_mode & 07777);
    add_number(log, kind == 'l' ? (uint64_t)size : (uint64_t)file.st_size);
    add_number(log, index);
    if (kind == 'f') add_whole(list, note->path);
    if (kind == 'l') add_bytes(log, target, (size_t)size);
}

static void add_notes(struct log *log, struct log *list, bool keep)
{
    size_t count;
    const struct note *notes = all_notes(&count);
    for (size_t i = 0; i < count; i++) {
        add_number(log, notes[i].facts);
        if (keep && (notes[i].facts & (FACT_WRITTEN | FACT_UPDATED)) != 0) add_output(log, &notes[i], list);
        else add_text(log, "- 0 0 0 ");
        add_bytes(log, "", 1);
        add_whole(log, notes[i].path);
    }
}

static bool open_log(struct log *log, const char *folder, const char *name)
{
    char path[PATH_BYTES];
    if (!JOIN(path, folder, name)) return false;
    log->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    return log->fd >= 0;
}

static bool close_log(struct log *log)
{
    flush(log);
    return close(log->fd) == 0 && !log->failed;
}

bool write_log(const char *folder, bool keep)
{
    static struct log log, list;
    char path[PATH_BYTES], draft[PATH_BYTES];
    if (!JOIN(path, folder, "/observed") || !JOIN(draft, path, ".new")) return false;
    if (!open_log(&log, folder, "/observed.new") || !open_log(&list, folder, "/outputs")) return false;
    add_text(&log, "zccache-observed 1 ");
    add_text(&log, keep ? "kept " : "failed ");
    add_text(&log, all_doubts());
    add_bytes(&log, "", 1);
    add_notes(&log, &list, keep);
    bool listed = close_log(&list);
    return close_log(&log) && listed && rename(draft, path) == 0;
}
