/* Encoding: the caller made room by the bounds given here, so nothing can run over. */
#include <string.h>

#include "wire.h"

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

static const char strict_name[] = "ZCCACHE_STRICT_PATHS=";

static bool is_session(const char *entry)
{
    size_t size = sizeof WIRE_SESSION_VARIABLE - 1;
    return strncmp(entry, WIRE_SESSION_VARIABLE, size) == 0 && entry[size] == '=';
}

size_t wire_caller_bound(const struct wire_caller *caller)
{
    size_t size = 96 + WIRE_MAX_SESSION + strlen(caller->root_folder) + strlen(caller->cwd);
    for (char *const *arg = caller->argv; *arg != NULL; arg++) size += 5 + strlen(*arg);
    for (char *const *entry = caller->env; *entry != NULL; entry++) size += 1 + strlen(*entry);
    if (caller->strict != NULL) size += sizeof strict_name + strlen(caller->strict);
    return size;
}

size_t wire_put_caller(uint8_t *into, const struct wire_caller *caller)
{
    uint8_t *at = into + WIRE_HEADER;
    size_t session_size = caller->session == NULL ? 0 : strlen(caller->session);
    at = put_array(at, 13);
    at = put_uint(at, WIRE_PROTOCOL);
    at = put_uint(at, caller->kind);
    at = put_fixed_u32(at, caller->pid);
    at = put_fixed_u32(at, caller->release);
    at = put_fixed_u32(at, caller->connect_us);
    at = put_bin(at, caller->session, session_size > WIRE_MAX_SESSION ? 0 : session_size);
    at = put_uint(at, caller->flags);
    at = put_uint(at, caller->columns);
    at = put_uint(at, caller->umask);
    at = put_bin(at, caller->root_folder, strlen(caller->root_folder));
    at = put_bin(at, caller->cwd, strlen(caller->cwd));
    size_t count = 0;
    while (caller->argv[count] != NULL) count++;
    at = put_array(at, count);
    for (size_t i = 0; i < count; i++) at = put_bin(at, caller->argv[i], strlen(caller->argv[i]));
    size_t env_size = 0;
    for (char *const *entry = caller->env; *entry != NULL; entry++) {
        if (!is_session(*entry)) env_size += strlen(*entry) + 1;
    }
    if (caller->strict != NULL) env_size += sizeof strict_name + strlen(caller->strict);
    at = put_bin_header(at, env_size);
    for (char *const *entry = caller->env; *entry != NULL; entry++) {
        if (is_session(*entry)) continue;
        size_t size = strlen(*entry) + 1;
        memcpy(at, *entry, size);
        at += size;
    }
    if (caller->strict != NULL) {
        size_t size = strlen(caller->strict) + 1;
        memcpy(at, strict_name, sizeof strict_name - 1);
        memcpy(at + sizeof strict_name - 1, caller->strict, size);
        at += sizeof strict_name - 1 + size;
    }
    return finish_frame(into, at);
}

size_t wire_report_bound(const struct wire_report *report)
{
    return 96 + report->out.size + report->err.size + 16 * report->snapshot_count;
}

size_t wire_put_report(uint8_t *into, const struct wire_report *report)
{
    uint8_t *at = into + WIRE_HEADER;
    at = put_array(at, 11);
    at = put_uint(at, WIRE_PROTOCOL);
    at = put_uint(at, WIRE_REPORT);
    at = put_uint(at, report->ticket);
    at = put_exit(at, report->exit);
    at = put_uint(at, (uint64_t)report->signal);
    at = put_uint(at, report->wall_ns);
    at = put_uint(at, report->snapshot_ns);
    at = put_uint(at, (report->truncated ? WIRE_REPORT_TRUNCATED : 0u) |
                          (report->priority_denied ? WIRE_REPORT_DENIED : 0u) | (report->late ? WIRE_REPORT_LATE : 0u));
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

void wire_put_timing(uint8_t into[WIRE_TIMING_BYTES], uint64_t mark, uint64_t deliver_ns)
{
    put_big_endian(put_big_endian(into, mark, 4), deliver_ns, 8);
}
