#include <fcntl.h>
#include <stdio.h> /* rename */
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "launcher.h"

enum { LOG_LIMIT = 1024 * 1024 };

static int open_log(const char *path)
{
    return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
}

/* Starts a new file when the old one is long; two launchers doing it at once lose a few old lines at most. */
static int open_rotated(const char *path)
{
    char old[PATH_BYTES + 32];
    struct stat file;
    int fd = open_log(path);
    if (fd < 0 || fstat(fd, &file) != 0 || file.st_size <= LOG_LIMIT) return fd;
    if (!JOIN(old, path, ".1") || rename(path, old) != 0) return fd;
    close(fd);
    return open_log(path);
}

void log_fallback(const struct call *call, const char *why)
{
    char path[PATH_BYTES + 32], line[1024];
    struct timespec now;
    if (call->root[0] == 0) return;
    if (!JOIN(path, call->root, "/logs")) return;
    mkdir(path, 0700);
    if (!JOIN(path, call->root, "/logs/launcher.log")) return;
    int fd = above_stdio(open_rotated(path));
    if (fd < 0) return;
    clock_gettime(CLOCK_REALTIME, &now);
    struct text text = text_in(line, sizeof line);
    text_add_time(&text, now.tv_sec, (int)(now.tv_nsec / 1000000));
    text_add(&text, " ");
    text_add_number(&text, (uint64_t)getpid(), 1);
    text_add(&text, " ");
    text_add(&text, why);
    text_add(&text, ": ");
    for (const char *at = call->name; *at != 0 && text.room > 8; at++) {
        text_add_bytes(&text, *at == '\n' ? "?" : at, 1); /* one line, whatever the tool is called */
    }
    text_add(&text, "\n");
    ssize_t written = write(fd, line, strlen(line));
    (void)written; /* a log that can't be written must not be noticed */
    close(fd);
}
