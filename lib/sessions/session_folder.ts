import { LineFile } from "../journal/mod.ts";
import { Session, type SessionFiles, type SessionState } from "./session.ts";

const STATE = ".json";
/** While it is written. */
const NEW_STATE = ".json.new";
const SOURCES = ".sources";
const TIMINGS = ".timings";

/** The sessions on disk: for each its state, its sources and its timings, in one folder. Only its owner may read them. */
export class SessionFolder {
  readonly #path: string;
  readonly #complain: (message: string) => void;

  constructor(path: string, complain: (message: string) => void) {
    this.#path = path;
    this.#complain = complain;
  }

  /** A new session, on disk when this returns. Throws what the file system throws. */
  begin(state: SessionState): Session {
    Deno.mkdirSync(this.#path, { recursive: true, mode: 0o700 });
    const session = new Session(state, this.#filesOf(state), []);
    if (session.files.timings !== undefined) Deno.writeFileSync(session.files.timings, new Uint8Array());
    Deno.writeTextFileSync(`${this.#path}/${state.id}${STATE}`, JSON.stringify(state), { mode: 0o600 });
    return session;
  }

  /** All that an earlier daemon left. What can't be read is put away with a complaint. */
  load(): Session[] {
    const names = namesIn(this.#path).filter((name) => name.endsWith(STATE));
    return names.flatMap((name) => {
      const path = `${this.#path}/${name}`;
      try {
        const state: unknown = JSON.parse(Deno.readTextFileSync(path));
        if (!isState(state) || name !== `${state.id}${STATE}`) throw new TypeError("it is no session");
        const session = new Session(state, this.#filesOf(state), this.#sourcesOf(state.id));
        // under marks that the next requests will get again
        session.readTimings();
        return [session];
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        this.#complain(`Cannot read ${path}: ${error.message}`);
        this.#remove(path);
        return [];
      }
    });
  }

  /** Writes a session's state if it changed. Nobody waits for the disk meanwhile. */
  async save(session: Session): Promise<void> {
    const state = session.takeState();
    if (state === undefined) return;
    const path = `${this.#path}/${session.id}${NEW_STATE}`;
    try {
      await Deno.writeTextFile(path, JSON.stringify(state), { mode: 0o600 });
      await Deno.rename(path, `${this.#path}/${session.id}${STATE}`);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#complain(`Cannot write the session ${session.id}: ${error.message}`);
    }
  }

  /** Removes what is kept of a session; its journal and log stay. */
  remove(id: string): void {
    for (const suffix of [STATE, NEW_STATE, SOURCES, TIMINGS]) this.#remove(`${this.#path}/${id}${suffix}`);
  }

  #filesOf({ id, request }: SessionState): SessionFiles {
    const file = (path: string | undefined) =>
      path === undefined ? undefined : new LineFile(path, { complain: this.#complain });
    return {
      journal: file(request.journal),
      log: file(request.log),
      sources: file(request.stats ? `${this.#path}/${id}${SOURCES}` : undefined),
      timings: request.profile ? `${this.#path}/${id}${TIMINGS}` : undefined,
    };
  }

  /** The last line may be half written. */
  #sourcesOf(id: string): string[] {
    const lines = textOf(`${this.#path}/${id}${SOURCES}`).split("\n").slice(0, -1);
    return lines.map((line) => String(JSON.parse(line)));
  }

  #remove(path: string): void {
    try {
      Deno.removeSync(path);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (!(error instanceof Deno.errors.NotFound)) this.#complain(`Cannot remove ${path}: ${error.message}`);
    }
  }
}

/** Whether a value is what we wrote; nobody else may write there. */
function isState(value: unknown): value is SessionState {
  return typeof value === "object" && value !== null && "id" in value && typeof value.id === "string" &&
    "request" in value && "owners" in value && "startedMs" in value && "usedMs" in value;
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function textOf(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
