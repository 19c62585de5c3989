import type { Reason, SessionCounts, SessionLine, SessionReport, SessionRequest } from "../core/mod.ts";
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

/**
 * One build's commands: what they came to, where their records go, where their time went. Noting one costs its caller next to
 * nothing: it is added up when somebody reads.
 */
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
  #noted: Counted[] = [];
  #timed: Profiled[] = [];

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
    if (this.#counts !== undefined) this.#noted.push(counted);
  }

  /** Notes that a command's result stays with its checkout. */
  countUnshared(reason: Reason): void {
    this.#counts?.addUnshared(reason);
  }

  /** Takes in where a command's time went; gives the timing that its delivery shall be told under, if one shall. */
  profiled(
    request: Profiled,
    delivers: boolean,
  ): { readonly path: string; readonly mark: number } | undefined {
    if (this.#profile === undefined) return undefined;
    this.#timed.push(request);
    const mark = this.#profile.requests + this.#timed.length;
    const path = this.files.timings;
    return path === undefined || !delivers ? undefined : { path, mark };
  }

  /** Takes in what launchers told of deliveries since the last time. */
  readTimings(): void {
    if (this.#profile === undefined || this.files.timings === undefined) return;
    this.#takeIn();
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
    this.#takeIn();
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
      daemonName: this.request.daemonName,
    };
  }

  /** What to write, if something changed since the last call. */
  takeState(): SessionState | undefined {
    if (!this.#isChanged) return undefined;
    this.#isChanged = false;
    this.#takeIn();
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

  /** Adds up what was noted since the last time. */
  #takeIn(): void {
    const sources = this.#noted.map((counted) => this.#counts?.add(counted));
    const lines = sources.filter((source) => source !== undefined).map((source) =>
      `${JSON.stringify(source)}\n`
    );
    if (lines.length > 0) this.files.sources?.append(lines.join(""));
    for (const request of this.#timed) this.#profile?.add(request);
    this.#noted = [];
    this.#timed = [];
  }
}

/** Mark and time, 4 and 8 bytes, big endian: docs/protocol.md, Deliver. */
const TIMING_BYTES = 12;

function bytesFrom(path: string, from: number): Uint8Array {
  try {
    using file = Deno.openSync(path);
    const bytes = new Uint8Array(Math.max(0, file.statSync().size - from));
    file.seekSync(from, Deno.SeekMode.Start);
    let filled = 0;
    while (filled < bytes.length) {
      const got = file.readSync(bytes.subarray(filled));
      if (got === null) break;
      filled += got;
    }
    return bytes.subarray(0, filled);
  } catch (error) {
    // a profile without some deliveries is better than a session that can't end
    if (error instanceof Error) return new Uint8Array();
    throw error;
  }
}
