/* Copies of what the run made, and the log that tells the daemon of everything. */
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

/* Copies a regular file to FOLDER/<index>; false if it can't be had as it was. */
static bool copy_output(const char *path, const char *folder, size_t index)
{
    char place[PATH_BYTES];
    struct stat file;
    struct text text = text_in(place, sizeof place);
    text_add(&text, folder);
    text_add(&text, "/");
    text_add_number(&text, index, 1);
    if (text.full) return false;
    int from = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (from < 0) return false;
    int to = -1;
    bool done = false;
    if (fstat(from, &file) == 0 && S_ISREG(file.st_mode)) {
        to = open(place, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    }
    if (to >= 0) {
        done = reflink(from, to) || copy_content(from, to, &file);
        done = close(to) == 0 && done;
    }
    close(from);
    return done;
}

/* KIND MODE SIZE INDEX of an output: f(ile), l(ink), d(irectory), or x for what can't be kept. */
static void add_output(struct log *log, const struct note *note, const char *folder, size_t *copies)
{
    char target[PATH_BYTES];
    struct stat file;
    char kind = 'x';
    ssize_t size = 0;
    if (lstat(note->path, &file) != 0) {
        add_text(log, "- 0 0 0 ");
        return;
    }
    if (S_ISREG(file.st_mode) && *copies < MOST_OUTPUTS && copy_output(note->path, folder, *copies)) kind = 'f';
    else if (S_ISDIR(file.st_mode)) kind = 'd';
    else if (S_ISLNK(file.st_mode)) {
        size = readlink(note->path, target, sizeof target);
        if (size > 0 && (size_t)size < sizeof target) kind = 'l';
    }
    add_bytes(log, (const char[]){kind, ' '}, 2);
    add_number(log, file.st_mode & 07777);
    add_number(log, kind == 'l' ? (uint64_t)size : (uint64_t)file.st_size);
    add_number(log, *copies);
    if (kind == 'f') ++*copies;
    if (kind == 'l') add_bytes(log, target, (size_t)size);
}

static void add_notes(struct log *log, const char *folder, bool keep)
{
    size_t count, copies = 0;
    const struct note *notes = all_notes(&count);
    for (size_t i = 0; i < count; i++) {
        add_number(log, notes[i].facts);
        if (keep && (notes[i].facts & (FACT_WRITTEN | FACT_UPDATED)) != 0) add_output(log, &notes[i], folder, &copies);
        else add_text(log, "- 0 0 0 ");
        add_bytes(log, "", 1);
        add_bytes(log, notes[i].path, strlen(notes[i].path) + 1);
    }
}

bool write_log(const char *folder, bool keep)
{
    static struct log log;
    char path[PATH_BYTES], draft[PATH_BYTES];
    if (!JOIN(path, folder, "/observed") || !JOIN(draft, path, ".new")) return false;
    log.fd = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (log.fd < 0) return false;
    add_text(&log, "zccache-observed 1 ");
    add_text(&log, keep ? "kept " : "failed ");
    add_text(&log, all_doubts());
    add_bytes(&log, "", 1);
    add_notes(&log, folder, keep);
    flush(&log);
    if (close(log.fd) != 0 || log.failed) return false;
    return rename(draft, path) == 0;
}
