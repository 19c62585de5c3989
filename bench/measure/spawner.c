/*
 * Starts commands and times them, with as little of its own around them as can be: a runtime's process
 * start-up would be many times what is measured.
 *
 *   spawner JOBS LOG < commands
 *
 * Standard input: NUL-ended words; an empty word ends a command. LOG receives what the commands print.
 * Standard output: a line a command, in the order in which they end:
 *   index wall_ns cpu_us status        status: the exit code, 128 + the signal, or 127 if it can't be started
 * and at the end: total wall_ns cpu_us (cpu of all commands and what they waited for).
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

struct running {
    pid_t pid;
    int index;
    uint64_t since;
};

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void fail(const char *what)
{
    perror(what);
    exit(2);
}

static char *read_all(size_t *length)
{
    size_t room = 1 << 16, used = 0;
    char *text = malloc(room);
    for (;;) {
        if (text == NULL)
            fail("malloc");
        ssize_t got = read(0, text + used, room - used);
        if (got < 0)
            fail("read");
        if (got == 0)
            break;
        used += (size_t)got;
        if (used == room)
            text = realloc(text, room *= 2);
    }
    *length = used;
    return text;
}

/* Cuts the text into commands; returns their number and fills a table of NULL-ended argument vectors. */
static int cut(char *text, size_t length, char ****out)
{
    size_t words = 0;
    int commands = 0, count = 0;
    for (size_t i = 0; i < length; i++)
        words += text[i] == '\0';
    char **slots = calloc(words + 1, sizeof *slots);
    for (size_t i = 0; i < length; i++)
        commands += text[i] == '\0' && (i == 0 || text[i - 1] == '\0');
    char ***table = calloc((size_t)commands + 1, sizeof *table);
    if (slots == NULL || table == NULL)
        fail("calloc");
    size_t slot = 0, first = 0;
    for (char *at = text; at < text + length; at += strlen(at) + 1) {
        slots[slot] = *at == '\0' ? NULL : at;
        if (slots[slot++] == NULL) {
            table[count++] = slots + first;
            first = slot;
        }
    }
    *out = table;
    return count;
}

static uint64_t cpu_us(const struct rusage *use)
{
    return (uint64_t)(use->ru_utime.tv_sec + use->ru_stime.tv_sec) * 1000000u +
           (uint64_t)(use->ru_utime.tv_usec + use->ru_stime.tv_usec);
}

static void report(int index, uint64_t wall, const struct rusage *use, int code)
{
    static uint64_t flushed;
    printf("%d %llu %llu %d\n", index, (unsigned long long)wall, (unsigned long long)cpu_us(use), code);
    uint64_t now = now_ns();
    if (now - flushed > 100000000u) {
        fflush(stdout);
        flushed = now;
    }
}

static void wait_one(struct running *table, int *count)
{
    int status;
    struct rusage use;
    pid_t pid = wait4(-1, &status, 0, &use);
    uint64_t end = now_ns();
    if (pid < 0)
        fail("wait4");
    for (int i = 0; i < *count; i++) {
        if (table[i].pid != pid)
            continue;
        report(table[i].index, end - table[i].since, &use,
               WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
        table[i] = table[--*count];
        return;
    }
}

int main(int argc, char **argv)
{
    if (argc != 3 || atoi(argv[1]) < 1) {
        fprintf(stderr, "usage: spawner JOBS LOG < commands\n");
        return 2;
    }
    int jobs = atoi(argv[1]), count = 0;
    size_t length;
    char *text = read_all(&length), ***commands;
    int total = cut(text, length, &commands);
    struct running *table = calloc((size_t)jobs, sizeof *table);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, argv[2], O_WRONLY | O_CREAT | O_APPEND, 0666);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    pid_t parent = getppid();
    uint64_t start = now_ns();
    /* Whoever asked for the commands may be interrupted: then no more are started. */
    for (int i = 0; i < total && getppid() == parent; i++) {
        if (count == jobs)
            wait_one(table, &count);
        struct running *one = &table[count];
        one->index = i;
        one->since = now_ns();
        if (posix_spawnp(&one->pid, commands[i][0], &actions, NULL, commands[i], environ) == 0) {
            count++;
        } else {
            struct rusage none;
            memset(&none, 0, sizeof none);
            report(i, 0, &none, 127);
        }
    }
    while (count > 0)
        wait_one(table, &count);
    uint64_t wall = now_ns() - start;
    struct rusage all;
    getrusage(RUSAGE_CHILDREN, &all);
    printf("total %llu %llu\n", (unsigned long long)wall, (unsigned long long)cpu_us(&all));
    return 0;
}
