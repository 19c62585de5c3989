/* Building short texts in fixed buffers, without stdio. */
#ifndef ZCCACHE_TEXT_H
#define ZCCACHE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A text under construction; always NUL-terminated. Once something didn't fit, `full` stays true. */
struct text {
    char *at;
    size_t room; /* bytes left, the NUL's included */
    bool full;
};

struct text text_in(char *buffer, size_t size);
void text_add_bytes(struct text *text, const char *from, size_t size);
void text_add(struct text *text, const char *from);
void text_add_number(struct text *text, uint64_t number, int min_digits);

/* A UTC time, as 2026-01-31T12:00:00.123Z. */
void text_add_time(struct text *text, int64_t unix_seconds, int milliseconds);

/* Joins texts (the list ends with NULL) into a buffer; false if they don't fit. */
bool text_join(char *buffer, size_t size, const char *const *parts);
#define JOIN(buffer, ...) text_join(buffer, sizeof(buffer), (const char *const[]){__VA_ARGS__, NULL})

#endif
