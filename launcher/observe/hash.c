/* BLAKE3 as published (https://github.com/BLAKE3-team/BLAKE3-specs), for large files: nodes of the tree side by side. */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "hash.h"

#if defined __BYTE_ORDER__ && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "words are read as they lie in memory"
#endif

enum {
    ROUNDS = 7,
    BLOCK_BYTES = 64,
    CHUNK_BYTES = 1024,
    OUT_BYTES = HASH_BYTES,
    PIECE_CHUNKS = 256, /* what is read at once: a whole part of the tree */
    PIECE_BYTES = PIECE_CHUNKS * CHUNK_BYTES,
    MOST_LANES = 8,
    MOST_LEVELS = 64, /* of pieces, one for each bit of their number */
};

enum { CHUNK_START = 1, CHUNK_END = 2, PARENT = 4, ROOT = 8 };

static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/* Which words of the state are mixed: the columns, then the diagonals. */
static const int mixed[8][4] = {{0, 4, 8, 12}, {1, 5, 9, 13}, {2, 6, 10, 14}, {3, 7, 11, 15},
                                {0, 5, 10, 15}, {1, 6, 11, 12}, {2, 7, 8, 13}, {3, 4, 9, 14}};

/* The order of the message's words in each round. */
static const int order[ROUNDS][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8},
    {3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1}, {10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6},
    {12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4}, {9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7},
    {11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13}};

/* Nodes of the same kind and length that follow each other. */
struct nodes {
    const uint8_t *in[MOST_LANES];
    size_t blocks;
    uint64_t counter; /* of the first; the next one's is higher by `step` */
    uint32_t step, flags, first, last, last_length;
};

#define TARGET
#define LANES 4
#define NAMED(name) name##_by_4
#define PICK_LOW 0, 4, 1, 5
#define PICK_HIGH 2, 6, 3, 7
#define PICK_LOW_PAIR 0, 1, 4, 5
#define PICK_HIGH_PAIR 2, 3, 6, 7
#include "hash_lanes.h"
#undef TARGET
#undef LANES
#undef NAMED
#undef PICK_LOW
#undef PICK_HIGH
#undef PICK_LOW_PAIR
#undef PICK_HIGH_PAIR

#ifdef __x86_64__
#define TARGET __attribute__((target("avx2")))
#define LANES 8
#define NAMED(name) name##_by_8
#define PICK_LOW 0, 8, 1, 9, 4, 12, 5, 13
#define PICK_HIGH 2, 10, 3, 11, 6, 14, 7, 15
#define PICK_LOW_PAIR 0, 1, 8, 9, 4, 5, 12, 13
#define PICK_HIGH_PAIR 2, 3, 10, 11, 6, 7, 14, 15
#include "hash_lanes.h"

#include <cpuid.h>

/* Whether the processor has AVX2 and the system keeps its registers. */
static bool has_avx2(void)
{
    enum { OSXSAVE = 1 << 27, AVX2 = 1 << 5, BOTH_STATES = 6 };
    unsigned a, b, c, d, low, high;
    if (!__get_cpuid(1, &a, &b, &c, &d) || (c & OSXSAVE) == 0) return false;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (low & BOTH_STATES) == BOTH_STATES && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & AVX2) != 0;
}
#endif

static size_t lanes;
static void (*compress)(const struct nodes *nodes, uint8_t (*out)[OUT_BYTES]);

static void choose_width(void)
{
    lanes = 4;
    compress = compress_by_4;
#ifdef __x86_64__
    if (!has_avx2()) return;
    lanes = 8;
    compress = compress_by_8;
#endif
}

/* Compresses `count` nodes of `stride` bytes each, from `in` on, into as many hashes; `out` may be where they come from. */
static void compress_all(struct nodes nodes, const uint8_t *in, size_t stride, size_t count, uint8_t (*out)[OUT_BYTES])
{
    uint8_t hashes[MOST_LANES][OUT_BYTES];
    for (size_t done = 0; done < count; done += lanes) {
        size_t some = count - done < lanes ? count - done : lanes;
        for (size_t i = 0; i < lanes; i++) nodes.in[i] = in + stride * (i < some ? done + i : done);
        compress(&nodes, hashes);
        memcpy(out[done], hashes, some * OUT_BYTES);
        nodes.counter += some * nodes.step;
    }
}

static const struct nodes parents = {.blocks = 1, .flags = PARENT, .last_length = BLOCK_BYTES};

/* The hash of a part of the tree by those of its nodes, which are lost; `root` is ROOT if it's all of the tree. */
static void join_nodes(uint8_t (*hashes)[OUT_BYTES], size_t count, uint32_t root)
{
    while (count > 1) {
        struct nodes nodes = parents;
        if (count == 2) nodes.flags |= root;
        compress_all(nodes, hashes[0], 2 * OUT_BYTES, count / 2, hashes);
        if (count % 2 != 0) memmove(hashes[count / 2], hashes[count - 1], OUT_BYTES);
        count = count / 2 + count % 2;
    }
}

/* The hash of a piece, with as many pieces before it; `root` is ROOT if it's all there is. */
static void hash_piece(uint8_t *piece, size_t size, uint64_t before, uint32_t root, uint8_t hash[OUT_BYTES])
{
    static uint8_t hashes[PIECE_CHUNKS][OUT_BYTES];
    size_t whole = size / CHUNK_BYTES, rest = size % CHUNK_BYTES;
    if (rest == 0 && whole > 0) whole--, rest = CHUNK_BYTES;
    struct nodes nodes = {.blocks = CHUNK_BYTES / BLOCK_BYTES,
                          .counter = before * PIECE_CHUNKS,
                          .step = 1,
                          .first = CHUNK_START,
                          .last = CHUNK_END,
                          .last_length = BLOCK_BYTES};
    compress_all(nodes, piece, CHUNK_BYTES, whole, hashes);
    /* the last one may be shorter, and end in a shorter block */
    nodes.blocks = rest == 0 ? 1 : (rest + BLOCK_BYTES - 1) / BLOCK_BYTES;
    nodes.last_length = (uint32_t)(rest - BLOCK_BYTES * (nodes.blocks - 1));
    nodes.counter += whole;
    if (whole == 0) nodes.last |= root;
    memset(piece + size, 0, BLOCK_BYTES * nodes.blocks - rest);
    compress_all(nodes, piece + CHUNK_BYTES * whole, CHUNK_BYTES, 1, hashes + whole);
    join_nodes(hashes, whole + 1, root);
    memcpy(hash, hashes[0], OUT_BYTES);
}

static bool read_at(int file, uint64_t at, uint8_t *into, size_t size)
{
    while (size > 0) {
        ssize_t n = pread(file, into, size, (off_t)at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        into += n;
        at += (uint64_t)n;
        size -= (size_t)n;
    }
    return true;
}

bool hash_file(int file, uint64_t size, uint8_t hash[HASH_BYTES])
{
    static uint8_t piece[PIECE_BYTES + BLOCK_BYTES] __attribute__((aligned(64)));
    static uint8_t levels[MOST_LEVELS + 1][OUT_BYTES];
    uint64_t pieces = size == 0 ? 1 : (size + PIECE_BYTES - 1) / PIECE_BYTES;
    size_t height = 0;
    if (lanes == 0) choose_width();
    for (uint64_t i = 0; i < pieces; i++) {
        size_t now = i + 1 < pieces ? PIECE_BYTES : (size_t)(size - i * PIECE_BYTES);
        if (!read_at(file, i * PIECE_BYTES, piece, now)) return false;
        hash_piece(piece, now, i, pieces == 1 ? ROOT : 0, levels[height++]);
        /* parts of the tree that are whole, unless they are all of it */
        for (uint64_t count = i + 1; i + 1 < pieces && count % 2 == 0; count /= 2) join_nodes(levels + --height - 1, 2, 0);
    }
    for (; height > 1; height--) join_nodes(levels + height - 2, 2, height == 2 ? ROOT : 0);
    memcpy(hash, levels[0], HASH_BYTES);
    return true;
}
