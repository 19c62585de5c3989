/*
 * The words that `zccache WORD` takes as commands of its own; every other word is a tool.
 * A test compares this list with the command line's table. X(word, forward): whether a running daemon answers it.
 */
#ifndef ZCCACHE_COMMANDS_H
#define ZCCACHE_COMMANDS_H

#define ZCCACHE_COMMANDS(X)  \
    X("start", 0)            \
    X("stop", 0)             \
    X("kill", 0)             \
    X("status", 1)           \
    X("clear", 1)            \
    X("cache-root", 0)       \
    X("inspect", 1)          \
    X("help", 0)             \
    X("crashes", 0)          \
    X("session-start", 1)    \
    X("session-stats", 1)    \
    X("session-end", 1)      \
    X("fp", 0)               \
    X("ino", 0)              \
    X("download", 0)         \
    X("gha-cache", 0)        \
    X("cargo-registry", 0)   \
    X("warm", 0)             \
    X("exec", 0)             \
    X("why", 1)              \
    X("report", 0)           \
    X("doctor", 0)           \
    X("analyze", 0)          \
    X("engine-profile", 0)   \
    X("kv", 0)               \
    X("release-handles", 1)  \
    X("rust-artifacts", 1)   \
    X("completions", 0)      \
    X("cache", 0)            \
    X("wrap", 0)

#endif
