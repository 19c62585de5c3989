import type { LateOutputs } from "../lib/cache/mod.ts";
import { LruMap, removeIfThere } from "../lib/core/mod.ts";
import { type CopierSaid, readCopierLine } from "./copier_line.ts";

/** What the copier writes first. */
const READY = "ready";

/** Answers that came before anybody asked for them are kept up to this many: of some runs nobody will. */
const MOST_EARLY = 1000;

/** How long a run's copies may take, in milliseconds: the copier has what the builds leave it of the processors. */
const PATIENCE_MS = 60_000;

/** The name of the copier's socket in the folder of the runs' folders. */
const SOCKET = ".copier";

/**
 * Large outputs are copied after their launchers have gone, by a process of lowest priority: `zccache-observe copies`. Without
 * it (not started yet, another system, a path that is too long for a socket) the launchers copy.
 */
export class LateCopies implements AsyncDisposable {
  readonly #observer: string | undefined;
  readonly #socket: string;
  #starting: ReturnType<typeof setTimeout> | undefined;
  #copier: Deno.ChildProcess | undefined;
  #heard: Promise<void> | undefined;
  readonly #waiting = new Map<number, (outputs: LateOutputs | undefined) => void>();
  readonly #early = new LruMap<number, CopierSaid>({ limit: MOST_EARLY, weigh: () => 1 });
  #isReady = false;
  #isOver = false;
  #isLeft = false;

  /** `observer` is undefined where there is none; `temporary` is the folder of the runs' folders. */
  constructor(observer: string | undefined, temporary: string) {
    this.#observer = observer;
    this.#socket = `${temporary}/${SOCKET}`;
    if (observer === undefined) this.#end();
  }

  /** Whether launchers may hand over copies. Who asks first has the copier started: a daemon that only hits needs none. */
  ready(): boolean {
    // a moment later: the launcher of the first miss waits for its answer
    if (!this.#isOver) this.#starting ??= setTimeout(() => this.#start(), 0);
    return this.#isReady;
  }

  /** Resolves to the copies of a run that its launcher handed over; to undefined if they could not be made. */
  async of(ticket: number): Promise<LateOutputs | undefined> {
    const early = this.#early.get(ticket);
    if (early !== undefined || this.#isOver) {
      this.#early.delete(ticket);
      return early?.outputs;
    }
    const { promise, resolve } = Promise.withResolvers<LateOutputs | undefined>();
    const timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
    this.#waiting.set(ticket, resolve);
    const outputs = await promise;
    clearTimeout(timer);
    this.#waiting.delete(ticket);
    return outputs;
  }

  /** Gives up what isn't copied yet. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isLeft) return;
    this.#isLeft = true;
    clearTimeout(this.#starting);
    if (this.#copier === undefined) return this.#end();
    await this.#copier.stdin.close();
    try {
      if (!this.#isOver) this.#copier.kill("SIGKILL"); // it may be stopped
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error; // it has just ended
    }
    await this.#heard;
    await this.#copier.status;
    removeIfThere(this.#socket);
  }

  #start(): void {
    this.#copier = started(this.#observer!, this.#socket);
    // whatever ends the stream, the copier is of no use any more
    this.#heard = this.#hear(this.#copier?.stdout).catch(() => {}).finally(() => this.#end());
  }

  async #hear(said: ReadableStream<Uint8Array> | undefined): Promise<void> {
    let text = "";
    for await (const piece of said?.pipeThrough(new TextDecoderStream()) ?? []) {
      const lines = (text + piece).split("\n");
      text = lines.pop()!;
      for (const line of lines) this.#take(line);
    }
  }

  #end(): void {
    this.#isReady = false;
    this.#isOver = true;
    for (const resolve of this.#waiting.values()) resolve(undefined);
  }

  #take(line: string): void {
    if (line === READY) this.#isReady = true;
    const said = readCopierLine(line);
    if (said === undefined) return;
    const resolve = this.#waiting.get(said.ticket);
    if (resolve !== undefined) resolve(said.outputs);
    else this.#early.set(said.ticket, said);
  }
}

function started(observer: string, socket: string): Deno.ChildProcess | undefined {
  try {
    return new Deno.Command(observer, {
      args: ["copies", socket],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
      clearEnv: true,
    }).spawn();
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
