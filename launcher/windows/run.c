#include <stdlib.h>
#include <string.h>

#include "launcher.h"

enum { CAPTURE_LIMIT = 3 * 1024 * 1024, GRACE_MS = 100 };

/* One stream of the tool: a thread passes it on and keeps it. */
struct tap {
    HANDLE from, for_child, to, thread;
    uint8_t *kept;
    size_t size, limit;
    bool cut;
    uint8_t block[16 * 1024];
};

static DWORD WINAPI pass_on(void *argument)
{
    struct tap *tap = argument;
    DWORD n;
    while (ReadFile(tap->from, tap->block, sizeof tap->block, &n, NULL) && n > 0) {
        write_handle(tap->to, tap->block, n);
        if (tap->kept == NULL || tap->size + n > tap->limit) {
            tap->cut = true;
            continue;
        }
        memcpy(tap->kept + tap->size, tap->block, n);
        tap->size += n;
    }
    return 0;
}

static bool open_tap(struct tap *tap, DWORD standard, size_t limit)
{
    SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
    tap->to = GetStdHandle(standard);
    tap->limit = limit;
    tap->kept = malloc(limit + 1);
    if (!CreatePipe(&tap->from, &tap->for_child, &inheritable, 0)) return false;
    SetHandleInformation(tap->from, HANDLE_FLAG_INHERIT, 0);
    return true;
}

/* Ends when the stream does; one that is left open by another process is given up. */
static void finish_tap(struct tap *tap)
{
    if (tap->thread == NULL || WaitForSingleObject(tap->thread, GRACE_MS) == WAIT_OBJECT_0) return;
    tap->cut = true;
}

static struct wire_snapshot *snapshot(const struct wire_reply *reply, bool wanted)
{
    static char path[PATH_BYTES];
    struct wire_snapshot *copies = calloc(reply->outputs.count + 1, sizeof *copies);
    for (size_t i = 0; copies != NULL && wanted && i < reply->outputs.count; i++) {
        struct text text = text_in(path, sizeof path);
        text_add(&text, reply->place);
        text_add(&text, "\\");
        text_add_number(&text, i, 1);
        copies[i].made = !text.full && copy_file(reply->outputs.at[i], path, &copies[i].size);
        copies[i].mode = 0644;
    }
    return copies;
}

static bool send_report(SOCKET channel, const struct wire_reply *reply, struct tap taps[2], int exit, uint64_t wall_ns)
{
    struct wire_report report = {
        .ticket = reply->ticket,
        .exit = exit,
        .wall_ns = wall_ns,
        .truncated = taps[0].cut || taps[1].cut,
        .out = {taps[0].kept, taps[0].size},
        .err = {taps[1].kept, taps[1].size},
        .snapshots = snapshot(reply, exit == 0 || (reply->flags & WIRE_RUN_SEVERAL) != 0),
        .snapshot_count = reply->outputs.count,
    };
    if (report.snapshots == NULL) return false;
    uint8_t *frame = malloc(wire_report_bound(&report));
    return frame != NULL && send_all(channel, frame, wire_put_report(frame, &report));
}

static const DWORD class_of[WIRE_PRIORITIES] = {
    [WIRE_LOW] = BELOW_NORMAL_PRIORITY_CLASS,
    [WIRE_IDLE] = IDLE_PRIORITY_CLASS,
    [WIRE_HIGH] = HIGH_PRIORITY_CLASS,
};

_Noreturn void run_and_report(const struct call *call, SOCKET channel, const struct wire_reply *reply)
{
    static struct tap taps[2];
    struct started started;
    struct wire_reply done;
    const char *why = "the report could not be sent";
    size_t limit = reply->capture_limit < CAPTURE_LIMIT ? (size_t)reply->capture_limit : CAPTURE_LIMIT;
    if ((reply->flags & WIRE_RUN_LISTS) != 0) run_untouched(call, "lists can't be gathered on this system");
    if (!open_tap(&taps[0], STD_OUTPUT_HANDLE, limit) || !open_tap(&taps[1], STD_ERROR_HANDLE, limit)) {
        run_untouched(call, "no pipe could be made");
    }
    if (!deliver(reply, &why)) run_untouched(call, why);
    wchar_t *env = environment_block(call->env, &reply->env);
    struct streams streams = {taps[0].for_child, taps[1].for_child};
    ULONGLONG start = GetTickCount64();
    if (env == NULL || !start_program(reply->tool, reply->argv.at, env, streams, class_of[reply->priority], &started)) {
        run_untouched(call, "the tool could not be started");
    }
    for (int i = 0; i < 2; i++) {
        CloseHandle(taps[i].for_child);
        taps[i].thread = CreateThread(NULL, 0, pass_on, &taps[i], 0, NULL);
    }
    DWORD code = wait_for(&started);
    uint64_t wall_ns = (GetTickCount64() - start) * 1000000;
    for (int i = 0; i < 2; i++) finish_tap(&taps[i]);
    /* Codes like 0xC0000005 are how Windows says "ended by an exception": never a success, so 255 tells enough. */
    bool reported = send_report(channel, reply, taps, code > 255 ? 255 : (int)code, wall_ns);
    if (code == 0 && (reply->flags & WIRE_RUN_WAITS) != 0) {
        if (!reported || !receive_reply(channel, &done, &why)) run_untouched(call, why);
        if (done.kind != WIRE_DONE) run_untouched(call, "the reply to a report is not Done");
        if (!deliver(&done, &why)) run_untouched(call, why);
    }
    ExitProcess(code);
}
