/* The daemon listens on the loopback interface; ROOT\daemon.port has the port and the token that opens it. */
#include <stdlib.h>
#include <string.h>

#include "launcher.h"

enum { TOKEN_BYTES = 64 };

struct door {
    uint16_t port;
    char token[TOKEN_BYTES];
};

/* "PORT TOKEN\n": decimal digits, a blank, 64 characters. */
static bool parse_door(const char *text, size_t size, struct door *door)
{
    unsigned port = 0;
    size_t at = 0;
    for (; at < size && at < 5 && text[at] >= '0' && text[at] <= '9'; at++) port = 10 * port + (unsigned)(text[at] - '0');
    if (at == 0 || port == 0 || port > 65535 || at + 1 + TOKEN_BYTES > size || text[at] != ' ') return false;
    door->port = (uint16_t)port;
    memcpy(door->token, text + at + 1, TOKEN_BYTES);
    return true;
}

static bool read_door(const struct call *call, struct door *door)
{
    static char path[PATH_BYTES + 32], text[256];
    DWORD size = 0;
    if (!JOIN(path, call->root, "\\daemon.port")) return false;
    wchar_t *wide = to_wide(path);
    if (wide == NULL) return false;
    DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    HANDLE file = CreateFileW(wide, GENERIC_READ, share, NULL, OPEN_EXISTING, 0, NULL);
    free(wide);
    if (file == INVALID_HANDLE_VALUE) return false;
    bool done = ReadFile(file, text, sizeof text, &size, NULL);
    CloseHandle(file);
    return done && parse_door(text, size, door);
}

bool send_all(SOCKET channel, const void *from, size_t size)
{
    const char *at = from;
    while (size > 0) {
        int n = send(channel, at, size < 1 << 20 ? (int)size : 1 << 20, 0);
        if (n <= 0) return false;
        at += n;
        size -= (size_t)n;
    }
    return true;
}

bool try_connect(const struct call *call, SOCKET *channel)
{
    struct door door;
    WSADATA started;
    DWORD patience = REPLY_MS;
    if (!read_door(call, &door) || WSAStartup(MAKEWORD(2, 2), &started) != 0) return false;
    *channel = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    if (*channel == INVALID_SOCKET) return false;
    SetHandleInformation((HANDLE)*channel, HANDLE_FLAG_INHERIT, 0);
    setsockopt(*channel, SOL_SOCKET, SO_RCVTIMEO, (const char *)&patience, sizeof patience);
    setsockopt(*channel, SOL_SOCKET, SO_SNDTIMEO, (const char *)&patience, sizeof patience);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(door.port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(*channel, (struct sockaddr *)&address, sizeof address) == 0 &&
        send_all(*channel, door.token, TOKEN_BYTES)) {
        return true;
    }
    closesocket(*channel);
    return false;
}

static bool receive_all(SOCKET channel, uint8_t *into, size_t size)
{
    while (size > 0) {
        int n = recv(channel, (char *)into, size < 1 << 20 ? (int)size : 1 << 20, 0);
        if (n <= 0) return false;
        into += n;
        size -= (size_t)n;
    }
    return true;
}

bool receive_reply(SOCKET channel, struct wire_reply *reply, const char **why)
{
    static struct wire_file files[WIRE_MAX_FILES];
    uint8_t header[WIRE_HEADER];
    *why = "the daemon did not answer in time";
    if (!receive_all(channel, header, sizeof header)) return false;
    uint32_t size = wire_payload_size(header);
    *why = "the reply is malformed";
    if (size > WIRE_MAX_REPLY) return false;
    uint8_t *payload = malloc((size_t)size + 1);
    if (payload == NULL || !receive_all(channel, payload, size)) return false;
    return wire_decode_reply(payload, size, files, reply);
}

/* Starts the full program on its own: no console, no handles of ours, in the root. */
static bool spawn_daemon(const struct call *call)
{
    char *const args[] = {(char *)"--foreground", NULL};
    char **argv;
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    if (!full_program_argv("zccache-daemon", args, &argv)) return false;
    wchar_t *application = to_wide(argv[0]), *line = join_command_line(argv), *root = to_wide(call->root);
    if (application == NULL || line == NULL || root == NULL) return false;
    SetEnvironmentVariableW(L"ZCCACHE_CACHE_DIR", root); /* may have been relative to the caller's folder */
    DWORD flags = DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP | CREATE_BREAKAWAY_FROM_JOB;
    bool done = CreateProcessW(application, line, NULL, NULL, FALSE, flags, NULL, root, &startup, &process);
    if (!done) {
        flags &= ~(DWORD)CREATE_BREAKAWAY_FROM_JOB; /* the caller's job may forbid leaving it */
        done = CreateProcessW(application, line, NULL, NULL, FALSE, flags, NULL, root, &startup, &process);
    }
    wchar_t *given = NULL;
    const char *value = env_value(call->env, "ZCCACHE_CACHE_DIR");
    if (value != NULL) given = to_wide(value);
    SetEnvironmentVariableW(L"ZCCACHE_CACHE_DIR", given);
    return done;
}

bool start_daemon(const struct call *call, SOCKET *channel, const char **why)
{
    static char path[PATH_BYTES + 32];
    wchar_t *root = to_wide(call->root);
    *why = "the daemon could not be started";
    if (root == NULL || !JOIN(path, call->root, "\\daemon.start.lock")) return false;
    CreateDirectoryW(root, NULL);
    wchar_t *lock_path = to_wide(path);
    HANDLE lock = INVALID_HANDLE_VALUE;
    bool tried = false;
    for (ULONGLONG end = GetTickCount64() + START_MS; GetTickCount64() < end; Sleep(5)) {
        if (try_connect(call, channel)) return true;
        if (tried) continue;
        /* Nobody else can open it while we have it: that is the lock. */
        lock = CreateFileW(lock_path, GENERIC_WRITE, 0, NULL, OPEN_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
        if (lock == INVALID_HANDLE_VALUE) continue;
        tried = true;
        if (!try_connect(call, channel) && !spawn_daemon(call)) return false;
    }
    return false;
}

bool reach_daemon(const struct call *call, SOCKET *channel, const char **why)
{
    if (try_connect(call, channel)) return true;
    *why = "no daemon, and none may be started";
    if (is_on(env_value(call->env, "ZCCACHE_NO_SPAWN"))) return false;
    return start_daemon(call, channel, why);
}
