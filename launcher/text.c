#include "text.h"

#include <string.h>

struct text text_in(char *buffer, size_t size)
{
    buffer[0] = 0;
    return (struct text){buffer, size, false};
}

void text_add_bytes(struct text *text, const char *from, size_t size)
{
    if (text->full || size >= text->room) {
        text->full = true;
        return;
    }
    memcpy(text->at, from, size);
    text->at += size;
    text->room -= size;
    *text->at = 0;
}

void text_add(struct text *text, const char *from)
{
    text_add_bytes(text, from, strlen(from));
}

void text_add_number(struct text *text, uint64_t number, int min_digits)
{
    char digits[24];
    int at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
        min_digits--;
    } while (number > 0 || min_digits > 0);
    text_add_bytes(text, digits + at, sizeof digits - (size_t)at);
}

/* Turns days since 1970-01-01 into a date: years are counted from March, so the leap day comes last. */
static void add_date(struct text *text, int64_t days)
{
    int64_t shifted = days + 719468; /* days since 0000-03-01 */
    int64_t era = shifted / 146097, day_of_era = shifted % 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153; /* 0 = March */
    int64_t year = era * 400 + year_of_era + (month >= 10);
    text_add_number(text, (uint64_t)year, 4);
    text_add(text, "-");
    text_add_number(text, (uint64_t)(month < 10 ? month + 3 : month - 9), 2);
    text_add(text, "-");
    text_add_number(text, (uint64_t)(day_of_year - (153 * month + 2) / 5 + 1), 2);
}

void text_add_time(struct text *text, int64_t unix_seconds, int milliseconds)
{
    int64_t second = unix_seconds % 86400;
    add_date(text, unix_seconds / 86400);
    text_add(text, "T");
    text_add_number(text, (uint64_t)(second / 3600), 2);
    text_add(text, ":");
    text_add_number(text, (uint64_t)(second / 60 % 60), 2);
    text_add(text, ":");
    text_add_number(text, (uint64_t)(second % 60), 2);
    text_add(text, ".");
    text_add_number(text, (uint64_t)milliseconds, 3);
    text_add(text, "Z");
}

bool text_join(char *buffer, size_t size, const char *const *parts)
{
    struct text text = text_in(buffer, size);
    for (; *parts != NULL; parts++) text_add(&text, *parts);
    return !text.full;
}
