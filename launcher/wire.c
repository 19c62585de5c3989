#include "wire.h"

#include <stdlib.h>
#include <string.h>

/* ---- encoding: the caller made room, so nothing here can run over ---- */

static uint8_t *put_big_endian(uint8_t *at, uint64_t value, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--) *at++ = (uint8_t)(value >> (8 * i));
    return at;
}

static uint8_t *put_fixed_u32(uint8_t *at, uint32_t value)
{
    *at++ = 0xce;
    return put_big_endian(at, value, 4);
}

static uint8_t *put_uint(uint8_t *at, uint64_t value)
{
    if (value < 0x80) {
        *at++ = (uint8_t)value;
        return at;
    }
    if (value <= 0xff) {
        *at++ = 0xcc;
        return put_big_endian(at, value, 1);
    }
    if (value <= 0xffff) {
        *at++ = 0xcd;
        return put_big_endian(at, value, 2);
    }
    if (value <= 0xffffffff) return put_fixed_u32(at, (uint32_t)value);
    *at++ = 0xcf;
    return put_big_endian(at, value, 8);
}

/* An exit code: −1 for "ended by a signal", otherwise not negative. */
static uint8_t *put_exit(uint8_t *at, int exit)
{
    if (exit >= 0) return put_uint(at, (uint64_t)exit);
    *at++ = 0xff;
    return at;
}

static uint8_t *put_array(uint8_t *at, size_t count)
{
    if (count < 16) {
        *at++ = (uint8_t)(0x90 | count);
        return at;
    }
    if (count <= 0xffff) {
        *at++ = 0xdc;
        return put_big_endian(at, count, 2);
    }
    *at++ = 0xdd;
    return put_big_endian(at, count, 4);
}

static uint8_t *put_bin_header(uint8_t *at, size_t size)
{
    if (size <= 0xff) {
        *at++ = 0xc4;
        return put_big_endian(at, size, 1);
    }
    if (size <= 0xffff) {
        *at++ = 0xc5;
        return put_big_endian(at, size, 2);
    }
    *at++ = 0xc6;
    return put_big_endian(at, size, 4);
}

static uint8_t *put_bin(uint8_t *at, const void *from, size_t size)
{
    at = put_bin_header(at, size);
    if (size > 0) memcpy(at, from, size);
    return at + size;
}

static size_t finish_frame(uint8_t *into, const uint8_t *end)
{
    put_big_endian(into, (uint64_t)(end - into - WIRE_HEADER), WIRE_HEADER);
    return (size_t)(end - into);
}

size_t wire_caller_bound(const struct wire_caller *caller)
{
    size_t size = 64 + strlen(caller->cwd);
    for (char *const *arg = caller->argv; *arg != NULL; arg++) size += 5 + strlen(*arg);
    for (char *const *entry = caller->env; *entry != NULL; entry++) size += 1 + strlen(*entry);
    return size;
}

size_t wire_put_caller(uint8_t *into, const struct wire_caller *caller)
{
    uint8_t *at = into + WIRE_HEADER;
    at = put_array(at, 10);
    at = put_uint(at, WIRE_PROTOCOL);
    at = put_uint(at, caller->kind);
    at = put_fixed_u32(at, caller->pid);
    at = put_fixed_u32(at, caller->release);
    at = put_uint(at, caller->flags);
    at = put_uint(at, caller->columns);
    at = put_uint(at, caller->umask);
    at = put_bin(at, caller->cwd, strlen(caller->cwd));
    size_t count = 0;
    while (caller->argv[count] != NULL) count++;
    at = put_array(at, count);
    for (size_t i = 0; i < count; i++) at = put_bin(at, caller->argv[i], strlen(caller->argv[i]));
    size_t env_size = 0;
    for (char *const *entry = caller->env; *entry != NULL; entry++) env_size += strlen(*entry) + 1;
    at = put_bin_header(at, env_size);
    for (char *const *entry = caller->env; *entry != NULL; entry++) {
        size_t size = strlen(*entry) + 1;
        memcpy(at, *entry, size);
        at += size;
    }
    return finish_frame(into, at);
}

size_t wire_report_bound(const struct wire_report *report)
{
    return 80 + report->out.size + report->err.size + 16 * report->snapshot_count;
}

size_t wire_put_report(uint8_t *into, const struct wire_report *report)
{
    uint8_t *at = into + WIRE_HEADER;
    at = put_array(at, 10);
    at = put_uint(at, WIRE_PROTOCOL);
    at = put_uint(at, WIRE_REPORT);
    at = put_uint(at, report->ticket);
    at = put_exit(at, report->exit);
    at = put_uint(at, (uint64_t)report->signal);
    at = put_uint(at, report->wall_ns);
    at = put_uint(at, report->truncated ? WIRE_REPORT_TRUNCATED : 0);
    at = put_bin(at, report->out.at, report->truncated ? 0 : report->out.size);
    at = put_bin(at, report->err.at, report->truncated ? 0 : report->err.size);
    at = put_array(at, report->snapshot_count);
    for (size_t i = 0; i < report->snapshot_count; i++) {
        const struct wire_snapshot *copy = &report->snapshots[i];
        if (!copy->made) {
            *at++ = 0xc0;
            continue;
        }
        at = put_array(at, 2);
        at = put_uint(at, copy->size);
        at = put_uint(at, copy->mode);
    }
    return finish_frame(into, at);
}

size_t wire_put_preprocessed(uint8_t *into, uint64_t ticket, int exit, uint64_t wall_ns)
{
    uint8_t *at = into + WIRE_HEADER;
    at = put_array(at, 5);
    at = put_uint(at, WIRE_PROTOCOL);
    at = put_uint(at, WIRE_PREPROCESSED);
    at = put_uint(at, ticket);
    at = put_exit(at, exit);
    at = put_uint(at, wall_ns);
    return finish_frame(into, at);
}

uint32_t wire_payload_size(const uint8_t header[WIRE_HEADER])
{
    return (uint32_t)header[0] << 24 | (uint32_t)header[1] << 16 | (uint32_t)header[2] << 8 | header[3];
}

/* ---- decoding: every read is checked against `end` ---- */

struct reader {
    uint8_t *at, *end;
};

static size_t left(const struct reader *r)
{
    return (size_t)(r->end - r->at);
}

static bool read_big_endian(struct reader *r, int bytes, uint64_t *value)
{
    if (left(r) < (size_t)bytes) return false;
    *value = 0;
    for (int i = 0; i < bytes; i++) *value = *value << 8 | *r->at++;
    return true;
}

static bool read_uint(struct reader *r, uint64_t *value)
{
    if (left(r) < 1) return false;
    uint8_t tag = *r->at++;
    if (tag < 0x80) {
        *value = tag;
        return true;
    }
    if (tag < 0xcc || tag > 0xcf) return false;
    return read_big_endian(r, 1 << (tag - 0xcc), value);
}

static bool read_below(struct reader *r, uint64_t limit, uint64_t *value)
{
    return read_uint(r, value) && *value < limit;
}

static bool read_exit(struct reader *r, int *exit)
{
    uint64_t value;
    if (!read_below(r, 256, &value)) return false;
    *exit = (int)value;
    return true;
}

static bool read_array(struct reader *r, size_t *count)
{
    if (left(r) < 1) return false;
    uint8_t tag = *r->at++;
    uint64_t value = tag & 15;
    if ((tag & 0xf0) != 0x90) {
        if (tag != 0xdc && tag != 0xdd) return false;
        if (!read_big_endian(r, tag == 0xdc ? 2 : 4, &value)) return false;
    }
    if (value > left(r)) return false; /* an element takes a byte at least: no allocation for a lie */
    *count = (size_t)value;
    return true;
}

static bool read_bin(struct reader *r, struct wire_bytes *bytes)
{
    if (left(r) < 1) return false;
    uint8_t tag = *r->at++;
    uint64_t size;
    if (tag < 0xc4 || tag > 0xc6 || !read_big_endian(r, 1 << (tag - 0xc4), &size)) return false;
    if (size > left(r)) return false;
    bytes->at = r->at;
    bytes->size = (size_t)size;
    r->at += size;
    return true;
}

/* A text for the operating system: no NUL inside; moved one byte down, over its own header, to get one behind. */
static bool read_text(struct reader *r, char **text)
{
    struct wire_bytes bytes;
    if (!read_bin(r, &bytes) || memchr(bytes.at, 0, bytes.size) != NULL) return false;
    uint8_t *at = r->at - bytes.size - 1;
    memmove(at, at + 1, bytes.size);
    at[bytes.size] = 0;
    *text = (char *)at;
    return true;
}

static bool read_path(struct reader *r, const char **path)
{
    char *text;
    if (!read_text(r, &text) || text[0] == 0) return false;
    *path = text;
    return true;
}

static bool read_texts(struct reader *r, struct wire_texts *texts)
{
    size_t count;
    if (!read_array(r, &count)) return false;
    texts->at = calloc(count + 1, sizeof *texts->at);
    if (texts->at == NULL) return false;
    texts->count = count;
    for (size_t i = 0; i < count; i++) {
        if (!read_text(r, &texts->at[i])) return false;
    }
    return true;
}

static bool skip_nil(struct reader *r)
{
    if (left(r) < 1 || *r->at != 0xc0) return false;
    r->at++;
    return true;
}

static bool read_file(struct reader *r, struct wire_file *file)
{
    size_t count;
    uint64_t mode;
    if (!read_array(r, &count) || count != 4) return false;
    if (!read_path(r, &file->dest) || !read_below(r, 01000, &mode)) return false;
    file->mode = (unsigned)mode;
    file->from = NULL;
    file->content = (struct wire_bytes){NULL, 0};
    if (skip_nil(r)) return read_bin(r, &file->content);
    return read_path(r, &file->from) && skip_nil(r);
}

static bool read_files(struct reader *r, struct wire_reply *reply)
{
    size_t count;
    if (!read_array(r, &count) || count > WIRE_MAX_FILES) return false;
    for (size_t i = 0; i < count; i++) {
        if (!read_file(r, &reply->files[i])) return false;
    }
    reply->file_count = count;
    return true;
}

static bool read_streams(struct reader *r, struct wire_reply *reply)
{
    return read_exit(r, &reply->exit) && read_bin(r, &reply->out) && read_bin(r, &reply->err);
}

static bool read_deliver(struct reader *r, struct wire_reply *reply)
{
    uint64_t delivery;
    if (!read_streams(r, reply) || !read_files(r, reply)) return false;
    if (!read_below(r, WIRE_REFLINK + 1, &delivery)) return false;
    reply->delivery = (enum wire_delivery)delivery;
    return true;
}

static bool read_tool(struct reader *r, struct wire_reply *reply)
{
    return read_uint(r, &reply->ticket) && read_path(r, &reply->tool) && read_texts(r, &reply->argv) &&
           reply->argv.count > 0 && read_texts(r, &reply->env);
}

static bool read_run(struct reader *r, struct wire_reply *reply)
{
    return read_tool(r, reply) && read_texts(r, &reply->outputs) && read_path(r, &reply->place) &&
           read_uint(r, &reply->capture_limit) && read_uint(r, &reply->flags);
}

static bool read_fields(struct reader *r, size_t fields, struct wire_reply *reply)
{
    uint64_t ignored;
    switch (reply->kind) {
    case WIRE_DELIVER: return fields == 5 && read_deliver(r, reply);
    case WIRE_RUN: return fields == 8 && read_run(r, reply);
    case WIRE_BYPASS: return fields == 1 && read_uint(r, &reply->reason);
    case WIRE_REFUSE: return fields == 2 && read_exit(r, &reply->exit) && read_bin(r, &reply->err);
    case WIRE_PREPROCESS: return fields == 5 && read_tool(r, reply) && read_path(r, &reply->place);
    case WIRE_OUTPUT: return fields == 3 && read_streams(r, reply);
    case WIRE_RUN_HERE: return fields == 0;
    case WIRE_DONE: return fields == 1 && read_files(r, reply);
    case WIRE_PONG: return fields == 2 && read_uint(r, &ignored) && read_uint(r, &ignored);
    default: return false;
    }
}

bool wire_decode_reply(uint8_t *payload, size_t size, struct wire_file *files, struct wire_reply *reply)
{
    struct reader r = {payload, payload + size};
    size_t count;
    uint64_t protocol, kind;
    memset(reply, 0, sizeof *reply);
    reply->files = files;
    if (!read_array(&r, &count) || count < 2) return false;
    if (!read_uint(&r, &protocol) || protocol != WIRE_PROTOCOL || !read_below(&r, 128, &kind)) return false;
    reply->kind = (enum wire_kind)kind;
    return read_fields(&r, count - 2, reply) && left(&r) == 0;
}

void wire_free_reply(struct wire_reply *reply)
{
    free(reply->argv.at);
    free(reply->env.at);
    free(reply->outputs.at);
    reply->argv.at = reply->env.at = reply->outputs.at = NULL;
}
