/* How the Deno runtime runs the full program, after the runtime's own name and before the program's. */
#ifndef ZCCACHE_RUNTIME_H
#define ZCCACHE_RUNTIME_H

/*
 * The space for young objects is bounded (in MiB): by itself it grows to 32 twice over during a build and never shrinks,
 * for a saving in processor time that can't be measured here.
 */
#define RUNTIME_OPTIONS \
    "run", "-A", "--no-config", "--no-lock", "--cached-only", "--quiet", "--v8-flags=--max-semi-space-size=8"

#endif
