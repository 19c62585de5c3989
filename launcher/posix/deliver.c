#include <errno.h>
#include <fcntl.h>
#include <stdio.h> /* rename */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../temporary.h"
#include "launcher.h"

/* The temporary of a hit's file. */
static bool name_temporary(const struct wire_file *file, size_t index, char path[PATH_BYTES])
{
    return temporary_name(text_in(path, PATH_BYTES), file->dest, (uint64_t)getpid(), index);
}

static bool is_folder(const struct wire_file *file)
{
    return (file->mode & WIRE_TYPE) == WIRE_FOLDER;
}

/* Looks at what stands there. What a tool would write to in place must not be replaced. */
static bool is_replaceable(struct placing *placing)
{
    const struct wire_file *file = placing->file;
    struct stat *old = &placing->old;
    if (lstat(file->dest, old) != 0) {
        old->st_mode = 0;
        return errno == ENOENT;
    }
    if (is_folder(file)) return S_ISDIR(old->st_mode);
    if ((file->mode & WIRE_TYPE) == WIRE_LINK && S_ISLNK(old->st_mode)) return true;
    return S_ISREG(old->st_mode) && old->st_nlink == 1;
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

static int create(const struct placing *placing)
{
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    return above_stdio(open(placing->temporary, flags, (mode_t)placing->file->mode));
}

/* Opens a plain file, and says which. */
static int open_plain(const char *path, int access, struct stat *file)
{
    int fd = above_stdio(open(path, access | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (fd < 0 || (fstat(fd, file) == 0 && S_ISREG(file->st_mode))) return fd;
    close(fd);
    return -1;
}

/* Opens what stands there to write over it as its tool would. */
static int open_older(const char *path)
{
    struct stat old;
    int fd = open_plain(path, O_WRONLY, &old);
    if (fd < 0 || (old.st_nlink == 1 && ftruncate(fd, 0) == 0)) return fd;
    close(fd);
    return -1;
}

/* The temporary to write into, or −1 where it needs none, as `*placed` says, or none can be made. */
static int open_temporary(struct placing *placing, int from, off_t size, enum placed *placed)
{
    const struct wire_file *file = placing->file;
    *placed = NOT_PLACED;
    placing->taken = false;
    if (placing->over) return open_older(file->dest);
    int old = open_standing(placing);
    if (old < 0 && placing->old.st_mode != 0 && file->into) {
        if (file->anew && access(file->dest, W_OK) == 0) *placed = PLACED_INTO;
        return -1;
    }
    bool stands = old >= 0 && holds_already(placing, old, from, size);
    if (stands) *placed = PLACED_BEFORE;
    placing->taken = old >= 0 && !stands && take_over(placing, old, size);
    if (placing->taken) return old;
    if (old >= 0) close(old);
    return stands ? -1 : create(placing);
}

/* Closes a temporary; one that isn't whole is removed. Network file systems report a full disk at close. */
static enum placed finish(int to, const struct placing *placing, bool done)
{
    if (placing->taken) begin_write_out(to);
    if (close(to) == 0 && done) return PLACED_ASIDE;
    unlink(placing->temporary);
    return NOT_PLACED;
}

static enum placed place_inline(struct placing *placing)
{
    enum placed placed;
    struct wire_bytes content = placing->file->content;
    int to = open_temporary(placing, -1, (off_t)content.size, &placed);
    return to < 0 ? placed : finish(to, placing, write_content(to, content));
}

static enum placed place_copy(struct placing *placing)
{
    struct stat blob;
    enum placed placed;
    int from = open_plain(placing->file->from, O_RDONLY, &blob);
    if (from < 0) return NOT_PLACED;
    int to = open_temporary(placing, from, blob.st_size, &placed);
    if (to >= 0) {
        bool done = placing->how == WIRE_REFLINK ? reflink(from, to) : copy_content(from, to, &blob);
        placed = finish(to, placing, done);
    }
    close(from);
    return placed;
}

static enum placed place(struct placing *placing)
{
    const struct wire_file *file = placing->file;
    if (is_folder(file)) return place_folder(file) ? PLACED_BEFORE : NOT_PLACED;
    if ((file->mode & WIRE_TYPE) == WIRE_LINK) {
        return place_link(file->content, placing->temporary) ? PLACED_ASIDE : NOT_PLACED;
    }
    return file->from == NULL ? place_inline(placing) : place_copy(placing);
}

/* What stood there already is, from now on, as new as what was put there. */
static bool uncover(struct placing *placing, size_t index, enum placed placed)
{
    const struct wire_file *file = placing->file;
    if (is_folder(file)) return true;
    if (placed == PLACED_BEFORE) return utimensat(AT_FDCWD, file->dest, NULL, AT_SYMLINK_NOFOLLOW) == 0;
    if (!name_temporary(file, index, placing->temporary)) return false;
    placing->over = placed == PLACED_INTO;
    return placing->over ? place(placing) == PLACED_ASIDE : rename(placing->temporary, file->dest) == 0;
}

static void remove_temporaries(const struct wire_reply *reply, size_t count)
{
    char temporary[PATH_BYTES];
    for (size_t i = 0; i < count; i++) {
        if (name_temporary(&reply->files[i], i, temporary)) unlink(temporary);
    }
}

bool deliver(const struct call *call, const struct wire_reply *reply, const char **why)
{
    static struct placing placing;
    static enum placed placed[WIRE_MAX_FILES];
    size_t count = reply->file_count;
    placing.how = reply->delivery;
    placing.umask = call->umask;
    placing.over = false;
    *why = "a file of the hit could not be written";
    for (size_t i = 0; i < count; i++) {
        placing.file = &reply->files[i];
        bool usual = is_replaceable(&placing);
        placed[i] = usual && name_temporary(placing.file, i, placing.temporary) ? place(&placing) : NOT_PLACED;
        if (placed[i] != NOT_PLACED) continue;
        if (!usual) *why = "an output is not a plain file";
        remove_temporaries(reply, i);
        return false;
    }
    /* The object, which is the first, when its dependency list is there: who is ended between the two makes both again. */
    for (size_t i = count; i-- > 0;) {
        placing.file = &reply->files[i];
        if (uncover(&placing, i, placed[i])) continue;
        remove_temporaries(reply, i + 1);
        return false;
    }
    return true;
}

void note_delivery(const struct wire_reply *reply, int64_t started_ns)
{
    uint8_t note[WIRE_TIMING_BYTES];
    if (reply->timing == NULL) return;
    /* not O_CLOEXEC, which is one more call of the C library's: nothing is run after a hit */
    int file = open(reply->timing, O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0) return; /* the session has ended */
    wire_put_timing(note, reply->mark, (uint64_t)(now_ns() - started_ns));
    write_all(file, note, sizeof note);
}
