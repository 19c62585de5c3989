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

/* The mode that --strict-paths[=MODE] asks for; NULL for any other word. */
static const char *strict_mode(const char *word)
{
    static const char option[] = "--strict-paths";
    size_t size = sizeof option - 1;
    if (word == NULL || strncmp(word, option, size) != 0) return NULL;
    if (word[size] == 0) return "absolute";
    return word[size] == '=' ? word + size + 1 : NULL;
}

enum intent intent_of(char *const *args, struct front *front)
{
    bool is_wrap = args[0] != NULL && strcmp(args[0], "wrap") == 0, dashes = false;
    size_t first = is_wrap ? 1 : 0;
    front->tool = first;
    for (const char *mode; (mode = strict_mode(args[front->tool])) != NULL; front->tool++) front->strict = mode;
    if (is_wrap && args[front->tool] != NULL && strcmp(args[front->tool], "--") == 0) {
        front->tool++;
        dashes = true;
    }
    const char *word = args[front->tool];
    if (word == NULL || word[0] == 0 || (word[0] == '-' && !dashes)) return INTENT_PROGRAM;
    if (is_wrap || front->tool > first) return INTENT_TOOL;
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
