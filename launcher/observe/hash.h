/* BLAKE3 of files, as the daemon names contents by it. */
#ifndef ZCCACHE_HASH_H
#define ZCCACHE_HASH_H

#include <stdbool.h>
#include <stdint.h>

enum { HASH_BYTES = 32 };

/* The hash of a file's first `size` bytes, whatever the descriptor's offset; false if it can't be read or has fewer. */
bool hash_file(int file, uint64_t size, uint8_t hash[HASH_BYTES]);

#endif
