/* The descriptors that the tool was given: what they stand for is the caller's matter, and no path tells it. */
#include <fcntl.h>

#include "observe.h"

enum { MOST = 1024 };
static bool given[MOST];

void note_inherited(void)
{
    for (int i = 0; i < MOST; i++) {
        int flags = fcntl(i, F_GETFD);
        given[i] = flags >= 0 && (flags & FD_CLOEXEC) == 0;
    }
}

bool is_inherited(int descriptor)
{
    return descriptor >= MOST || given[descriptor];
}
