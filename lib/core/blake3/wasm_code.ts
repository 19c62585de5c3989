/** Value types of WebAssembly. */
export const I32 = 0x7f;
export const V128 = 0x7b;

/** Instructions of WebAssembly without operands, as far as they are needed. `swizzle` is the relaxed one. */
export const OP = {
  i32Add: [0x6a],
  i32Sub: [0x6b],
  i32Xor: [0x73],
  i32Or: [0x72],
  i32Eq: [0x46],
  i32Rotr: [0x78],
  select: [0x1b],
  splat: [0xfd, 0x11],
  xor: [0xfd, 0x51],
  or: [0xfd, 0x50],
  shl: [0xfd, 0xab, 0x01],
  shrU: [0xfd, 0xad, 0x01],
  add: [0xfd, 0xae, 0x01],
  mul: [0xfd, 0xb5, 0x01],
  swizzle: [0xfd, 0x80, 0x02],
} as const;

/** Longest body that is made. */
const CODE_BYTES = 16 * 1024;

/** From this number on, a local stands for one that is said later: see `WasmCode.repeat`. */
export const ANY = 0x60;

/** The body of a function, instruction by instruction. */
export class WasmCode {
  readonly #bytes = new Uint8Array(CODE_BYTES);
  #end = 0;
  /** Where the locals from `ANY` on stand. */
  readonly #open: number[] = [];

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#end);
  }

  op(bytes: ArrayLike<number>): void {
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  get(local: number): void {
    this.#local(0x20, local);
  }

  set(local: number): void {
    this.#local(0x21, local);
  }

  tee(local: number): void {
    this.#local(0x22, local);
  }

  /** Adds instructions that were made before, with `locals[i]` for the local `ANY + i`: faster than making them again. */
  repeat(pattern: WasmCode, locals: readonly number[]): void {
    this.#bytes.set(pattern.bytes, this.#end);
    for (const at of pattern.#open) this.#bytes[this.#end + at] = locals[pattern.#bytes[at]! - ANY]!;
    this.#end += pattern.#end;
  }

  /** A constant, given with or without sign. */
  i32(value: number): void {
    this.op([0x41, ...signed(value | 0)]);
  }

  /** A constant vector of 16 bytes. */
  vector(bytes: ArrayLike<number>): void {
    this.op([0xfd, 0x0c]);
    this.op(bytes);
  }

  /** A constant vector of four times 32 bits. */
  lanes(values: Iterable<number>): void {
    this.vector(new Uint8Array(Uint32Array.from(values).buffer));
  }

  /** 16 bytes out of two vectors, by their numbers in both. */
  shuffle(bytes: ArrayLike<number>): void {
    this.op([0xfd, 0x0d]);
    this.op(bytes);
  }

  load(type: number, offset: number): void {
    this.op(type === V128 ? [0xfd, 0x00, 4] : [0x28, 2]);
    this.op(unsigned(offset));
  }

  store(type: number, offset: number): void {
    this.op(type === V128 ? [0xfd, 0x0b, 4] : [0x36, 2]);
    this.op(unsigned(offset));
  }

  /** Runs the body until it leaves zero on the stack. */
  loop(body: () => void): void {
    this.op([0x03, 0x40]);
    body();
    this.op([0x0d, 0, 0x0b]);
  }

  #local(op: number, local: number): void {
    if (local >= ANY) this.#open.push(this.#end + 1);
    this.#bytes[this.#end++] = op;
    this.#bytes[this.#end++] = local;
  }
}

/** A function of numbers (i32) that gives nothing. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: number;
  /** Types of its locals after the parameters. */
  readonly locals: readonly number[];
  readonly code: WasmCode;
}

type Part = ArrayLike<number>;

/** The bytes of a module with one memory, exported as `memory`, and functions that all take as many parameters. */
export function moduleOf(pages: number, functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const parameters = functions[0]?.parameters ?? 0;
  const exported = [
    [functions.length + 1, ...named("memory"), 2, 0],
    ...functions.map(({ name }, at) => [...named(name), 0, at]),
  ];
  return joined([
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [[1, 0x60, parameters, ...Array(parameters).fill(I32), 0]]),
    ...section(3, [[functions.length, ...functions.map(() => 0)]]),
    ...section(5, [[1, 0, pages]]),
    ...section(7, exported),
    ...section(10, [[functions.length], ...functions.flatMap(bodyOf)]),
  ]);
}

function section(id: number, content: readonly Part[]): Part[] {
  return [[id], unsigned(lengthOf(content)), ...content];
}

function bodyOf({ locals, code }: WasmFunction): Part[] {
  const declared = [locals.length, ...locals.flatMap((type) => [1, type])];
  const body = [declared, code.bytes, [0x0b]];
  return [unsigned(lengthOf(body)), ...body];
}

function lengthOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

function joined(parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthOf(parts));
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}

function named(name: string): number[] {
  return [name.length, ...new TextEncoder().encode(name)];
}

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value >>>= 7) bytes.push(value & 0x7f | 0x80);
  bytes.push(value);
  return bytes;
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  for (; value < -0x40 || value >= 0x40; value >>= 7) bytes.push(value & 0x7f | 0x80);
  bytes.push(value & 0x7f);
  return bytes;
}
