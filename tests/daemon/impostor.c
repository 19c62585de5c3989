/*
 * Listens on a Unix socket with another user's rights and answers everything with the bytes of a file:
 * impostor SOCKET UID FILE. The socket is bound with the rights it was started with.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    static char reply[1 << 20], request[1 << 16];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (argc != 4) return 2;
    FILE *file = fopen(argv[3], "r");
    if (!file) return 3;
    size_t length = fread(reply, 1, sizeof reply, file);
    strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0) return 4;
    if (chmod(argv[1], 0777) != 0 || chown(argv[1], atoi(argv[2]), -1) != 0) return 5;
    if (setuid(atoi(argv[2])) != 0 || listen(listener, 8) != 0) return 6;
    puts("listening");
    fflush(stdout);
    for (int peer; (peer = accept(listener, NULL, NULL)) >= 0; close(peer)) {
        if (read(peer, request, sizeof request) > 0 && write(peer, reply, length) < 0) return 7;
    }
    return 8;
}
