import { VERSION } from "../lib/core/mod.ts";
import type { Log } from "./log.ts";

/** Writes a dump for every error that nobody caught; the daemon goes on, since each request stands alone. */
export class Crashes implements Disposable {
  readonly #folder: string;
  readonly #log: Log;
  readonly #onError = (event: ErrorEvent) => this.#take(event, event.error);
  readonly #onRejection = (event: PromiseRejectionEvent) => this.#take(event, event.reason);

  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
    globalThis.addEventListener("error", this.#onError);
    globalThis.addEventListener("unhandledrejection", this.#onRejection);
  }

  [Symbol.dispose](): void {
    globalThis.removeEventListener("error", this.#onError);
    globalThis.removeEventListener("unhandledrejection", this.#onRejection);
  }

  #take(event: Event, error: unknown): void {
    event.preventDefault();
    const text = error instanceof Error ? error.stack ?? error.message : String(error);
    this.#log.write("error", `crash: ${text}`);
    const path = `${this.#folder}/${new Date().toISOString().replaceAll(":", "-")}-${Deno.pid}.txt`;
    try {
      Deno.writeTextFileSync(
        path,
        `zccache ${VERSION}, deno ${Deno.version.deno}, ${Deno.build.target}\n${text}\n`,
      );
    } catch (failure) {
      if (failure instanceof Error) this.#log.write("error", `Cannot write ${path}: ${failure.message}`);
    }
  }
}
