import type { SessionCounts, SessionLine, SessionReport, SessionRequest } from "../core/mod.ts";
import type { LineFile, RecordFiles } from "../journal/mod.ts";
import { type Counted, Counts } from "./counts.ts";
import { Profile, type Profiled, type ProfileState } from "./profile.ts";

/** What is kept of a session on disk, besides the list of its sources. */
export interface SessionState {
  readonly id: string;
  readonly request: SessionRequest;
  /** Its owners as they were when it began. */
  readonly owners: readonly OwnerState[];
  readonly startedMs: number;
  readonly usedMs: number;
  readonly counts: SessionCounts | undefined;
  readonly profile: ProfileState | undefined;
  /** How much of the timing file is counted, in bytes. */
  readonly timedBytes: number;
}

/** A process, told from a later one of the same number. */
export interface OwnerState {
  readonly pid: number;
  /** Null where the system doesn't tell. */
  readonly startedTicks: number | null;
}

/** Where a session writes. */
export interface SessionFiles extends RecordFiles {
  /** Names of sources, one a line; undefined without counts. */
  readonly sources: LineFile | undefined;
  /** What launchers append to; undefined without a profile. */
  readonly timings: string | undefined;
}

/** One build's commands: what they came to, where their records go, where their time went. */
export class Session {
  readonly id: string;
  readonly request: SessionRequest;
  readonly owners: readonly OwnerState[];
  readonly files: SessionFiles;
  /** `NAME=VALUE\0` for each variable of its own; undefined for none. */
  readonly envBlock: Uint8Array | undefined;
  readonly #startedMs: number;
  readonly #counts: Counts | undefined;
  readonly #profile: Profile | undefined;
  #usedMs: number;
  #timedBytes: number;
  #isChanged = true;

  constructor(state: SessionState, files: SessionFiles, sources: Iterable<string>) {
    this.id = state.id;
    this.request = state.request;
    this.owners = state.owners;
    this.files = files;
    const { env, stats, profile } = state.request;
    this.envBlock = env.length === 0
      ? undefined
      : new TextEncoder().encode(env.map(([name, value]) => `${name}=${value}\0`).join(""));
    this.#startedMs = state.startedMs;
    this.#usedMs = state.usedMs;
    this.#timedBytes = state.timedBytes;
    this.#counts = stats ? new Counts(state.counts, sources) : undefined;
    this.#profile = profile ? new Profile(state.profile) : undefined;
  }

  /** Whether its requests' phases are wanted. */
  get isProfiled(): boolean {
    return this.#profile !== undefined;
  }

  get isCounted(): boolean {
    return this.#counts !== undefined;
  }

  get usedMs(): number {
    return this.#usedMs;
  }

  /** Notes a command. */
  count(counted: Counted, nowMs: number): void {
    this.#usedMs = nowMs;
    this.#isChanged = true;
    const source = this.#counts?.add(counted);
    if (source !== undefined) this.files.sources?.append(`${JSON.stringify(source)}\n`);
  }

  /** Takes in where a command's time went; gives the timing that its delivery shall be told under, if one shall. */
  profiled(
    request: Profiled,
    delivers: boolean,
  ): { readonly path: string; readonly mark: number } | undefined {
    const mark = this.#profile?.add(request);
    const path = this.files.timings;
    return mark === undefined || path === undefined || !delivers ? undefined : { path, mark };
  }

  /** Takes in what launchers told of deliveries since the last time. */
  readTimings(): void {
    if (this.#profile === undefined || this.files.timings === undefined) return;
    const bytes = bytesFrom(this.files.timings, this.#timedBytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const whole = bytes.length - bytes.length % TIMING_BYTES;
    for (let at = 0; at < whole; at += TIMING_BYTES) {
      this.#profile.delivered(view.getUint32(at), Number(view.getBigUint64(at + 4)));
    }
    this.#timedBytes += whole;
    if (whole > 0) this.#isChanged = true;
  }

  report(nowMs: number): SessionReport {
    return {
      id: this.id,
      cwd: this.request.cwd,
      durationMs: nowMs - this.#startedMs,
      counts: this.#counts?.read(),
      profile: this.#profile?.report(),
    };
  }

  line(nowMs: number): SessionLine {
    return {
      id: this.id,
      cwd: this.request.cwd,
      ageMs: nowMs - this.#startedMs,
      idleMs: nowMs - this.#usedMs,
      owners: this.owners.map(({ pid }) => pid),
      envNames: this.request.env.map(([name]) => name),
    };
  }

  /** What to write, if something changed since the last call. */
  takeState(): SessionState | undefined {
    if (!this.#isChanged) return undefined;
    this.#isChanged = false;
    return {
      id: this.id,
      request: this.request,
      owners: this.owners,
      startedMs: this.#startedMs,
      usedMs: this.#usedMs,
      counts: this.#counts?.read(),
      profile: this.#profile?.toJSON(),
      timedBytes: this.#timedBytes,
    };
  }
}

/** Mark and time, 4 and 8 bytes, big endian: docs/protocol.md, Deliver. */
const TIMING_BYTES = 12;

function bytesFrom(path: string, from: number): Uint8Array {
  try {
    return Deno.readFileSync(path).subarray(from);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Uint8Array();
    throw error;
  }
}
