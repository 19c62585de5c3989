/*
 * The dependency lists of a tool that compiles several sources in one process: it writes them one after another to the
 * same name, each over the one before. Behind that name is a pipe, so none gets lost.
 */
#include <fcntl.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher.h"

enum { LISTS_LIMIT = 64 * 1024 * 1024, PIPE_BYTES = 1024 * 1024 };

static bool path_in(const char *folder, const char *name, char path[PATH_BYTES])
{
    struct text text = text_in(path, PATH_BYTES);
    text_add(&text, folder);
    text_add(&text, "/");
    text_add(&text, name);
    return !text.full;
}

bool open_lists(struct tap *tap, const char *folder)
{
    char path[PATH_BYTES];
    tap->to = -1;
    tap->limit = LISTS_LIMIT;
    if (!path_in(folder, "dep", path) || mkfifo(path, 0600) != 0) return false;
    /* Open at both ends, and inherited by the tool: to open the name waits for nobody, even if we are killed. */
    tap->from = above_stdio(open(path, O_RDWR | O_NONBLOCK | O_NOFOLLOW));
    if (tap->from < 0 || tap->from >= FD_SETSIZE || fcntl(tap->from, F_SETFD, 0) != 0) return false;
#ifdef F_SETPIPE_SZ
    fcntl(tap->from, F_SETPIPE_SZ, PIPE_BYTES);
#endif
    return true;
}

void save_lists(const struct tap *tap, const char *folder)
{
    char path[PATH_BYTES];
    if (tap->cut || !path_in(folder, "deps", path)) return;
    int to = above_stdio(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (to < 0) return;
    bool done = write_content(to, (struct wire_bytes){tap->kept, tap->kept_size});
    if (close(to) != 0 || !done) unlink(path);
}
