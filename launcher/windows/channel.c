/* The daemon listens on the loopback interface; a port file has the port and the token that opens it. */
#include <stdlib.h>
#include <string.h>

#include "launcher.h"

enum { KNOCK_BYTES = 32, TOKEN_BYTES = 2 * KNOCK_BYTES };

struct door {
    uint16_t port;
    DWORD pid;
    char token[TOKEN_BYTES]; /* what we show, then what the daemon shows */
};

/* A decimal number up to `limit` that is not 0; false if there is none. */
static bool parse_number(const char **at, const char *end, uint64_t limit, uint64_t *number)
{
    const char *from = *at;
    *number = 0;
    for (; *at < end && **at >= '0' && **at <= '9' && *number <= limit; (*at)++) *number = 10 * *number + (unsigned)(**at - '0');
    return *at > from && *number > 0 && *number <= limit;
}

/* "PORT TOKEN PID\n": decimal digits, a blank, 64 characters, a blank, decimal digits. */
static bool parse_door(const char *text, size_t size, struct door *door)
{
    const char *at = text, *end = text + size;
    uint64_t port, pid;
    if (!parse_number(&at, end, 65535, &port) || end - at < TOKEN_BYTES + 2 || *at != ' ') return false;
    memcpy(door->token, at + 1, TOKEN_BYTES);
    at += 1 + TOKEN_BYTES;
    if (*at++ != ' ' || !parse_number(&at, end, UINT32_MAX, &pid) || end - at != 1 || *at != '\n') return false;
    door->port = (uint16_t)port;
    door->pid = (DWORD)pid;
    return true;
}

static bool read_door(const struct call *call, struct door *door)
{
    static char text[256];
    DWORD size = 0;
    wchar_t *wide = to_wide(call->port_file);
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

/* Compares without telling by the time how much was right. */
static bool is_same(const uint8_t *a, const char *b, size_t size)
{
    unsigned difference = 0;
    for (size_t i = 0; i < size; i++) difference |= a[i] ^ (uint8_t)b[i];
    return difference == 0;
}

static bool is_alive(DWORD pid)
{
    HANDLE process = OpenProcess(SYNCHRONIZE, FALSE, pid);
    if (process == NULL) return GetLastError() == ERROR_ACCESS_DENIED;
    bool alive = WaitForSingleObject(process, 0) == WAIT_TIMEOUT;
    CloseHandle(process);
    return alive;
}

/*
 * Each side shows its half of the token: whoever else got a dead daemon's port must not get our environment, let alone
 * tell us what to run.
 */
static enum reach enter(SOCKET channel, const struct door *door)
{
    uint8_t welcome[KNOCK_BYTES];
    if (!send_all(channel, door->token, KNOCK_BYTES)) return REACH_ABSENT;
    if (receive_all(channel, welcome, sizeof welcome)) {
        return is_same(welcome, door->token + KNOCK_BYTES, KNOCK_BYTES) ? REACHED : REACH_ABSENT;
    }
    return WSAGetLastError() == WSAETIMEDOUT && is_alive(door->pid) ? REACH_FAILED : REACH_ABSENT;
}

enum reach try_connect(const struct call *call, SOCKET *channel)
{
    struct door door;
    WSADATA started;
    DWORD patience = REPLY_MS;
    BOOL no_delay = TRUE;
    if (!read_door(call, &door)) return REACH_ABSENT;
    if (WSAStartup(MAKEWORD(2, 2), &started) != 0) return REACH_FAILED;
    *channel = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    if (*channel == INVALID_SOCKET) return REACH_FAILED;
    SetHandleInformation((HANDLE)*channel, HANDLE_FLAG_INHERIT, 0);
    setsockopt(*channel, SOL_SOCKET, SO_RCVTIMEO, (const char *)&patience, sizeof patience);
    setsockopt(*channel, SOL_SOCKET, SO_SNDTIMEO, (const char *)&patience, sizeof patience);
    setsockopt(*channel, IPPROTO_TCP, TCP_NODELAY, (const char *)&no_delay, sizeof no_delay);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(door.port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    enum reach reach = REACH_ABSENT;
    if (connect(*channel, (struct sockaddr *)&address, sizeof address) == 0) reach = enter(*channel, &door);
    if (reach != REACHED) closesocket(*channel);
    return reach;
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
    static char root_given[PATH_BYTES + 32], endpoint_given[PATH_BYTES + 64];
    char *const args[] = {(char *)"--foreground", NULL};
    /* These may have been relative to the caller's folder. */
    char *given[] = {root_given, endpoint_given};
    const struct wire_texts changes = {given, 2};
    char **argv;
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    if (!full_program_argv("zccache-daemon", args, &argv)) return false;
    if (!JOIN(root_given, "ZCCACHE_CACHE_DIR=", call->root)) return false;
    if (!JOIN(endpoint_given, "ZCCACHE_ENDPOINT=loopback:", call->port_file)) return false;
    wchar_t *application = to_wide(argv[0]), *line = join_command_line(argv), *root = to_wide(call->root);
    wchar_t *env = environment_block(call->env, &changes);
    if (application == NULL || line == NULL || root == NULL || env == NULL) return false;
    DWORD flags = DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP | CREATE_UNICODE_ENVIRONMENT;
    /* The caller's job may forbid leaving it. */
    return CreateProcessW(application, line, NULL, NULL, FALSE, flags | CREATE_BREAKAWAY_FROM_JOB, env, root, &startup, &process) ||
           CreateProcessW(application, line, NULL, NULL, FALSE, flags, env, root, &startup, &process);
}

static bool start_daemon(const struct call *call, SOCKET *channel, const char **why)
{
    static char path[PATH_BYTES + 32];
    wchar_t *root = to_wide(call->root);
    *why = "the daemon could not be started";
    if (root == NULL || !JOIN(path, call->root, "\\daemon.start.lock")) return false;
    CreateDirectoryW(root, NULL);
    wchar_t *lock_path = to_wide(path);
    bool tried = false;
    for (ULONGLONG end = GetTickCount64() + START_MS; GetTickCount64() < end; Sleep(5)) {
        enum reach reach = try_connect(call, channel);
        if (reach != REACH_ABSENT) return reach == REACHED;
        if (tried) continue;
        /* Nobody else can open it while we have it: that is the lock. */
        HANDLE lock = CreateFileW(lock_path, GENERIC_WRITE, 0, NULL, OPEN_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
        if (lock == INVALID_HANDLE_VALUE) continue;
        tried = true;
        reach = try_connect(call, channel); /* another may have started it meanwhile */
        if (reach != REACH_ABSENT) return reach == REACHED;
        if (!spawn_daemon(call)) return false;
    }
    return false;
}

bool reach_daemon(const struct call *call, SOCKET *channel, const char **why)
{
    enum reach reach = try_connect(call, channel);
    if (reach == REACHED) return true;
    *why = "the daemon did not answer in time";
    if (reach == REACH_FAILED) return false;
    *why = "no daemon, and none may be started";
    if (is_on(env_value(call->env, "ZCCACHE_NO_SPAWN"))) return false;
    return start_daemon(call, channel, why);
}
