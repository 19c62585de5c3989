/* How the Deno runtime runs the full program, after the runtime's own name and before the program's. */
#ifndef ZCCACHE_RUNTIME_H
#define ZCCACHE_RUNTIME_H

/*
 * The space for young objects is bounded (in MiB): by itself it grows to 32 twice over during a build and never shrinks.
 * Old ones are collected when they have grown by a fifth: by itself the runtime waits much longer. A daemon of 85 MiB
 * went up to 126 in the course of a hundred thousand hits; one that had filed 100,000 units took 1.2 GiB at worst and
 * gave half of it back later.
 *
 * Code is compiled by the three quick tiers, not by the slowest: that one took up to a fifth of the processor time of a
 * cold build's misses, half of it in other threads, and hits were not faster for it, even after ten thousand.
 *
 * Where in the source each piece of code stands is kept with the compiled code. By itself the runtime finds it out when
 * the first error is thrown, by parsing the function again that does so: a library throws one while it's loaded, the
 * function is then the whole script, and each start took a fifth longer.
 */
#define RUNTIME_OPTIONS \
    "run", "-A", "--no-config", "--no-lock", "--cached-only", "--quiet", \
        "--v8-flags=--max-semi-space-size=8,--heap-growing-percent=20,--max-opt=2,--no-enable-lazy-source-positions"

#endif
