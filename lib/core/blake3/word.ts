import { BY_16, BY_8, SPARE } from "./locals.ts";
import { I32, OP, V128, type WasmCode } from "./wasm_code.ts";

/** A word, or four words of four nodes in one vector: the same steps, other instructions. */
export interface Word {
  readonly type: number;
  readonly nodes: number;
  readonly add: readonly number[];
  readonly xor: readonly number[];
  /** Comes once, before all that follows. */
  prepare(code: WasmCode): void;
  constant(code: WasmCode, value: number): void;
  /** Makes a word of the number (i32) on the stack. */
  splat(code: WasmCode): void;
  /** Rotates to the right what is on the stack. */
  rotate(code: WasmCode, by: number): void;
}

export const SINGLE: Word = {
  type: I32,
  nodes: 1,
  add: OP.i32Add,
  xor: OP.i32Xor,
  prepare: () => {},
  constant: (code, value) => code.i32(value),
  splat: () => {},
  rotate(code, by) {
    code.i32(by);
    code.op(OP.i32Rotr);
  },
};

export const VECTOR: Word = {
  type: V128,
  nodes: 4,
  add: OP.add,
  xor: OP.xor,
  prepare(code) {
    for (const [local, by] of [[BY_8, 1], [BY_16, 2]] as const) {
      code.vector(Array.from({ length: 16 }, (_, at) => (at & ~3) + (at + by) % 4));
      code.set(local);
    }
  },
  constant: (code, value) => code.lanes([value, value, value, value]),
  splat: (code) => code.op(OP.splat),
  rotate(code, by) {
    if (by % 8 === 0) {
      code.get(by === 8 ? BY_8 : BY_16);
      code.op(OP.swizzle);
      return;
    }
    code.tee(SPARE);
    code.i32(by);
    code.op(OP.shrU);
    code.get(SPARE);
    code.i32(32 - by);
    code.op(OP.shl);
    code.op(OP.or);
  },
};

/** Turns four vectors; the four after `from` are overwritten. */
export function transpose(code: WasmCode, from: number, into: number): void {
  const take = (a: number, b: number, words: readonly number[], to: number) => {
    code.get(a);
    code.get(b);
    code.shuffle(words.flatMap((at) => [4 * at, 4 * at + 1, 4 * at + 2, 4 * at + 3]));
    code.set(to);
  };
  take(from, from + 1, [0, 4, 1, 5], from + 4);
  take(from + 2, from + 3, [0, 4, 1, 5], from + 5);
  take(from, from + 1, [2, 6, 3, 7], from + 6);
  take(from + 2, from + 3, [2, 6, 3, 7], from + 7);
  take(from + 4, from + 5, [0, 1, 4, 5], into);
  take(from + 4, from + 5, [2, 3, 6, 7], into + 1);
  take(from + 6, from + 7, [0, 1, 4, 5], into + 2);
  take(from + 6, from + 7, [2, 3, 6, 7], into + 3);
}
