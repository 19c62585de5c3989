/* The process at the other end of the socket. */
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "launcher.h"

#ifdef SO_PEERCRED
struct credentials {
    int pid;
    uid_t uid;
    gid_t gid;
};

static bool read_credentials(int fd, struct credentials *peer)
{
    socklen_t size = sizeof *peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, peer, &size) == 0;
}

bool is_peer_ours(int fd)
{
    struct credentials peer;
    return read_credentials(fd, &peer) && peer.uid == geteuid();
}

enum peer_state peer_state(int fd)
{
    struct credentials peer;
    char path[64], line[256];
    if (!read_credentials(fd, &peer) || peer.pid <= 0) return PEER_UNKNOWN;
    struct text text = text_in(path, sizeof path);
    text_add(&text, "/proc/");
    text_add_number(&text, (uint64_t)peer.pid, 1);
    text_add(&text, "/stat");
    int file = above_stdio(open(path, O_RDONLY | O_CLOEXEC));
    if (file < 0) return PEER_UNKNOWN;
    ssize_t size = read(file, line, sizeof line - 1);
    close(file);
    if (size <= 0) return PEER_UNKNOWN;
    line[size] = 0;
    const char *name_end = strrchr(line, ')'); /* the state follows the name, which may hold anything */
    if (name_end == NULL || name_end[1] != ' ') return PEER_UNKNOWN;
    return name_end[2] == 'T' || name_end[2] == 't' ? PEER_STOPPED : PEER_ALIVE;
}
#else
bool is_peer_ours(int fd)
{
    uid_t uid;
    gid_t gid;
    return getpeereid(fd, &uid, &gid) == 0 && uid == geteuid();
}

enum peer_state peer_state(int fd)
{
    (void)fd;
    return PEER_UNKNOWN;
}
#endif
