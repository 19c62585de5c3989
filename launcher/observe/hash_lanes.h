/*
 * Compresses nodes of BLAKE3's tree side by side, one in each lane of a vector. Included once for each width: LANES is their
 * number, NAMED(name) makes a name of that width, TARGET says what the processor must have, and PICK_LOW … are the words of
 * two vectors that a shuffle takes, each half of a vector for itself.
 */

typedef uint32_t NAMED(words) __attribute__((vector_size(4 * LANES)));

#define WORDS NAMED(words)
#define INLINE static inline __attribute__((always_inline)) TARGET

INLINE void NAMED(mix)(WORDS *v, const int *at, WORDS first, WORDS second)
{
    WORDS a = v[at[0]], b = v[at[1]], c = v[at[2]], d = v[at[3]];
    a += b + first;
    d ^= a;
    d = d >> 16 | d << 16;
    c += d;
    b ^= c;
    b = b >> 12 | b << 20;
    a += b + second;
    d ^= a;
    d = d >> 8 | d << 24;
    c += d;
    b ^= c;
    b = b >> 7 | b << 25;
    v[at[0]] = a, v[at[1]] = b, v[at[2]] = c, v[at[3]] = d;
}

/* Four words of each node from a byte on, turned so that a vector has the same word of all. */
INLINE void NAMED(read_four)(const struct nodes *nodes, size_t from, WORDS *into)
{
    WORDS row[4];
    for (int i = 0; i < 4; i++) {
        for (int half = 0; half < LANES / 4; half++) {
            memcpy((char *)&row[i] + 16 * half, nodes->in[i + 4 * half] + from, 16);
        }
    }
    WORDS low[2], high[2];
    for (int i = 0; i < 2; i++) {
        low[i] = __builtin_shufflevector(row[2 * i], row[2 * i + 1], PICK_LOW);
        high[i] = __builtin_shufflevector(row[2 * i], row[2 * i + 1], PICK_HIGH);
    }
    into[0] = __builtin_shufflevector(low[0], low[1], PICK_LOW_PAIR);
    into[1] = __builtin_shufflevector(low[0], low[1], PICK_HIGH_PAIR);
    into[2] = __builtin_shufflevector(high[0], high[1], PICK_LOW_PAIR);
    into[3] = __builtin_shufflevector(high[0], high[1], PICK_HIGH_PAIR);
}

/* All rounds on the state. */
INLINE void NAMED(mix_all)(WORDS v[16], const WORDS m[16])
{
#pragma GCC unroll 7
    for (int round = 0; round < ROUNDS; round++) {
#pragma GCC unroll 8
        for (int i = 0; i < 8; i++) NAMED(mix)(v, mixed[i], m[order[round][2 * i]], m[order[round][2 * i + 1]]);
    }
}

static TARGET void NAMED(compress)(const struct nodes *nodes, uint8_t (*out)[OUT_BYTES])
{
    WORDS h[8], v[16], m[16], low, high;
    for (int i = 0; i < 8; i++) h[i] = (WORDS){0} + initial[i];
    for (uint32_t lane = 0; lane < LANES; lane++) {
        uint64_t counter = nodes->counter + lane * nodes->step;
        low[lane] = (uint32_t)counter;
        high[lane] = (uint32_t)(counter >> 32);
    }
    for (size_t block = 0; block < nodes->blocks; block++) {
        bool last = block + 1 == nodes->blocks;
        uint32_t flags = nodes->flags | (block == 0 ? nodes->first : 0) | (last ? nodes->last : 0);
        for (size_t i = 0; i < 4; i++) NAMED(read_four)(nodes, BLOCK_BYTES * block + 16 * i, m + 4 * i);
        for (int i = 0; i < 8; i++) v[i] = h[i];
        for (int i = 0; i < 4; i++) v[8 + i] = (WORDS){0} + initial[i];
        v[12] = low;
        v[13] = high;
        v[14] = (WORDS){0} + (last ? nodes->last_length : BLOCK_BYTES);
        v[15] = (WORDS){0} + flags;
        NAMED(mix_all)(v, m);
        for (int i = 0; i < 8; i++) h[i] = v[i] ^ v[8 + i];
    }
    for (int lane = 0; lane < LANES; lane++) {
        for (int i = 0; i < 8; i++) {
            uint32_t word = h[i][lane];
            memcpy(out[lane] + 4 * i, &word, sizeof word);
        }
    }
}

#undef WORDS
#undef INLINE
