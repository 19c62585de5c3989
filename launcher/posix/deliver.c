#include <errno.h>
#include <fcntl.h>
#include <stdio.h> /* rename */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher.h"

enum { NAME_KEPT = 200 }; /* of the destination's name, so that the temporary's is not too long for the folder */

/* DIR/.NAME.zccPID-N for DIR/NAME. */
static bool temporary_name(const struct wire_file *file, size_t index, char path[PATH_BYTES])
{
    const char *name = base_name(file->dest);
    size_t size = strlen(name);
    struct text text = text_in(path, PATH_BYTES);
    text_add_bytes(&text, file->dest, (size_t)(name - file->dest));
    text_add(&text, ".");
    text_add_bytes(&text, name, size < NAME_KEPT ? size : NAME_KEPT);
    text_add(&text, ".zcc");
    text_add_number(&text, (uint64_t)getpid(), 1);
    text_add(&text, "-");
    text_add_number(&text, index, 1);
    return !text.full && size > 0;
}

/* What a tool would write to in place must not be replaced. */
static bool is_replaceable(const struct wire_file *file)
{
    struct stat old;
    if (lstat(file->dest, &old) != 0) return errno == ENOENT;
    if ((file->mode & WIRE_TYPE) == WIRE_FOLDER) return S_ISDIR(old.st_mode);
    if ((file->mode & WIRE_TYPE) == WIRE_LINK && S_ISLNK(old.st_mode)) return true;
    return S_ISREG(old.st_mode) && old.st_nlink == 1;
}

static bool is_folder(const struct wire_file *file)
{
    return (file->mode & WIRE_TYPE) == WIRE_FOLDER;
}

/* A link with the text that a tool gave it. */
static bool place_link(struct wire_bytes target, const char *path)
{
    char text[PATH_BYTES];
    if (target.size == 0 || target.size >= sizeof text) return false;
    memcpy(text, target.at, target.size);
    text[target.size] = '\0';
    return strlen(text) == target.size && symlink(text, path) == 0;
}

static bool place_folder(const struct wire_file *file)
{
    return mkdir(file->dest, (mode_t)(file->mode & 0777)) == 0 || errno == EEXIST;
}

bool write_content(int to, struct wire_bytes content)
{
    while (content.size > 0) {
        ssize_t n = write(to, content.at, content.size);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        content.at += n;
        content.size -= (size_t)n;
    }
    return true;
}

static int create(const struct wire_file *file, const char *temporary)
{
    return above_stdio(open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, (mode_t)file->mode));
}

/* Closes a temporary; one that isn't whole is removed. Network file systems report a full disk at close. */
static bool finish(int to, const char *temporary, bool done)
{
    if (close(to) == 0 && done) return true;
    unlink(temporary);
    return false;
}

static bool place_copy(const struct wire_file *file, const char *temporary, enum wire_delivery delivery)
{
    struct stat blob;
    int from = above_stdio(open(file->from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (from < 0) return false;
    int to = fstat(from, &blob) == 0 && S_ISREG(blob.st_mode) ? create(file, temporary) : -1;
    if (to < 0) {
        close(from);
        return false;
    }
    bool done = delivery == WIRE_REFLINK ? reflink(from, to) : copy_content(from, to, &blob);
    close(from);
    return finish(to, temporary, done);
}

static bool place(const struct wire_file *file, const char *temporary, enum wire_delivery delivery)
{
    if (is_folder(file)) return place_folder(file);
    if ((file->mode & WIRE_TYPE) == WIRE_LINK) return place_link(file->content, temporary);
    if (file->from != NULL) return place_copy(file, temporary, delivery);
    int to = create(file, temporary);
    return to >= 0 && finish(to, temporary, write_content(to, file->content));
}

static void remove_temporaries(const struct wire_reply *reply, size_t from, size_t to)
{
    char temporary[PATH_BYTES];
    for (size_t i = from; i < to; i++) {
        if (temporary_name(&reply->files[i], i, temporary)) unlink(temporary);
    }
}

bool deliver(const struct wire_reply *reply, enum wire_delivery delivery, const char **why)
{
    char temporary[PATH_BYTES];
    size_t count = reply->file_count;
    for (size_t i = 0; i < count; i++) {
        const struct wire_file *file = &reply->files[i];
        bool usual = is_replaceable(file);
        if (usual && temporary_name(file, i, temporary) && place(file, temporary, delivery)) continue;
        *why = usual ? "a file of the hit could not be written" : "an output is not a plain file";
        remove_temporaries(reply, 0, i);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (is_folder(&reply->files[i])) continue;
        if (temporary_name(&reply->files[i], i, temporary) && rename(temporary, reply->files[i].dest) == 0) continue;
        *why = "a file of the hit could not be renamed";
        remove_temporaries(reply, i, count);
        return false;
    }
    return true;
}

void note_delivery(const struct wire_reply *reply, int64_t started_ns)
{
    uint8_t note[WIRE_TIMING_BYTES];
    if (reply->timing == NULL) return;
    int file = open(reply->timing, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0) return; /* the session has ended */
    wire_put_timing(note, reply->mark, (uint64_t)(now_ns() - started_ns));
    write_all(file, note, sizeof note);
}
