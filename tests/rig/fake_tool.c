/*
 * A tool that reports each call and can be held: it appends its arguments to `calls` beside itself and runs
 * the real tool, whose path is compiled in. If `hold-before` or `hold-after` stands beside it, a compile
 * makes `arrived` and waits for `go` before or after the real tool runs. If `leave-behind` stands beside it, a
 * grandchild that holds every descriptor outlives the call by three seconds. As long as `hold-answers` stands beside
 * it, a tool that is asked about itself doesn't answer. Compiles write to `state` what the process got from its
 * parent. Built with -DSILENT it writes neither, so that a run which is observed writes nothing but its
 * outputs.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[PATH_MAX];

static const char *beside(const char *name)
{
    static char path[PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void record(int argc, char **argv)
{
    char line[65536] = "";
    for (int i = 1; i < argc && strlen(line) + strlen(argv[i]) + 3 < sizeof line; i++) {
        if (i > 1) strcat(line, " ");
        strcat(line, argv[i]);
    }
    strcat(line, "\n");
    int fd = open(beside("calls"), O_WRONLY | O_APPEND | O_CREAT, 0666);
    if (fd < 0 || write(fd, line, strlen(line)) < 0) exit(120);
    close(fd);
}

static void hold(const char *order)
{
    if (access(beside(order), F_OK) != 0) return;
    close(open(beside("arrived"), O_WRONLY | O_CREAT, 0666));
    for (int i = 0; i < 20000 && access(beside("go"), F_OK) != 0; i++) usleep(1000);
    unlink(beside(order));
    unlink(beside("go"));
}

static void hold_answer(void)
{
    for (int i = 0; i < 20000 && access(beside("hold-answers"), F_OK) == 0; i++) usleep(1000);
}

static void write_state(void)
{
    char cwd[PATH_MAX], line[256];
    struct rlimit files;
    FILE *out = fopen(beside("state"), "we");
    FILE *in = fopen("/proc/self/status", "re");
    DIR *fds = opendir("/proc/self/fd");
    if (!out || !in || !fds) exit(122);
    mode_t mask = umask(0);
    umask(mask);
    getrlimit(RLIMIT_NOFILE, &files);
    fprintf(out, "umask %o\ncwd %s\nfiles %lu\nnice %d\ngroup %s\n", (unsigned)mask, getcwd(cwd, sizeof cwd),
            (unsigned long)files.rlim_cur, getpriority(PRIO_PROCESS, 0),
            getpgid(0) == getpgid(getppid()) ? "parent's" : "other");
    while (fgets(line, sizeof line, in))
        if (!strncmp(line, "SigBlk", 6) || !strncmp(line, "SigIgn", 6)) fputs(line, out);
    for (struct dirent *entry; (entry = readdir(fds));) {
        int fd = atoi(entry->d_name);
        if (entry->d_name[0] != '.' && !(fcntl(fd, F_GETFD) & FD_CLOEXEC)) fprintf(out, "fd %d\n", fd);
    }
    closedir(fds);
    fclose(in);
    fclose(out);
}

static void leave_behind(void)
{
    if (access(beside("leave-behind"), F_OK) != 0) return;
    unlink(beside("leave-behind"));
    if (fork() == 0) {
        sleep(3);
        _exit(0);
    }
}

int main(int argc, char **argv)
{
    ssize_t length = readlink("/proc/self/exe", folder, sizeof folder - 1);
    if (length < 0) return 121;
    folder[length] = 0;
    *strrchr(folder, '/') = 0;
    int compiles = 0, asks = 0;
    for (int i = 1; i < argc; i++) {
        compiles |= strcmp(argv[i], "-c") == 0 || strcmp(argv[i], "--crate-name") == 0;
        asks |= strcmp(argv[i], "-###") == 0 || strcmp(argv[i], "-v") == 0 || strcmp(argv[i], "-vV") == 0;
    }
    compiles &= !asks;
#ifndef SILENT
    record(argc, argv);
#endif
    if (asks) hold_answer();
    if (compiles) {
#ifndef SILENT
        write_state();
#endif
        leave_behind();
        hold("hold-before");
    }
    int status;
    pid_t child = fork();
    if (child == 0) {
        /* gcc looks for its parts beside the place that argv[0] names. */
        argv[0] = (char *)REAL_TOOL;
        execv(REAL_TOOL, argv);
        _exit(127);
    }
    waitpid(child, &status, 0);
    if (compiles) hold("hold-after");
    if (WIFSIGNALED(status)) {
        signal(WTERMSIG(status), SIG_DFL);
        raise(WTERMSIG(status));
    }
    return WEXITSTATUS(status);
}
