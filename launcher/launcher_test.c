/* Tests of what a command line means and of the texts, built with the sanitizers. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "command_line.h"
#include "text.h"

static void roles_follow_the_name(void)
{
    CHECK(role_of("zccache") == ROLE_FRONT && role_of("/usr/bin/zccache") == ROLE_FRONT);
    CHECK(role_of("ZCCACHE.EXE") == ROLE_FRONT && role_of("./zccache-daemon") == ROLE_DAEMON);
    CHECK(role_of("zccache-fp.exe") == ROLE_FP);
    CHECK(role_of("gcc") == ROLE_TOOL && role_of("/lib/zccache/gcc") == ROLE_TOOL && role_of("") == ROLE_TOOL);
    CHECK(role_of("zccache-other") == ROLE_TOOL && role_of("zccache/") == ROLE_TOOL);
}

static void intents_follow_the_first_word(void)
{
    static const struct {
        const char *words[5];
        enum intent intent;
        size_t tool;
    } rows[] = {
        {{NULL}, INTENT_PROGRAM, 0},
        {{"", NULL}, INTENT_PROGRAM, 0},
        {{"--version", NULL}, INTENT_PROGRAM, 0},
        {{"--strict-paths", NULL}, INTENT_PROGRAM, 0},
        {{"--strict-paths", "--json", NULL}, INTENT_PROGRAM, 0},
        {{"--strict-pathsX", "gcc", NULL}, INTENT_PROGRAM, 0},
        {{"--strict-paths", "gcc", NULL}, INTENT_TOOL, 1},
        {{"--strict-paths=off", "status", NULL}, INTENT_TOOL, 1},
        {{"gcc", "-c", NULL}, INTENT_TOOL, 0},
        {{"cc", NULL}, INTENT_TOOL, 0},
        {{"starter", NULL}, INTENT_TOOL, 0},
        {{"./status", NULL}, INTENT_TOOL, 0},
        {{"status", "--json", NULL}, INTENT_FORWARD, 0},
        {{"clear", NULL}, INTENT_FORWARD, 0},
        {{"kill", NULL}, INTENT_PROGRAM, 0},
        {{"status", "--endpoint", "x", NULL}, INTENT_PROGRAM, 0},
        {{"status", "--endpoint=x", NULL}, INTENT_PROGRAM, 0},
        {{"start", NULL}, INTENT_PROGRAM, 0},
        {{"fp", "check", NULL}, INTENT_PROGRAM, 0},
        {{"wrap", NULL}, INTENT_PROGRAM, 0},
        {{"wrap", "--", NULL}, INTENT_PROGRAM, 0},
        {{"wrap", "--other", "gcc", NULL}, INTENT_PROGRAM, 0},
        {{"wrap", "--strict-paths", "gcc", NULL}, INTENT_TOOL, 2},
        {{"wrap", "--strict-paths=x", "--", "gcc", NULL}, INTENT_TOOL, 3},
        {{"wrap", "gcc", "-c", NULL}, INTENT_TOOL, 1},
        {{"wrap", "--", "status", NULL}, INTENT_TOOL, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct front front = {0, NULL};
        enum intent intent = intent_of((char *const *)rows[i].words, &front);
        bool right = intent == rows[i].intent && (intent != INTENT_TOOL || front.tool == rows[i].tool);
        if (!right) fprintf(stderr, "row %zu\n", i);
        CHECK(right);
    }
    CHECK(is_on("1") && is_on("true") && is_on("TRUE"));
    CHECK(!is_on(NULL) && !is_on("") && !is_on("0") && !is_on("yes") && !is_on("11"));
}

static void the_last_strict_mode_counts(void)
{
    static const char *plain[] = {"gcc", "--strict-paths", NULL};
    static const char *bare[] = {"--strict-paths=off", "--strict-paths", "gcc", NULL};
    static const char *given[] = {"wrap", "--strict-paths=", "gcc", NULL};
    struct front front = {0, NULL};
    intent_of((char *const *)plain, &front);
    CHECK(front.strict == NULL);
    intent_of((char *const *)bare, &front);
    CHECK(strcmp(front.strict, "absolute") == 0);
    intent_of((char *const *)plain, &front);
    CHECK(strcmp(front.strict, "absolute") == 0);
    intent_of((char *const *)given, &front);
    CHECK(front.strict[0] == 0);
}

static void texts_stay_in_their_room(void)
{
    char small[8], line[64];
    CHECK(JOIN(small, "abc", "defg") && strcmp(small, "abcdefg") == 0);
    CHECK(!JOIN(small, "abcd", "efgh"));
    struct text text = text_in(line, sizeof line);
    text_add_time(&text, 951782399, 7); /* the second before a leap day */
    text_add(&text, " ");
    text_add_time(&text, 4102444800, 999);
    text_add(&text, " ");
    text_add_number(&text, 0, 1);
    CHECK(strcmp(line, "2000-02-28T23:59:59.007Z 2100-01-01T00:00:00.999Z 0") == 0);
}

int main(void)
{
    roles_follow_the_name();
    intents_follow_the_first_word();
    the_last_strict_mode_counts();
    texts_stay_in_their_room();
    return failures == 0 ? 0 : 1;
}
