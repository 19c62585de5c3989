/** Most bytes that may wait for a file that takes none; what comes then is dropped. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** What a file of lines does besides taking them. */
export interface LineFileOptions {
  /** Size at which the file becomes `<name>.1` and a new one is begun; 0 = never. */
  readonly limitBytes?: number;
  /** Told once for each stretch of trouble. */
  readonly complain: (message: string) => void;
}

/**
 * A file that lines are appended to, in order, without anybody waiting: each batch is written whole, by one call where the
 * system takes it, so that files which several processes append to keep whole lines. No descriptor stays open.
 */
export class LineFile {
  readonly #path: string;
  readonly #limitBytes: number;
  readonly #complain: (message: string) => void;
  #writing: Promise<void> = Promise.resolve();
  #waitingBytes = 0;
  #troubled = false;

  constructor(path: string, options: LineFileOptions) {
    this.#path = path;
    this.#limitBytes = options.limitBytes ?? 0;
    this.#complain = options.complain;
  }

  get path(): string {
    return this.#path;
  }

  /** Has text written after what was given before. */
  append(text: string): void {
    const bytes = new TextEncoder().encode(text);
    if (this.#waitingBytes + bytes.length > MAX_WAITING_BYTES) {
      this.#trouble("it takes nothing; lines are dropped");
      return;
    }
    this.#waitingBytes += bytes.length;
    this.#writing = this.#writing.then(async () => {
      try {
        await this.#write(bytes);
        this.#troubled = false;
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        this.#trouble(error.message);
      }
      this.#waitingBytes -= bytes.length;
    });
  }

  /** Resolves when everything that was given is written, or has failed to be. */
  written(): Promise<void> {
    return this.#writing;
  }

  #trouble(message: string): void {
    if (this.#troubled) return;
    this.#troubled = true;
    this.#complain(`Cannot write ${this.#path}: ${message}`);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const { isFile, size } = await this.#now();
    // to open a pipe that nobody reads would wait for ever
    if (!isFile) throw new Error("it is no regular file");
    if (this.#limitBytes > 0 && size > 0 && size + bytes.length > this.#limitBytes) {
      await Deno.rename(this.#path, `${this.#path}.1`);
    }
    using file = await Deno.open(this.#path, { create: true, append: true, mode: 0o600 });
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  }

  async #now(): Promise<{ readonly isFile: boolean; readonly size: number }> {
    try {
      return await Deno.stat(this.#path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return { isFile: true, size: 0 };
      throw error;
    }
  }
}
