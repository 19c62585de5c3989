/* A terminal for the tool's messages: their form depends on whether stderr is one. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "launcher.h"

bool is_terminal(int fd, unsigned *columns)
{
    struct winsize size = {0};
    if (!isatty(fd)) return false;
    ioctl(fd, TIOCGWINSZ, &size);
    *columns = size.ws_col;
    return true;
}

/* The side of a pseudo-terminal that the tool gets; it never becomes anybody's controlling terminal. */
static int open_tools_side(int master)
{
#ifdef TIOCGPTPEER
    int locked = 0; /* asked of the descriptor, as a path may lead to another mount's terminals */
    if (ioctl(master, TIOCSPTLCK, &locked) != 0) return -1;
    return ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
#else
    if (grantpt(master) != 0 || unlockpt(master) != 0) return -1;
    const char *path = ptsname(master);
    return path == NULL ? -1 : open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
#endif
}

/* Like the caller's, but bytes pass as they are: the caller's own terminal makes what it makes of them. */
static bool make_alike(int ours, int callers)
{
    struct termios modes;
    struct winsize size;
    if (tcgetattr(callers, &modes) != 0) return false;
    modes.c_oflag &= ~(tcflag_t)OPOST;
    if (tcsetattr(ours, TCSANOW, &modes) != 0) return false;
    return ioctl(callers, TIOCGWINSZ, &size) != 0 || ioctl(ours, TIOCSWINSZ, &size) == 0;
}

bool open_terminal(int ends[2], int callers)
{
    ends[0] = above_stdio(posix_openpt(O_RDWR | O_NOCTTY));
    if (ends[0] < 0) return false;
    set_close_on_exec(ends[0]);
    ends[1] = above_stdio(open_tools_side(ends[0]));
    if (ends[1] < 0) return false; /* the other one closes on exec */
    return set_close_on_exec(ends[1]) && make_alike(ends[1], callers);
}

bool is_same_stream(void)
{
    struct stat out, err;
    return fstat(STDOUT_FILENO, &out) == 0 && fstat(STDERR_FILENO, &err) == 0 && out.st_dev == err.st_dev &&
           out.st_ino == err.st_ino;
}
