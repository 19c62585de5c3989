/** The calls of the C library that Deno has no equivalent for, or only a slower one. */
const SYMBOLS = {
  poll: { parameters: ["buffer", "usize", "i32"], result: "i32" },
  inotify_init1: { parameters: ["i32"], result: "i32" },
  inotify_add_watch: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  inotify_rm_watch: { parameters: ["i32", "i32"], result: "i32" },
  open: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  statfs: { parameters: ["buffer", "buffer"], result: "i32" },
  __errno_location: { parameters: [], result: "pointer" },
} as const satisfies Deno.ForeignLibraryInterface;

/** Longest path that is passed on, in bytes, the closing zero included (PATH_MAX is 4096). */
const PATH_BYTES = 4096;

export const O_CLOEXEC = 0o2000000;
export const O_NONBLOCK = 0o4000;
export const O_NOCTTY = 0o400;
export const ENOENT = 2;
export const EACCES = 13;
export const ENOTDIR = 20;
export const ENOSPC = 28;

/** The C library of this process. */
export class Libc implements Disposable {
  readonly call: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];
  readonly #library: Deno.DynamicLibrary<typeof SYMBOLS>;
  readonly #path: Uint8Array<ArrayBuffer> = new Uint8Array(PATH_BYTES);
  readonly #encoder = new TextEncoder();
  readonly #errno: Deno.UnsafePointerView | undefined;

  /** Throws `Error` if no C library can be opened. */
  constructor() {
    this.#library = openLibrary();
    this.call = this.#library.symbols;
    const errno = this.call.__errno_location();
    this.#errno = errno === null ? undefined : new Deno.UnsafePointerView(errno);
  }

  /** The path as a C string, in a buffer that the next call overwrites; undefined if it can't be one. */
  path(path: string): Uint8Array<ArrayBuffer> | undefined {
    const { read, written } = this.#encoder.encodeInto(path, this.#path);
    if (read !== path.length || written >= PATH_BYTES || path.includes("\0")) return undefined;
    this.#path[written] = 0;
    return this.#path;
  }

  /** Why the call before this one failed. */
  errno(): number {
    return this.#errno?.getInt32() ?? 0;
  }

  [Symbol.dispose](): void {
    this.#library.close();
  }
}

/** glibc and musl name their library differently; one of them is already loaded. */
function openLibrary(): Deno.DynamicLibrary<typeof SYMBOLS> {
  const machine = Deno.build.arch === "aarch64" ? "aarch64" : "x86_64";
  const names = ["libc.so.6", `libc.musl-${machine}.so.1`, `/lib/ld-musl-${machine}.so.1`];
  const failures: string[] = [];
  for (const name of names) {
    try {
      return Deno.dlopen(name, SYMBOLS);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      failures.push(error.message);
    }
  }
  throw new Error(`Cannot open the C library: ${failures.join("; ")}`);
}
