import { makePipe } from "./native.ts";

/** What no list contains: tells the reader that no more will come. */
const END = 0;

/**
 * The pipe that a tool writes dependency lists to, `FOLDER/dep`; what comes out of it is in `FOLDER/deps` once `save`
 * resolves.
 */
export class Lists {
  readonly #folder: string;
  readonly #pipe: Deno.FsFile;
  readonly #read: Promise<readonly Uint8Array[]>;

  private constructor(folder: string, pipe: Deno.FsFile) {
    this.#folder = folder;
    this.#pipe = pipe;
    this.#read = readToEnd(pipe);
  }

  /** Undefined where there are no named pipes. */
  static open(folder: string): Lists | undefined {
    const path = `${folder}/dep`;
    if (!makePipe(path)) return undefined;
    // open at both ends: whoever opens the name waits for nobody
    return new Lists(folder, Deno.openSync(path, { read: true, write: true }));
  }

  /** The tool has ended: writes down what it wrote. */
  async save(): Promise<void> {
    this.#pipe.writeSync(new Uint8Array([END]));
    const pieces = await this.#read;
    this.#pipe.close();
    using file = Deno.openSync(`${this.#folder}/deps`, { write: true, createNew: true, mode: 0o600 });
    for (const piece of pieces) file.writeSync(piece);
  }
}

async function readToEnd(pipe: Deno.FsFile): Promise<readonly Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for (;;) {
    const block = new Uint8Array(64 * 1024);
    const n = await pipe.read(block) ?? 0;
    const isLast = block[n - 1] === END;
    pieces.push(block.subarray(0, isLast ? n - 1 : n));
    if (isLast) return pieces;
  }
}
