/* Who is called, and for what. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launcher.h"

static struct call call;

/* The caller asked for a tool that is us again: what stands behind us on PATH is meant. */
static void look_behind_us(char **argv)
{
    call.name = base_name(argv[0]);
}

/*
 * Runs a tool's command line. `asked` is what the full program gets to explain a word that is no program; NULL if
 * we were called by the tool's name.
 */
/* Whether the daemon is to be spoken to over the loopback interface, which is the full program's business here. */
static bool is_on_loopback(void)
{
    const char *endpoint = env_value(call.env, "ZCCACHE_ENDPOINT");
    return endpoint != NULL && strncmp(endpoint, "loopback", 8) == 0 && (endpoint[8] == 0 || endpoint[8] == ':');
}

_Noreturn static void wrap_by_full_program(void)
{
    size_t count = 0;
    while (call.argv[count] != NULL) count++;
    char **args = calloc(count + 3, sizeof *args);
    if (args != NULL) {
        args[0] = (char *)"wrap";
        args[1] = (char *)"--";
        memcpy(args + 2, call.argv, count * sizeof *args);
        exec_full_program("zccache", args, call.env);
    }
    find_places(&call); /* for the log */
    run_untouched(&call, "the full program, which knows the loopback interface, cannot be run");
}

_Noreturn static void run_tool(char **argv, char *const *asked)
{
    static char found[PATH_BYTES];
    bool skipped;
    call.argv = argv;
    call.name = argv[0];
    call.self = own_identity();
    if (asked == NULL) look_behind_us(argv);
    enum find find = find_tool(&call, found, &skipped);
    if (find == FIND_SELF) {
        look_behind_us(argv);
        find = find_tool(&call, found, &skipped);
        skipped = true;
    }
    if (find != FIND_FOUND) {
        int error = errno;
        if (error == 0 && asked != NULL) exec_full_program("zccache", asked, call.env);
        cannot_run(call.name, error);
    }
    /* The bare name would lead the tool itself, and the daemon, back to us. */
    if (skipped || asked == NULL) argv[0] = found;
    if (is_on(env_value(call.env, "ZCCACHE_DISABLE"))) run_untouched(&call, NULL);
    if (is_on_loopback()) wrap_by_full_program();
    compile(&call);
}

_Noreturn static void run_front(char **args)
{
    struct front front = {0, NULL};
    switch (intent_of(args, &front)) {
    case INTENT_TOOL:
        while (args[front.tool + 1] != NULL && role_of(args[front.tool]) == ROLE_FRONT) {
            args += front.tool + 1; /* `zccache zccache cc …` is `zccache cc …` */
            if (intent_of(args, &front) != INTENT_TOOL) become_full_program("zccache", args, call.env);
        }
        call.strict = front.strict;
        run_tool(args + front.tool, args);
    case INTENT_FORWARD:
        if (is_on_loopback()) break;
        call.argv = args;
        call.name = args[0];
        forward_command(&call);
        break;
    case INTENT_PROGRAM: break;
    }
    become_full_program("zccache", args, call.env);
}

int main(int argc, char **argv, char **env)
{
    static char *no_arguments[] = {NULL};
    char **args = argc > 0 ? argv + 1 : no_arguments;
    call.env = env;
    call.started_ns = now_ns();
    switch (argc > 0 ? role_of(argv[0]) : ROLE_FRONT) {
    case ROLE_FRONT: run_front(args);
    case ROLE_DAEMON: become_full_program("zccache-daemon", args, env);
    case ROLE_FP: become_full_program("zccache-fp", args, env);
    case ROLE_TOOL: run_tool(argv, NULL);
    }
    return 127;
}
