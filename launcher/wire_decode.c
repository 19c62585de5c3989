/* Decoding: every read is checked against `end`. */
#include <stdlib.h>
#include <string.h>

#include "wire.h"

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
    if (!read_path(r, &file->dest) || !read_below(r, (WIRE_ANEW | WIRE_INTO | WIRE_TYPE) + 1, &mode)) return false;
    unsigned type = (unsigned)mode & WIRE_TYPE;
    file->into = (mode & WIRE_INTO) != 0;
    file->anew = (mode & WIRE_ANEW) != 0;
    file->mode = (unsigned)mode & ~(WIRE_INTO | WIRE_ANEW);
    if ((type != 0 && type != WIRE_LINK && type != WIRE_FOLDER) || (file->mode & ~WIRE_TYPE) > 0777) return false;
    if ((file->into || file->anew) && type != 0) return false;
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

/* Files and how they are moved. */
static bool read_delivery(struct reader *r, struct wire_reply *reply)
{
    uint64_t delivery;
    if (!read_files(r, reply) || !read_uint(r, &delivery)) return false;
    if (delivery != WIRE_AUTO && delivery != WIRE_COPY && delivery != WIRE_REFLINK) return false;
    reply->delivery = (enum wire_delivery)delivery;
    return true;
}

static bool read_deliver(struct reader *r, struct wire_reply *reply)
{
    if (!read_streams(r, reply) || !read_delivery(r, reply)) return false;
    return (skip_nil(r) || read_path(r, &reply->timing)) && read_uint(r, &reply->mark);
}

static bool read_tool(struct reader *r, struct wire_reply *reply)
{
    return read_uint(r, &reply->ticket) && read_path(r, &reply->tool) && read_texts(r, &reply->argv) &&
           reply->argv.count > 0 && read_texts(r, &reply->env);
}

static bool read_run(struct reader *r, struct wire_reply *reply)
{
    bool whole = read_tool(r, reply) && read_texts(r, &reply->outputs) && read_path(r, &reply->place) &&
                 read_uint(r, &reply->capture_limit) &&
                 read_below(r, WIRE_RUN_FLAGS, &reply->flags) && read_delivery(r, reply);
    if (!whole || (reply->flags >> WIRE_RUN_PRIORITY_SHIFT & 7) >= WIRE_PRIORITIES) return false;
    reply->priority = (enum wire_priority)(reply->flags >> WIRE_RUN_PRIORITY_SHIFT & 7);
    return true;
}

static bool read_fields(struct reader *r, size_t fields, struct wire_reply *reply)
{
    uint64_t ignored;
    switch (reply->kind) {
    case WIRE_DELIVER: return fields == 7 && read_deliver(r, reply);
    case WIRE_RUN: return fields == 10 && read_run(r, reply);
    case WIRE_BYPASS: return fields == 2 && read_uint(r, &reply->reason) && read_texts(r, &reply->env);
    case WIRE_REFUSE: return fields == 2 && read_exit(r, &reply->exit) && read_bin(r, &reply->err);
    case WIRE_PREPROCESS: return fields == 5 && read_tool(r, reply) && read_path(r, &reply->place);
    case WIRE_OUTPUT: return fields == 3 && read_streams(r, reply);
    case WIRE_RUN_HERE: return fields == 0;
    case WIRE_DONE: return fields == 1 && read_files(r, reply);
    case WIRE_PONG: return fields == 2 && read_uint(r, &ignored) && read_uint(r, &ignored);
    default: return false;
    }
}

uint32_t wire_payload_size(const uint8_t header[WIRE_HEADER])
{
    return (uint32_t)header[0] << 24 | (uint32_t)header[1] << 16 | (uint32_t)header[2] << 8 | header[3];
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
