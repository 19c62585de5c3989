import { AT, H, M, P, PARAMETERS, V, WORDS } from "./locals.ts";
import { ANY, I32, moduleOf, OP, V128, WasmCode, type WasmFunction } from "./wasm_code.ts";
import { SINGLE, transpose, VECTOR, type Word } from "./word.ts";

/**
 * Compresses the blocks of one node, or those of four nodes side by side, to their chaining values (32 bytes each).
 *
 * @param input Where the (first) node's bytes begin.
 * @param stride Bytes from one node to the next.
 * @param blocks How many blocks of 64 bytes a node has, at least one.
 * @param low Lower half of the (first) node's counter; `high`: the upper half.
 * @param step What the next node's counter is higher by.
 * @param first Flags of the first block; `last`: more flags, of the last block.
 * @param lastLength Bytes in the last block; those after it must be zero.
 * @param out Where the chaining values go, one after another.
 */
export type Compress = (
  input: number,
  stride: number,
  blocks: number,
  low: number,
  high: number,
  step: number,
  first: number,
  last: number,
  lastLength: number,
  out: number,
) => void;

/** What the compiled module exports. */
export interface Kernel {
  readonly memory: WebAssembly.Memory;
  readonly one: Compress;
  readonly four: Compress;
}

const IV = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
const PERMUTATION = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];
const ROUNDS = 7;
/** Which words of the state are mixed: the columns, then the diagonals. */
const MIXED = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
] as const;
/** From 0 to 15. */
const NUMBERS: readonly number[] = Array.from({ length: 16 }, (_, at) => at);
const BLOCK_BYTES = 64;

/** Of the module's memory: 64 KiB each. */
export const PAGE_BYTES = 65_536;

/** The compiled module, whose memory has this many pages. */
export function compileKernel(pages: number): Promise<WebAssembly.Module> {
  return WebAssembly.compile(moduleOf(pages, [compressor("one", SINGLE), compressor("four", VECTOR)]));
}

/** An own instance, with a memory of its own. */
export function instantiate(module: WebAssembly.Module): Kernel {
  return new WebAssembly.Instance(module).exports as unknown as Kernel;
}

function compressor(name: string, word: Word): WasmFunction {
  const code = new WasmCode();
  for (let node = 0; node < word.nodes; node++) {
    code.get(node === 0 ? P.input : AT + node - 1);
    if (node > 0) {
      code.get(P.stride);
      code.op(OP.i32Add);
    }
    code.set(AT + node);
  }
  for (const [i, value] of IV.entries()) {
    word.constant(code, value);
    code.set(H + i);
  }
  word.prepare(code);
  const mix = mixer(word);
  code.loop(() => block(code, word, mix));
  writeOut(code, word);
  const locals = [I32, I32, I32, I32, ...Array(WORDS).fill(word.type)];
  return { name, parameters: PARAMETERS, locals, code };
}

/** One block of each node; leaves on the stack how many there are still. */
function block(code: WasmCode, word: Word, mix: WasmCode): void {
  for (let quarter = 0; quarter < 4; quarter++) readMessage(code, word, quarter);
  beginState(code, word);
  let order = NUMBERS;
  for (let round = 0; round < ROUNDS; round++) {
    const mixings = MIXED.map(([a, b, c, d], at) => {
      const [first, second] = [order[2 * at]!, order[2 * at + 1]!];
      return [V + a, V + b, V + c, V + d, M + first, M + second];
    });
    code.repeat(mix, mixings.slice(0, 4).flat());
    code.repeat(mix, mixings.slice(4).flat());
    order = PERMUTATION.map((from) => order[from]!);
  }
  for (let i = 0; i < 8; i++) {
    code.get(V + i);
    code.get(V + 8 + i);
    code.op(word.xor);
    code.set(H + i);
  }
  for (let node = 0; node < word.nodes; node++) {
    code.get(AT + node);
    code.i32(BLOCK_BYTES);
    code.op(OP.i32Add);
    code.set(AT + node);
  }
  code.i32(0);
  code.set(P.first);
  code.get(P.blocks);
  code.i32(1);
  code.op(OP.i32Sub);
  code.tee(P.blocks);
}

/** Four words of the message: of one node as they are, of four nodes turned, so that a vector has the same word of each. */
function readMessage(code: WasmCode, word: Word, quarter: number): void {
  const into = M + 4 * quarter;
  const offset = 16 * quarter;
  if (word.nodes === 1) {
    for (let i = 0; i < 4; i++) {
      code.get(AT);
      code.load(I32, offset + 4 * i);
      code.set(into + i);
    }
    return;
  }
  for (let node = 0; node < 4; node++) {
    code.get(AT + node);
    code.load(V128, offset);
    code.set(V + node);
  }
  transpose(code, V, into);
}

/** The state's 16 words: chaining value, constants, counter, length and flags. */
function beginState(code: WasmCode, word: Word): void {
  for (let i = 0; i < 8; i++) {
    code.get(H + i);
    code.set(V + i);
  }
  for (let i = 0; i < 4; i++) {
    word.constant(code, IV[i]!);
    code.set(V + 8 + i);
  }
  code.get(P.low);
  word.splat(code);
  if (word.nodes === 4) {
    code.get(P.step);
    word.splat(code);
    code.lanes([0, 1, 2, 3]);
    code.op(OP.mul);
    code.op(OP.add);
  }
  code.set(V + 12);
  code.get(P.high);
  word.splat(code);
  code.set(V + 13);
  ifLast(code, () => code.get(P.lastLength), () => code.i32(BLOCK_BYTES));
  word.splat(code);
  code.set(V + 14);
  ifLast(code, () => code.get(P.last), () => code.i32(0));
  code.get(P.first);
  code.op(OP.i32Or);
  word.splat(code);
  code.set(V + 15);
}

function ifLast(code: WasmCode, then: () => void, otherwise: () => void): void {
  then();
  otherwise();
  code.get(P.blocks);
  code.i32(1);
  code.op(OP.i32Eq);
  code.op(OP.select);
}

/** Where a mixing's words stand in the pattern: four of the state, two of the message. */
const [A, B, C, D, FIRST, SECOND] = [0, 1, 2, 3, 4, 5];
const MIXING_WORDS = 6;

/**
 * Four mixings that have no word in common, step by step side by side: the processor does those of a step at once, and each
 * step of one mixing waits for the one before.
 */
function mixer(word: Word): WasmCode {
  const code = new WasmCode();
  const each = (step: (at: number) => void) => {
    for (let mixing = 0; mixing < 4; mixing++) step(ANY + mixing * MIXING_WORDS);
  };
  const add = (into: number, ...others: readonly number[]) => {
    code.get(into);
    for (const other of others) {
      code.get(other);
      code.op(word.add);
    }
    code.set(into);
  };
  const turn = (into: number, other: number, by: number) => {
    code.get(into);
    code.get(other);
    code.op(word.xor);
    word.rotate(code, by);
    code.set(into);
  };
  const half = (message: number, byD: number, byB: number) => {
    // the word that was made last is added last
    each((at) => add(at + A, at + message, at + B));
    each((at) => turn(at + D, at + A, byD));
    each((at) => add(at + C, at + D));
    each((at) => turn(at + B, at + C, byB));
  };
  half(FIRST, 16, 12);
  half(SECOND, 8, 7);
  return code;
}

function writeOut(code: WasmCode, word: Word): void {
  if (word.nodes === 1) {
    for (let i = 0; i < 8; i++) put(code, word, H + i, 4 * i);
    return;
  }
  for (let i = 0; i < 4; i++) {
    code.get(H + 4 + i);
    code.set(V + i);
  }
  transpose(code, H, M);
  transpose(code, V, M + 4);
  for (let node = 0; node < 4; node++) {
    put(code, word, M + node, 32 * node);
    put(code, word, M + 4 + node, 32 * node + 16);
  }
}

function put(code: WasmCode, word: Word, local: number, offset: number): void {
  code.get(P.out);
  code.get(local);
  code.store(word.type, offset);
}
