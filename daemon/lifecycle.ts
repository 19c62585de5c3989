/** Why a daemon leaves. */
export type Farewell = "idle" | "asked" | "signalled" | "outdated" | "displaced" | "owners gone";

/** Decides when the daemon leaves: asked, signalled, outdated, or idle for long enough. */
export class Lifecycle implements Disposable {
  readonly #leave: () => void;
  readonly #idleMs: number;
  readonly #quietMs: number;
  readonly #isWaiting: () => boolean;
  readonly #onSignal = () => this.leave("signalled");
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastRequest = performance.now();
  #why: Farewell | undefined;
  #isHeld = false;

  /**
   * Idle is who had no request for `idleSecs` (0 = nobody) and is not waiting for the end of a tool that runs; who had
   * none for `quietMs` isn't in the middle of a build.
   */
  constructor(parts: { idleSecs: number; quietMs?: number; isWaiting: () => boolean; leave: () => void }) {
    const { idleSecs, quietMs = 60_000, isWaiting, leave } = parts;
    this.#quietMs = quietMs;
    this.#leave = leave;
    this.#isWaiting = isWaiting;
    this.#idleMs = idleSecs * 1000;
    for (const signal of SIGNALS) Deno.addSignalListener(signal, this.#onSignal);
    this.#arm(this.#idleMs);
  }

  /** Notes a request. */
  touch(): void {
    this.#lastRequest = performance.now();
  }

  /** Somebody asks whom only another daemon could serve: this one makes room, unless it is needed here. */
  yieldPlace(): void {
    const quietMs = performance.now() - this.#lastRequest;
    if (quietMs >= this.#quietMs && !this.#isHeld && !this.#isWaiting()) this.leave("displaced");
  }

  /** Whether the daemon stays though it's idle. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    if (!isHeld) this.touch();
  }

  /** Begins to leave; a second call changes nothing. */
  leave(why: Farewell): void {
    if (this.#why !== undefined) return;
    this.#why = why;
    clearTimeout(this.#timer);
    this.#leave();
  }

  get why(): Farewell | undefined {
    return this.#why;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, this.#onSignal);
  }

  /** One timer, set again for what is left: an idle daemon wakes once per time-out, a busy one not per request. */
  #arm(ms: number): void {
    if (this.#idleMs === 0) return;
    this.#timer = setTimeout(() => {
      const left = this.#lastRequest + this.#idleMs - performance.now();
      if (left > 0) this.#arm(left);
      else if (this.#isHeld || this.#isWaiting()) this.#arm(this.#idleMs);
      else this.leave("idle");
    }, Math.min(ms, MAX_TIMER_MS));
  }
}

const SIGNALS: readonly Deno.Signal[] = ["SIGTERM", "SIGINT"];

/** Timers hold 31 bits. */
const MAX_TIMER_MS = 2 ** 31 - 1;
