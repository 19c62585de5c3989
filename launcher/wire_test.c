/*
 * Tests of the wire format, built with the address and undefined-behaviour sanitizers: payloads live in blocks of
 * exactly their size, so a byte read too far ends the run. Usage: wire_test FOLDER-OF-GOLDEN-FRAMES
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "wire.h"

static const char *folder;
static struct wire_file files[WIRE_MAX_FILES];

struct frame {
    uint8_t *at;
    size_t size;
};

static struct frame golden(const char *name)
{
    char path[4096];
    struct frame frame = {malloc(1 << 16), 0};
    snprintf(path, sizeof path, "%s/%s.bin", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    frame.size = fread(frame.at, 1, 1 << 16, file);
    fclose(file);
    return frame;
}

/* Decodes a copy that has no byte to spare; the caller frees the reply and the copy. */
static uint8_t *decode(const uint8_t *payload, size_t size, struct wire_reply *reply, bool *ok)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);
    if (size > 0) memcpy(copy, payload, size);
    *ok = wire_decode_reply(copy, size, files, reply);
    return copy;
}

static bool accepts(const uint8_t *payload, size_t size)
{
    struct wire_reply reply;
    bool ok;
    uint8_t *copy = decode(payload, size, &reply, &ok);
    wire_free_reply(&reply);
    free(copy);
    return ok;
}

static bool is_text(struct wire_bytes bytes, const char *text)
{
    return bytes.size == strlen(text) && memcmp(bytes.at, text, bytes.size) == 0;
}

static void check_frame(const char *name, const uint8_t *frame, size_t size)
{
    struct frame expected = golden(name);
    bool same = size == expected.size && memcmp(frame, expected.at, size) == 0;
    if (!same) fprintf(stderr, "%s differs\n", name);
    CHECK(same);
    free(expected.at);
}

static void requests_have_the_golden_bytes(void)
{
    uint8_t frame[512];
    char *env[] = {"PATH=/usr/bin", "ZCCACHE_SESSION_ID=x", "LANG=C", NULL};
    const char *session = "fc51113d-9d58-455b-8c57-9d6d6a0708c1";
    char *argv[] = {"gcc", "-c", "a.c", "-D\xff\xfe", NULL};
    char *status[] = {"status", "--json", NULL};
    struct wire_caller caller = {
        WIRE_COMPILE, 4711, 1002003, 250, 2, 120, 022, session, "28:2049:2", "/home/ann/project",
        argv, env, NULL};
    size_t size = wire_put_caller(frame, &caller);
    CHECK(size <= wire_caller_bound(&caller));
    check_frame("request-compile", frame, size);
    caller.kind = WIRE_COMMAND;
    caller.argv = status;
    check_frame("request-command", frame, wire_put_caller(frame, &caller));
    uint8_t told[512];
    char *strict[] = {"PATH=/usr/bin", "LANG=C", "ZCCACHE_STRICT_PATHS=off", NULL};
    caller.strict = "off";
    size = wire_put_caller(frame, &caller);
    CHECK(size <= wire_caller_bound(&caller));
    caller.strict = NULL;
    caller.env = strict;
    CHECK(wire_put_caller(told, &caller) == size && memcmp(frame, told, size) == 0);
    struct wire_snapshot copies[] = {{true, 70000, 0644}, {false, 0, 0}};
    const char *warning = "a.c:1: warning\n";
    struct wire_report report = {.ticket = 7, .wall_ns = 123456789012, .snapshot_ns = 70000};
    report.priority_denied = true;
    report.late = true;
    report.snapshots = copies;
    report.snapshot_count = 2;
    report.err = (struct wire_bytes){(const uint8_t *)warning, strlen(warning)};
    size = wire_put_report(frame, &report);
    CHECK(size <= wire_report_bound(&report));
    check_frame("request-report", frame, size);
    report = (struct wire_report){.ticket = 4000000000, .wall_ns = 5, .exit = -1, .signal = 9, .truncated = true};
    report.err = (struct wire_bytes){(const uint8_t *)warning, strlen(warning)}; /* left out: it is not whole */
    check_frame("request-report-signalled", frame, wire_put_report(frame, &report));
    size = wire_put_preprocessed(frame, 8, 0, 1000000);
    CHECK(size <= WIRE_PREPROCESSED_BOUND);
    check_frame("request-preprocessed", frame, size);
}

static void large_requests_fit_their_bound(void)
{
    enum { ARGUMENTS = 70000 };
    char **argv = calloc(ARGUMENTS + 1, sizeof *argv), *env[] = {NULL};
    char *long_one = calloc(1, 70001);
    memset(long_one, 'x', 70000);
    for (int i = 0; i < ARGUMENTS; i++) argv[i] = i % 1000 == 0 ? long_one : "";
    struct wire_caller caller = {WIRE_COMPILE, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, long_one, long_one, long_one,
                                 argv, env, NULL};
    size_t bound = wire_caller_bound(&caller);
    uint8_t *frame = malloc(bound);
    size_t size = wire_put_caller(frame, &caller);
    CHECK(size <= bound && wire_payload_size(frame) == size - WIRE_HEADER);
    free(frame);
    free(long_one);
    free(argv);
}

static void deliver_is_decoded(void)
{
    struct frame frame = golden("reply-deliver");
    struct wire_reply reply;
    bool ok;
    CHECK(wire_payload_size(frame.at) == frame.size - WIRE_HEADER);
    uint8_t *copy = decode(frame.at + WIRE_HEADER, frame.size - WIRE_HEADER, &reply, &ok);
    CHECK(ok && reply.kind == WIRE_DELIVER && reply.exit == 0 && reply.delivery == WIRE_AUTO);
    CHECK(is_text(reply.out, "out\n") && is_text(reply.err, "warning: \xc3\xa9\n"));
    CHECK(reply.file_count == 2);
    CHECK(strcmp(files[0].dest, "build/a.o") == 0 && strcmp(files[0].from, "/root/artifacts/v1/ab/abcd") == 0);
    CHECK(files[0].mode == 0666 && files[1].mode == 0666 && !files[0].into && files[1].into);
    CHECK(files[0].anew && !files[1].anew);
    CHECK(strcmp(files[1].dest, "build/a.d") == 0 && files[1].from == NULL);
    CHECK(is_text(files[1].content, "a.o: a.c\n"));
    CHECK(strcmp(reply.timing, "/root/sessions/1.timings") == 0 && reply.mark == 70001);
    wire_free_reply(&reply);
    free(copy);
    free(frame.at);
}

static void run_is_decoded(void)
{
    struct frame frame = golden("reply-run");
    struct wire_reply reply;
    bool ok;
    uint8_t *copy = decode(frame.at + WIRE_HEADER, frame.size - WIRE_HEADER, &reply, &ok);
    CHECK(ok && reply.kind == WIRE_RUN && reply.ticket == 7 && reply.capture_limit == 1048576);
    uint64_t flags = WIRE_RUN_WAITS | 4 | WIRE_RUN_EXACT_STREAMS | WIRE_RUN_LISTS | WIRE_RUN_SEVERAL | WIRE_RUN_LINGERS |
                     WIRE_RUN_MAY_BE_LATE;
    CHECK(reply.flags == flags && reply.priority == WIRE_IDLE && strcmp(reply.tool, "/usr/bin/gcc") == 0);
    CHECK(reply.file_count == 1 && strcmp(files[0].dest, "b.o") == 0 && reply.delivery == WIRE_COPY);
    CHECK(reply.argv.count == 6 && strcmp(reply.argv.at[0], "gcc") == 0);
    CHECK(strcmp(reply.argv.at[5], "/root/tmp/7/dep") == 0 && reply.argv.at[6] == NULL);
    CHECK(reply.env.count == 2 && strcmp(reply.env.at[0], "COLUMNS=120") == 0);
    CHECK(strcmp(reply.env.at[1], "GCC_COLORS") == 0 && strcmp(reply.place, "/root/tmp/7") == 0);
    CHECK(reply.outputs.count == 2 && strcmp(reply.outputs.at[1], "a.d") == 0);
    wire_free_reply(&reply);
    free(copy);
    free(frame.at);
}

static const char *const replies[] = {
    "reply-bypass", "reply-deliver",    "reply-deliver-nothing", "reply-done",     "reply-output",
    "reply-pong",   "reply-preprocess", "reply-refuse",          "reply-run-here", "reply-run",
};
enum { REPLIES = sizeof replies / sizeof *replies };

static void every_golden_reply_is_accepted_and_no_part_of_it(void)
{
    for (int i = 0; i < REPLIES; i++) {
        struct frame frame = golden(replies[i]);
        uint8_t *payload = frame.at + WIRE_HEADER;
        size_t size = frame.size - WIRE_HEADER;
        if (!accepts(payload, size)) fprintf(stderr, "%s is refused\n", replies[i]);
        CHECK(accepts(payload, size));
        for (size_t cut = 0; cut < size; cut++) CHECK(!accepts(payload, cut));
        payload[size] = 0xc0;
        CHECK(!accepts(payload, size + 1)); /* a byte left over */
        payload[0]++;
        CHECK(!accepts(payload, size + 1)); /* a field left over */
        payload[0]--;
        payload[1] = WIRE_PROTOCOL + 1;
        CHECK(!accepts(payload, size)); /* another protocol */
        free(frame.at);
    }
}

/* Payloads as they must not be; the number is the size, for there are NULs inside. */
static void malformed_replies_are_refused(void)
{
    static const struct {
        const char *what, *bytes;
        size_t size;
    } rows[] = {
#define V "\x03" /* the protocol: with another number they would all be refused for that */
#define ROW(what, bytes) {what, bytes, sizeof(bytes) - 1}
        ROW("nothing", ""),
        ROW("no array", "\x01"),
        ROW("a map", "\x82" V "\x46"),
        ROW("an empty array", "\x90"),
        ROW("only a protocol", "\x91" V),
        ROW("an unknown kind", "\x92" V "\x7f"),
        ROW("a request's kind", "\x92" V "\x00"),
        ROW("a kind that is too large", "\x92" V "\xcd\x01\x46"),
        ROW("a negative kind", "\x92" V "\xff"),
        ROW("an array of four thousand million", "\xdd\xff\xff\xff\xff" V "\x46"),
        ROW("a reason that is a text", "\x94" V "\x42\xa1x\x90"),
        ROW("a reason that is a float", "\x94" V "\x42\xca\x3f\x80\x00\x00\x90"),
        ROW("an exit code over 255", "\x94" V "\x43\xcd\x01\x00\xc4\x00"),
        ROW("a negative exit code", "\x94" V "\x43\xff\xc4\x00"),
        ROW("bytes of four thousand million", "\x94" V "\x43\x01\xc6\xff\xff\xff\xff"),
        ROW("a text instead of bytes", "\x94" V "\x43\x01\xa1x"),
        ROW("files that are no array", "\x99" V "\x40\x00\xc4\x00\xc4\x00\x01\x00\xc0\x00"),
        ROW("more files than allowed", "\x99" V "\x40\x00\xc4\x00\xc4\x00\xdc\x04\x01\x00\xc0\x00"),
        ROW("a file of three fields", "\x93" V "\x47\x91\x93\xc4\x01x\x00\xc0"),
        ROW("a file without a name", "\x93" V "\x47\x91\x94\xc4\x00\x00\xc0\xc4\x00"),
        ROW("a NUL in a name", "\x93" V "\x47\x91\x94\xc4\x03x\0y\x00\xc0\xc4\x00"),
        ROW("a set-user-id mode", "\x93" V "\x47\x91\x94\xc4\x01x\xcd\x09\xff\xc0\xc4\x00"),
        ROW("a link that is written into", "\x93" V "\x47\x91\x94\xc4\x01x\xce\x00\x01\xa1\xff\xc0\xc4\x00"),
        ROW("a folder that is made anew", "\x93" V "\x47\x91\x94\xc4\x01x\xce\x00\x02\x41\xff\xc0\xc4\x00"),
        ROW("a file type beyond all", "\x93" V "\x47\x91\x94\xc4\x01x\xce\x00\x04\x01\xb6\xc0\xc4\x00"),
        ROW("two sources", "\x93" V "\x47\x91\x94\xc4\x01x\x00\xc4\x01y\xc4\x00"),
        ROW("no source", "\x93" V "\x47\x91\x94\xc4\x01x\x00\xc0\xc0"),
        ROW("an unknown delivery", "\x99" V "\x40\x00\xc4\x00\xc4\x00\x90\x05\xc0\x00"),
        ROW("delivery by link, or clone or link", "\x99" V "\x40\x00\xc4\x00\xc4\x00\x90\x01\xc0\x00"),
        ROW("delivery by link", "\x99" V "\x40\x00\xc4\x00\xc4\x00\x90\x02\xc0\x00"),
        ROW("a timing file without a name", "\x99" V "\x40\x00\xc4\x00\xc4\x00\x90\x00\xc4\x00\x00"),
        ROW("a tool without a name", "\x97" V "\x44\x01\xc4\x00\x91\xc4\x01x\x90\xc4\x01x"),
        ROW("no argv[0]", "\x97" V "\x44\x01\xc4\x01x\x90\x90\xc4\x01x"),
        ROW("a run without files", "\x98" V "\x41\x01\xc4\x01x\x91\xc4\x01x\x90\x90\xc4\x01x\x00\x00"),
        ROW("nested arrays", "\x97" V "\x44\x01\xc4\x01x\x91\x91\x91\x91\xc4\x01x\x90\xc4\x01x"),
#undef ROW
    };
    CHECK(V[0] == WIRE_PROTOCOL);
#undef V
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool refused = !accepts((const uint8_t *)rows[i].bytes, rows[i].size);
        if (!refused) fprintf(stderr, "accepted: %s\n", rows[i].what);
        CHECK(refused);
    }
}

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* Bytes of golden frames changed at random: whatever is decoded, nothing is touched outside. */
static void changed_replies_do_no_harm(void)
{
    uint32_t state = 20260101;
    for (int i = 0; i < REPLIES; i++) {
        struct frame frame = golden(replies[i]);
        size_t size = frame.size - WIRE_HEADER;
        uint8_t *changed = malloc(size);
        for (int round = 0; round < 20000; round++) {
            memcpy(changed, frame.at + WIRE_HEADER, size);
            for (uint32_t n = 1 + next_random(&state) % 4; n > 0; n--) {
                changed[next_random(&state) % size] = (uint8_t)next_random(&state);
            }
            accepts(changed, 1 + next_random(&state) % size);
            accepts(changed, size);
        }
        free(changed);
        free(frame.at);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: wire_test FOLDER-OF-GOLDEN-FRAMES\n");
        return 2;
    }
    folder = argv[1];
    requests_have_the_golden_bytes();
    large_requests_fit_their_bound();
    deliver_is_decoded();
    run_is_decoded();
    every_golden_reply_is_accepted_and_no_part_of_it();
    malformed_replies_are_refused();
    changed_replies_do_no_harm();
    return failures == 0 ? 0 : 1;
}
