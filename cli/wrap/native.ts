import { constants } from "node:os";

/** The few calls of the C library that neither Deno nor Node offers: becoming another program, dying by a signal, named pipes. */
const SYMBOLS = {
  execve: { parameters: ["buffer", "buffer", "buffer"], result: "i32" },
  signal: { parameters: ["i32", "usize"], result: "usize" },
  setrlimit: { parameters: ["i32", "buffer"], result: "i32" },
  raise: { parameters: ["i32"], result: "i32" },
  mkfifo: { parameters: ["buffer", "u32"], result: "i32" },
} as const;

const LIBRARIES: Readonly<Record<string, string>> = { linux: "libc.so.6", darwin: "libSystem.dylib" };
const DEFAULT_ACTION = 0n;
const RLIMIT_CORE = 4;

/** Replaces this process by a program; returns only if that is impossible here. Signals have their default action again. */
export function becomeProgram(path: string, argv: readonly Uint8Array[], env: readonly Uint8Array[]): void {
  using library = openLibrary();
  if (library === undefined) return;
  // The runtime ignores SIGPIPE, and what is ignored stays so in the new program.
  library.symbols.signal(constants.signals.SIGPIPE, DEFAULT_ACTION);
  const [args, variables] = [new TextList(argv), new TextList(env)];
  library.symbols.execve(terminated(new TextEncoder().encode(path)), args.pointers, variables.pointers);
}

/** Ends this process by a signal, without a core dump of its own; returns an exit code if it survives. */
export function endBySignal(name: string): number {
  const number = new Map(Object.entries(constants.signals)).get(name) ?? constants.signals.SIGKILL;
  using library = openLibrary();
  if (library !== undefined) {
    library.symbols.setrlimit(RLIMIT_CORE, new Uint8Array(16));
    library.symbols.signal(number, DEFAULT_ACTION);
    library.symbols.raise(number);
  }
  return 128 + number;
}

/** Makes a named pipe for the owner alone; false if that's impossible here. */
export function makePipe(path: string): boolean {
  using library = openLibrary();
  return library?.symbols.mkfifo(terminated(new TextEncoder().encode(path)), 0o600) === 0;
}

function openLibrary(): (Deno.DynamicLibrary<typeof SYMBOLS> & Disposable) | undefined {
  const name = LIBRARIES[Deno.build.os];
  if (name === undefined) return undefined;
  try {
    const library = Deno.dlopen(name, SYMBOLS);
    return {
      symbols: library.symbols,
      close: () => library.close(),
      [Symbol.dispose]: () => library.close(),
    };
  } catch (error) {
    // Deno has no class of its own for a library that can't be opened.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** A C array of texts; the texts live as long as it does. */
class TextList {
  readonly pointers: BigUint64Array<ArrayBuffer>;
  readonly #texts: readonly Uint8Array<ArrayBuffer>[];

  constructor(texts: readonly Uint8Array[]) {
    this.#texts = texts.map(terminated);
    this.pointers = new BigUint64Array(texts.length + 1);
    this.#texts.forEach((text, index) => {
      this.pointers[index] = BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(text)));
    });
  }
}

function terminated(text: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length + 1);
  bytes.set(text);
  return bytes;
}
