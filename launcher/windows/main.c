#include <stdlib.h>
#include <string.h>

#include "launcher.h"

static struct call call;

/* Wide texts as UTF-8; NULL if one of them is not well-formed. */
static char **all_to_utf8(int count, wchar_t **wide)
{
    char **texts = calloc((size_t)count + 1, sizeof *texts);
    for (int i = 0; texts != NULL && i < count; i++) {
        texts[i] = to_utf8(wide[i]);
        if (texts[i] == NULL) return NULL;
    }
    return texts;
}

/* The environment without the entries that keep a folder for each drive (=C:=…). */
static char **own_env(void)
{
    size_t count = 0;
    wchar_t *block = GetEnvironmentStringsW();
    for (wchar_t *at = block; *at != 0; at += wcslen(at) + 1) count++;
    char **env = calloc(count + 1, sizeof *env);
    count = 0;
    for (wchar_t *at = block; env != NULL && *at != 0; at += wcslen(at) + 1) {
        if (*at == L'=') continue;
        env[count] = to_utf8(at);
        if (env[count++] == NULL) return NULL;
    }
    return env;
}

static bool is_absolute(const char *path)
{
    return (path[0] != 0 && path[1] == ':') || path[0] == '\\' || path[0] == '/';
}

static const char *non_empty(const char *name)
{
    const char *value = env_value(call.env, name);
    return value == NULL || value[0] == 0 ? NULL : value;
}

/* A path joined to the current folder. */
static bool make_absolute(const char *path, char *absolute, size_t size)
{
    const char *const joined[] = {call.cwd, "\\", path, NULL};
    const char *const alone[] = {path, NULL};
    return text_join(absolute, size, is_absolute(path) ? alone : joined);
}

static bool find_places(void)
{
    static wchar_t wide[PATH_BYTES / 3];
    DWORD size = GetCurrentDirectoryW(PATH_BYTES / 3, wide);
    char *cwd = size > 0 && size < PATH_BYTES / 3 ? to_utf8(wide) : NULL;
    if (cwd == NULL || !JOIN(call.cwd, cwd)) return false;
    const char *root = non_empty("ZCCACHE_CACHE_DIR"), *home = non_empty("HOME");
    if (home == NULL) home = non_empty("USERPROFILE");
    if (root == NULL && home == NULL) return false;
    bool found = root != NULL ? make_absolute(root, call.root, sizeof call.root) : JOIN(call.root, home, "\\.zccache");
    if (!found) return false;
    const char *endpoint = non_empty("ZCCACHE_ENDPOINT");
    if (endpoint != NULL && strncmp(endpoint, "loopback:", 9) == 0 && endpoint[9] != 0) {
        return make_absolute(endpoint + 9, call.port_file, sizeof call.port_file);
    }
    return JOIN(call.port_file, call.root, "\\daemon.port");
}

static bool is_console(DWORD standard)
{
    DWORD mode;
    return GetConsoleMode(GetStdHandle(standard), &mode);
}

static bool send_request(SOCKET channel)
{
    CONSOLE_SCREEN_BUFFER_INFO screen = {0};
    uint32_t flags = 0;
    if (is_console(STD_INPUT_HANDLE)) flags |= WIRE_STDIN_TERMINAL;
    if (is_console(STD_OUTPUT_HANDLE)) flags |= WIRE_STDOUT_TERMINAL;
    if (is_console(STD_ERROR_HANDLE)) flags |= WIRE_STDERR_TERMINAL;
    GetConsoleScreenBufferInfo(GetStdHandle(STD_ERROR_HANDLE), &screen);
    struct wire_caller caller = {
        .kind = WIRE_COMPILE,
        .pid = GetCurrentProcessId(),
        .release = ZCCACHE_RELEASE,
        .session = env_value(call.env, WIRE_SESSION_VARIABLE),
        .flags = flags,
        .columns = (uint32_t)screen.dwSize.X,
        .root_folder = "",
        .cwd = call.cwd,
        .argv = call.argv,
        .env = call.env,
        .strict = call.strict,
    };
    size_t bound = wire_caller_bound(&caller);
    uint8_t *frame = bound <= WIRE_MAX_REQUEST ? malloc(bound) : NULL;
    return frame != NULL && send_all(channel, frame, wire_put_caller(frame, &caller));
}

_Noreturn static void compile(void)
{
    SOCKET channel;
    const char *why;
    struct wire_reply reply;
    if (!find_places()) run_untouched(&call, "the cache root or the current folder is unknown");
    if (!reach_daemon(&call, &channel, &why)) run_untouched(&call, why);
    if (!send_request(channel)) run_untouched(&call, "the request could not be sent");
    if (!receive_reply(channel, &reply, &why)) run_untouched(&call, why);
    switch (reply.kind) {
    case WIRE_DELIVER:
        if (!deliver(&reply, &why)) run_untouched(&call, why);
        write_handle(GetStdHandle(STD_OUTPUT_HANDLE), reply.out.at, reply.out.size);
        write_handle(GetStdHandle(STD_ERROR_HANDLE), reply.err.at, reply.err.size);
        ExitProcess((UINT)reply.exit);
    case WIRE_RUN: run_and_report(&call, channel, &reply);
    case WIRE_BYPASS: run_untouched(&call, NULL);
    case WIRE_REFUSE:
        write_handle(GetStdHandle(STD_ERROR_HANDLE), reply.err.at, reply.err.size);
        ExitProcess((UINT)reply.exit);
    default: run_untouched(&call, "the reply is none that this launcher obeys");
    }
}

/* `asked` is NULL if we were called by the tool's name. */
_Noreturn static void run_tool(char **argv, char *const *asked)
{
    call.argv = argv;
    call.name = asked == NULL ? base_name(argv[0]) : argv[0];
    if (!find_tool(&call)) {
        if (asked != NULL) become_full_program("zccache", asked);
        print_error((const char *const[]){"zccache: ", call.name, ": command not found\n", NULL});
        ExitProcess(127);
    }
    if (asked == NULL) argv[0] = call.tool; /* the bare name would lead back to us */
    if (is_on(env_value(call.env, "ZCCACHE_DISABLE"))) run_untouched(&call, NULL);
    compile();
}

static int run(int argc, wchar_t **wide)
{
    static char *no_arguments[] = {NULL};
    char **argv = all_to_utf8(argc, wide);
    call.env = own_env();
    if (argv == NULL || call.env == NULL) {
        print_error((const char *const[]){"zccache: the command line or the environment is not Unicode\n", NULL});
        return 126;
    }
    char **args = argc > 0 ? argv + 1 : no_arguments;
    struct front front = {0, NULL};
    switch (argc > 0 ? role_of(argv[0]) : ROLE_FRONT) {
    case ROLE_DAEMON: become_full_program("zccache-daemon", args);
    case ROLE_FP: become_full_program("zccache-fp", args);
    case ROLE_TOOL: run_tool(argv, NULL);
    case ROLE_FRONT:
        if (intent_of(args, &front) == INTENT_TOOL) {
            call.strict = front.strict;
            run_tool(args + front.tool, args);
        }
        become_full_program("zccache", args);
    }
    return 127;
}

/* Of the C runtime's library; the start-up code that calls it otherwise is left out, it is larger than we are. */
int __cdecl _configure_wide_argv(int mode);

/* Where the system starts us. */
void launcher_start(void)
{
    enum { WITHOUT_PATTERNS = 1 };
    _configure_wide_argv(WITHOUT_PATTERNS);
    ExitProcess((UINT)run(*__p___argc(), *__p___wargv()));
}
