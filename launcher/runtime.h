/* How the Deno runtime runs the full program, after the runtime's own name and before the program's. */
#ifndef ZCCACHE_RUNTIME_H
#define ZCCACHE_RUNTIME_H

/*
 * The space for young objects is bounded (in MiB): by itself it grows to 32 twice over during a build and never shrinks.
 * Old ones are collected when they have grown by two fifths: by itself the runtime waits much longer, and a
 * daemon of 85 MiB goes up to 126 in the course of a hundred thousand hits. Neither costs processor time that can be
 * measured here.
 */
#define RUNTIME_OPTIONS \
    "run", "-A", "--no-config", "--no-lock", "--cached-only", "--quiet", \
        "--v8-flags=--max-semi-space-size=8,--heap-growing-percent=40"

#endif
