#include <stdlib.h>
#include <string.h>

#include "launcher.h"

char *to_utf8(const wchar_t *wide)
{
    int size = WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, wide, -1, NULL, 0, NULL, NULL);
    char *text = size > 0 ? malloc((size_t)size) : NULL;
    if (text == NULL) return NULL;
    WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, wide, -1, text, size, NULL, NULL);
    return text;
}

wchar_t *to_wide(const char *text)
{
    int size = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, NULL, 0);
    wchar_t *wide = size > 0 ? malloc((size_t)size * sizeof *wide) : NULL;
    if (wide == NULL) return NULL;
    MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, wide, size);
    return wide;
}

/* Backslashes are doubled where a quote follows them, and only there. */
static char *put_quoted(char *at, const char *argument)
{
    size_t slashes = 0;
    *at++ = '"';
    for (const char *from = argument;; from++) {
        if (*from == '\\') {
            slashes++;
            continue;
        }
        size_t written = *from == 0 || *from == '"' ? 2 * slashes : slashes;
        memset(at, '\\', written);
        at += written;
        slashes = 0;
        if (*from == 0) break;
        if (*from == '"') *at++ = '\\';
        *at++ = *from;
    }
    *at++ = '"';
    return at;
}

wchar_t *join_command_line(char *const *argv)
{
    size_t room = 1;
    for (size_t i = 0; argv[i] != NULL; i++) room += 2 * strlen(argv[i]) + 3;
    char *line = malloc(room), *at = line;
    if (line == NULL) return NULL;
    for (size_t i = 0; argv[i] != NULL; i++) {
        if (i > 0) *at++ = ' ';
        if (argv[i][0] != 0 && strpbrk(argv[i], " \t\n\v\"") == NULL) {
            size_t size = strlen(argv[i]);
            memcpy(at, argv[i], size);
            at += size;
        } else {
            at = put_quoted(at, argv[i]);
        }
    }
    *at = 0;
    wchar_t *wide = to_wide(line);
    free(line);
    return wide;
}

const char *env_value(char *const *env, const char *name)
{
    size_t size = strlen(name);
    for (; *env != NULL; env++) {
        if (_strnicmp(*env, name, size) == 0 && (*env)[size] == '=') return *env + size + 1;
    }
    return NULL;
}

static bool is_changed(const char *entry, const struct wire_texts *changes)
{
    for (size_t i = 0; changes != NULL && i < changes->count; i++) {
        size_t size = strcspn(changes->at[i], "=");
        if (_strnicmp(entry, changes->at[i], size) == 0 && entry[size] == '=') return true;
    }
    return false;
}

static bool append_entry(wchar_t **at, const char *entry)
{
    wchar_t *wide = to_wide(entry);
    if (wide == NULL) return false;
    size_t size = wcslen(wide) + 1;
    memcpy(*at, wide, size * sizeof *wide);
    *at += size;
    free(wide);
    return true;
}

wchar_t *environment_block(char *const *env, const struct wire_texts *changes)
{
    size_t room = 2;
    for (size_t i = 0; env[i] != NULL; i++) room += strlen(env[i]) + 1;
    for (size_t i = 0; changes != NULL && i < changes->count; i++) room += strlen(changes->at[i]) + 1;
    wchar_t *block = calloc(room, sizeof *block), *at = block;
    if (block == NULL) return NULL;
    for (size_t i = 0; env[i] != NULL; i++) {
        if (!is_changed(env[i], changes) && !append_entry(&at, env[i])) return NULL;
    }
    for (size_t i = 0; changes != NULL && i < changes->count; i++) {
        if (strchr(changes->at[i], '=') != NULL && !append_entry(&at, changes->at[i])) return NULL;
    }
    return block;
}
