#include <stdlib.h>
#include <string.h>

#include "../runtime.h"
#include "launcher.h"

void write_handle(HANDLE handle, const void *from, size_t size)
{
    const uint8_t *at = from;
    DWORD n;
    while (size > 0 && WriteFile(handle, at, size < 1 << 20 ? (DWORD)size : 1 << 20, &n, NULL) && n > 0) {
        at += n;
        size -= n;
    }
}

void print_error(const char *const *parts)
{
    static char line[PATH_BYTES + 512];
    text_join(line, sizeof line, parts);
    write_handle(GetStdHandle(STD_ERROR_HANDLE), line, strlen(line));
}

/* Opens for looking at it only. */
static HANDLE open_to_look(const char *path)
{
    wchar_t *wide = to_wide(path);
    if (wide == NULL) return INVALID_HANDLE_VALUE;
    HANDLE file = CreateFileW(wide, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
                              FILE_FLAG_BACKUP_SEMANTICS, NULL);
    free(wide);
    return file;
}

static bool own_path(char path[PATH_BYTES])
{
    static wchar_t wide[PATH_BYTES / 3];
    DWORD size = GetModuleFileNameW(NULL, wide, PATH_BYTES / 3);
    if (size == 0 || size >= PATH_BYTES / 3) return false;
    char *text = to_utf8(wide);
    if (text == NULL) return false;
    bool fits = text_join(path, PATH_BYTES, (const char *const[]){text, NULL});
    free(text);
    return fits;
}

/* A file that can be a tool: it is there, no folder, and not this executable under another name. */
static bool is_tool(const char *path)
{
    static char own[PATH_BYTES];
    BY_HANDLE_FILE_INFORMATION found, ours;
    HANDLE file = open_to_look(path);
    if (file == INVALID_HANDLE_VALUE) return false;
    bool usable = GetFileInformationByHandle(file, &found) && !(found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY);
    HANDLE self = usable && own_path(own) ? open_to_look(own) : INVALID_HANDLE_VALUE;
    if (self != INVALID_HANDLE_VALUE) {
        bool same = GetFileInformationByHandle(self, &ours) && ours.nFileIndexLow == found.nFileIndexLow &&
                    ours.nFileIndexHigh == found.nFileIndexHigh &&
                    ours.dwVolumeSerialNumber == found.dwVolumeSerialNumber;
        usable = usable && !same;
        CloseHandle(self);
    }
    CloseHandle(file);
    return usable;
}

static bool try_candidate(struct call *call, const char *folder, size_t size)
{
    static const char *const suffixes[] = {"", ".exe"};
    bool has_suffix = strrchr(base_name(call->name), '.') != NULL;
    for (int i = has_suffix ? 0 : 1; i < 2; i++) {
        struct text text = text_in(call->tool, sizeof call->tool);
        text_add_bytes(&text, folder, size);
        if (size > 0) text_add(&text, "\\");
        text_add(&text, call->name);
        text_add(&text, suffixes[i]);
        if (!text.full && is_tool(call->tool)) return true;
    }
    return false;
}

bool find_tool(struct call *call)
{
    if (strpbrk(call->name, "/\\:") != NULL) return try_candidate(call, "", 0);
    const char *path = env_value(call->env, "PATH");
    for (const char *at = path == NULL ? "" : path; *at != 0;) {
        size_t size = strcspn(at, ";");
        if (size > 0 && try_candidate(call, at, size)) return true;
        at += size;
        if (*at == ';') at++;
    }
    return false;
}

static BOOL WINAPI leave_to_the_tool(DWORD event)
{
    (void)event;
    return TRUE; /* the console tells every process in it; we wait for what the tool makes of it */
}

bool start_program(const char *path, char *const *argv, const wchar_t *env, struct streams streams, DWORD class,
                   struct started *started)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limit = {0};
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    wchar_t *application = to_wide(path), *line = join_command_line(argv);
    if (application == NULL || line == NULL) return false;
    startup.dwFlags = STARTF_USESTDHANDLES;
    startup.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    startup.hStdOutput = streams.out != NULL ? streams.out : GetStdHandle(STD_OUTPUT_HANDLE);
    startup.hStdError = streams.err != NULL ? streams.err : GetStdHandle(STD_ERROR_HANDLE);
    started->job = CreateJobObjectW(NULL, NULL);
    limit.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK;
    SetInformationJobObject(started->job, JobObjectExtendedLimitInformation, &limit, sizeof limit);
    SetConsoleCtrlHandler(leave_to_the_tool, TRUE);
    DWORD flags = CREATE_SUSPENDED | CREATE_UNICODE_ENVIRONMENT | class;
    if (!CreateProcessW(application, line, NULL, NULL, TRUE, flags, (void *)env, NULL, &startup, &process)) return false;
    AssignProcessToJobObject(started->job, process.hProcess);
    ResumeThread(process.hThread);
    CloseHandle(process.hThread);
    started->process = process.hProcess;
    free(application);
    free(line);
    return true;
}

DWORD wait_for(const struct started *started)
{
    DWORD code = 1;
    WaitForSingleObject(started->process, INFINITE);
    GetExitCodeProcess(started->process, &code);
    return code;
}

/* One line in ROOT\logs\launcher.log, if there is such a folder. */
static void log_fallback(const struct call *call, const char *why)
{
    static char path[PATH_BYTES + 32], line[1024];
    SYSTEMTIME now;
    DWORD n;
    if (call->root[0] == 0 || !JOIN(path, call->root, "\\logs\\launcher.log")) return;
    wchar_t *wide = to_wide(path);
    if (wide == NULL) return;
    HANDLE log = CreateFileW(wide, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_ALWAYS, 0, NULL);
    free(wide);
    if (log == INVALID_HANDLE_VALUE) return;
    GetSystemTime(&now);
    struct text text = text_in(line, sizeof line);
    const struct {
        int number, digits;
        const char *after;
    } parts[] = {{now.wYear, 4, "-"},   {now.wMonth, 2, "-"},  {now.wDay, 2, "T"},           {now.wHour, 2, ":"},
                 {now.wMinute, 2, ":"}, {now.wSecond, 2, "."}, {now.wMilliseconds, 3, "Z "}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        text_add_number(&text, (uint64_t)parts[i].number, parts[i].digits);
        text_add(&text, parts[i].after);
    }
    text_add_number(&text, GetCurrentProcessId(), 1);
    const char *const rest[] = {" ", why, ": ", call->name, "\r\n"};
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++) text_add(&text, rest[i]);
    WriteFile(log, line, (DWORD)strlen(line), &n, NULL);
    CloseHandle(log);
}

_Noreturn void run_untouched(const struct call *call, const char *why)
{
    struct started started;
    struct streams ours = {NULL, NULL};
    if (why != NULL) log_fallback(call, why);
    if (start_program(call->tool, call->argv, NULL, ours, 0, &started)) ExitProcess(wait_for(&started));
    print_error((const char *const[]){"zccache: ", call->name, ": cannot be run\n", NULL});
    ExitProcess(126);
}

bool full_program_argv(const char *role, char *const *args, char ***argv)
{
    static char runtime[PATH_BYTES + 64], program[PATH_BYTES + 64];
    static char prefix[PATH_BYTES];
    if (!own_path(prefix)) return false;
    for (int levels = 0; levels < 2; levels++) {
        char *slash = strrchr(prefix, '\\');
        if (slash == NULL) return false;
        *slash = 0;
    }
    if (!JOIN(runtime, prefix, "\\lib\\zccache\\deno.exe")) return false;
    if (!JOIN(program, prefix, "\\lib\\zccache\\zccache.js")) return false;
    const char *const head[] = {runtime, RUNTIME_OPTIONS, program, role};
    size_t fixed = sizeof head / sizeof *head, count = 0;
    while (args[count] != NULL) count++;
    *argv = calloc(fixed + count + 1, sizeof **argv);
    if (*argv == NULL) return false;
    memcpy(*argv, head, sizeof head);
    memcpy(*argv + fixed, args, count * sizeof **argv);
    return true;
}

_Noreturn void become_full_program(const char *role, char *const *args)
{
    char **argv;
    struct started started;
    struct streams ours = {NULL, NULL};
    bool known = full_program_argv(role, args, &argv);
    if (known && start_program(argv[0], argv, NULL, ours, 0, &started)) ExitProcess(wait_for(&started));
    print_error((const char *const[]){role, ": cannot run ", known ? argv[0] : "the full program", "\n", NULL});
    ExitProcess(127);
}
