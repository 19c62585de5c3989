/** The parameters of the function, in their order. */
export const P = {
  input: 0,
  stride: 1,
  blocks: 2,
  low: 3,
  high: 4,
  step: 5,
  first: 6,
  last: 7,
  lastLength: 8,
  out: 9,
} as const;
export const PARAMETERS = 10;

/** Its locals: where the four nodes are read; */
export const AT = PARAMETERS;
/** chaining value, message and state, of 8, 16 and 16 words; */
export const H = AT + 4;
export const M = H + 8;
export const V = M + 16;
/** what a rotation may overwrite, and the order of bytes for those by 8 and by 16 bits. */
export const SPARE = V + 16;
export const BY_8 = SPARE + 1;
export const BY_16 = SPARE + 2;
/** How many of them are words, from `H` on. */
export const WORDS = BY_16 + 1 - H;
