#include "command_line.h"

#include <string.h>

#include "commands.h"

static const struct {
    const char *word;
    bool forward;
} commands[] = {
#define ROW(word, forward) {word, forward},
    ZCCACHE_COMMANDS(ROW)
#undef ROW
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Whether the first `size` bytes of a text are this lower-case word, in any case of letters. */
static bool is_word(const char *text, size_t size, const char *word)
{
    if (strlen(word) != size) return false;
    for (size_t i = 0; i < size; i++) {
        if (lower(text[i]) != word[i]) return false;
    }
    return true;
}

const char *base_name(const char *path)
{
    const char *name = path;
    for (const char *at = path; *at != 0; at++) {
        if (*at == '/') name = at + 1;
#ifdef _WIN32
        if (*at == '\\') name = at + 1;
#endif
    }
    return name;
}

enum role role_of(const char *argv0)
{
    const char *name = base_name(argv0);
    size_t size = strlen(name);
    if (size > 4 && is_word(name + size - 4, 4, ".exe")) size -= 4;
    if (is_word(name, size, "zccache")) return ROLE_FRONT;
    if (is_word(name, size, "zccache-daemon")) return ROLE_DAEMON;
    if (is_word(name, size, "zccache-fp")) return ROLE_FP;
    return ROLE_TOOL;
}

/* A command that names another endpoint is not for the daemon that we would find. */
static bool names_endpoint(char *const *args)
{
    for (; *args != NULL; args++) {
        if (strncmp(*args, "--endpoint", 10) == 0) return true;
    }
    return false;
}

enum intent intent_of(char *const *args, size_t *tool)
{
    *tool = 0;
    if (args[0] == NULL || args[0][0] == '-' || args[0][0] == 0) return INTENT_PROGRAM;
    if (strcmp(args[0], "wrap") == 0) {
        *tool = args[1] != NULL && strcmp(args[1], "--") == 0 ? 2 : 1;
        const char *word = args[*tool];
        return word == NULL || word[0] == 0 || (*tool == 1 && word[0] == '-') ? INTENT_PROGRAM : INTENT_TOOL;
    }
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(args[0], commands[i].word) != 0) continue;
        return commands[i].forward && !names_endpoint(args) ? INTENT_FORWARD : INTENT_PROGRAM;
    }
    return INTENT_TOOL;
}

bool is_on(const char *value)
{
    return value != NULL && (strcmp(value, "1") == 0 || is_word(value, strlen(value), "true"));
}
