import { type Digest, digestText, err, isDigest, ok, type Result } from "../core/mod.ts";
import type { FileView } from "../files/mod.ts";
import type { PathAndContent, Store } from "../store/mod.ts";
import { aloneContext, shareProduced } from "./common_result.ts";
import type { Filed, Finished, NotKept } from "./ingest.ts";
import { FACT, type Note, type Observation, readObservation } from "./observation.ts";
import { type ObservedUnit, roleOf } from "./observed_unit.ts";
import { isScript } from "./locate.ts";
import { folderOf, nameOf, type Paths } from "./paths.ts";
import type { FoundFile } from "./places.ts";
import { Twins } from "./twins.ts";
import { leadsLine, linkLine, namesLine, presenceLine, readLink } from "./world.ts";

/** A run that was begun for an observed unit. */
export interface ObservedRun {
  readonly kind: "observed";
  readonly unit: ObservedUnit;
  readonly context: Digest;
  readonly folder: string;
  readonly begunAt: number;
  readonly begunAtMs: number;
}

/** Longest time without giving other requests a turn, in milliseconds. */
const TURN_MS = 4;

/** File types in `StoredFile.mode`; a plain file has none. */
const LINK_MODE = 0o120000;
const FOLDER_MODE = 0o040000;

/** What the machine itself shows there is no content; devices are no files. */
const MACHINE = /^\/(?:proc|sys|dev)(?:\/|$)/;
/** Compiled copies that Python makes beside its sources, and checks against them. */
const PYTHON_CACHE = /\/__pycache__(?:\/|$)/;

/** Names of texts in which C's clock macros count; the standard headers of C++ have no extension. */
const SOURCE =
  /\.(?:[cChH]|cc|cpp|cxx|c\+\+|hh|hpp|hxx|inc|inl|ipp|tcc|def|mm?|[sS])$|\/include\/(?:.*\/)?[a-z_]+$/;

type Offer = { readonly role: string; readonly mode: number; readonly source: string };

/** What a run read and what it made, sorted from the notes. */
interface Sorted {
  readonly inputs: readonly { readonly path: string; readonly spelled: string; readonly facts: number }[];
  readonly outputs: readonly { readonly path: string; readonly note: Note }[];
  /** Names of files that came and went during the run. */
  readonly passing: readonly string[];
  /** Lines about what the run looked for before it made it. */
  readonly presences: readonly string[];
}

/** The states of inputs, and what else was looked at. */
interface World {
  readonly found: readonly PathAndContent[];
  readonly passedOver: readonly string[];
}

/** Takes in what an observed run read and made, if all of it is known and nothing changed meanwhile. */
export class ObservedIngest {
  readonly #view: FileView;
  readonly #store: Store;
  readonly #paths: Paths;

  constructor(view: FileView, store: Store, paths: Paths) {
    this.#view = view;
    this.#store = store;
    this.#paths = paths;
  }

  /** Files the result. The run's folder is left to the caller. */
  async keep(run: ObservedRun, finished: Finished): Promise<Result<Filed, NotKept>> {
    const refused = refusalOf(run, finished);
    if (refused !== undefined) return err(refused);
    this.#view.barrier();
    if (!run.unit.isCurrent(this.#view)) return err({ reason: "toolchain-changed" });
    const observation = readObservation(run.folder);
    if (!observation.ok) return err({ reason: "not-observed", detail: observation.error });
    const doubt = doubtOf(observation.value);
    if (doubt !== undefined) return err(doubt);
    const sorted = this.#sort(run, observation.value.notes);
    if (!sorted.ok) return sorted;
    const random = quotedIn(finished, sorted.value.passing);
    if (random !== undefined) return err({ reason: "random", detail: random });
    const world = await this.#world(run, sorted.value);
    if (!world.ok) return world;
    // what the run made may be what it had found missing: then the entry doesn't hold right after
    const namesAsOf = sorted.value.presences.length > 0 ? -1 : this.#view.namesGeneration;
    const offers = this.#offers(run, sorted.value.outputs);
    if (!offers.ok) return offers;
    const filed = await this.#file(run, finished, { ...world.value, offers: offers.value });
    return filed.ok ? ok({ ...filed.value, namesAsOf }) : filed;
  }

  #sort(run: ObservedRun, notes: readonly Note[]): Result<Sorted, NotKept> {
    const { unit } = run;
    const own = notes.filter((note) => (note.facts & FACT.written) !== 0);
    const made = new Set(
      own.filter((note) => note.left.kind === "folder" || note.left.kind === "nothing").map(pathOf),
    );
    const inputs: { path: string; spelled: string; facts: number }[] = [];
    const outputs: { path: string; note: Note }[] = [];
    const passing: string[] = [];
    const presences: string[] = [];
    for (const note of notes) {
      const { facts, left } = note;
      const isOurs = (facts & FACT.written) === 0 && isBelow(note.path, made);
      if (isNoFile(note.path) || isOurs) continue;
      const path = this.#paths.resolve("/", note.path);
      if (unit.disregards(path)) continue;
      const changed = unit.isChanged(path);
      if ((facts & (FACT.written | FACT.updated)) !== 0) {
        const looked = (facts & FACT.updated) !== 0 ||
          (facts & FACT.read) !== 0 && (facts & FACT.removed) !== 0;
        if (looked && changed === undefined) return err({ reason: "input-rewritten", detail: path });
        if (left.kind === "other") return err({ reason: "special-output", detail: path });
        const looks = FACT.looked | FACT.read | FACT.linkRead;
        if ((facts & looks) !== 0 && changed === undefined) {
          presences.push(presenceLine(path, (facts & (FACT.wasThere | FACT.removed)) !== 0));
        }
        if (left.kind === "nothing") passing.push(nameOf(path));
        else outputs.push({ path, note });
      } else if ((facts & FACT.removed) !== 0) {
        return err({ reason: "input-rewritten", detail: path });
      } else if (changed !== "updated" && !unit.parsedFrom.has(path)) {
        inputs.push({ path, spelled: spelledFrom(unit.cwd, path, note.path), facts });
      }
    }
    return ok({ inputs, outputs, passing, presences });
  }

  /** The states of all inputs, each one known to be what the tool saw. */
  async #world(
    run: ObservedRun,
    { inputs, presences }: Sorted,
  ): Promise<Result<World, NotKept>> {
    const { roots } = run.unit;
    const found: [string, string][] = [];
    const lines: string[] = [...presences];
    const texts: FoundFile[] = [];
    const seen = new Set<number>();
    let turn = performance.now();
    for (const { path, spelled, facts } of inputs) {
      if (performance.now() - turn > TURN_MS) {
        await new Promise((resume) => setTimeout(resume, 0));
        this.#view.barrier();
        turn = performance.now();
      }
      const id = this.#view.track(path);
      if (seen.has(id)) continue;
      seen.add(id);
      const state = this.#view.state(id);
      const vouched = run.unit.vouchesFor(path, state);
      if (!vouched && !this.#view.unchangedSince(id, run.begunAt, run.begunAtMs)) {
        return err({ reason: "input-changed-during-run", detail: path });
      }
      if (state === "unreadable" || state === "special") {
        return err({ reason: "input-not-regular", detail: path });
      }
      const refused = isDigest(state)
        ? programRefusal(run.unit, path, facts) ?? this.#clockRefusal(run.unit, path, state)
        : undefined;
      if (refused !== undefined) return err(refused);
      if (isDigest(state) && isSource(run.unit, path)) texts.push({ path, content: state });
      found.push([spelled === path ? roots?.toCommon(path) ?? this.#view.pathOf(id) : spelled, state]);
      if ((facts & FACT.listed) !== 0 && run.unit.countsNames(path)) {
        const names = this.#view.namesIn(path);
        if (names === undefined || !this.#view.namesUnchangedSince(path, run.begunAt, run.begunAtMs)) {
          return err({ reason: "input-changed-during-run", detail: path });
        }
        lines.push(namesLine(path, names));
      }
      const real = this.#view.realPath(path);
      if (real !== path) lines.push(leadsLine(path, real, roots));
      const target = (facts & FACT.linkRead) === 0 ? undefined : readLink(path);
      if (target !== undefined) lines.push(linkLine(path, target, roots));
    }
    const twin = Twins.among(texts, this.#view)?.pair();
    if (twin !== undefined) return err({ reason: "twin-headers", detail: twin });
    const read = inputs.flatMap(({ path, facts }) => (facts & FACT.read) === 0 ? [] : path);
    return ok({ found, passedOver: [...lines, ...run.unit.others(this.#view, read)].sort() });
  }

  #clockRefusal(unit: ObservedUnit, path: string, content: Digest): NotKept | undefined {
    if (!isSource(unit, path)) return undefined;
    const facts = this.#view.facts(content);
    if (facts === undefined) return { reason: "input-missing", detail: path };
    const clock = facts.usesDate || facts.usesTime || facts.usesTimestamp;
    return clock ? { reason: "date-or-time", detail: path } : undefined;
  }

  /** The outputs as files that the store can take over. */
  #offers(run: ObservedRun, outputs: Sorted["outputs"]): Result<Offer[], NotKept> {
    const offers: Offer[] = [];
    for (const { path, note: { left, path: raw } } of outputs) {
      const spelled = spelledFrom(run.unit.cwd, path, raw);
      const role = roleOf(run.unit.roots?.toCommon(spelled) ?? spelled);
      if (left.kind === "file") {
        offers.push({ role, mode: left.mode, source: `${run.folder}/${left.index}` });
        continue;
      }
      if (left.kind !== "link" && left.kind !== "folder") continue;
      const source = `${run.folder}/made-${offers.length}`;
      Deno.writeTextFileSync(source, left.kind === "link" ? left.target : "");
      const mode = left.kind === "link" ? LINK_MODE | 0o777 : FOLDER_MODE | left.mode;
      offers.push({ role, mode, source });
    }
    // a folder before what is in it
    return ok(
      offers.sort((a, b) =>
        Number(b.mode >= FOLDER_MODE) - Number(a.mode >= FOLDER_MODE) || (a.role < b.role ? -1 : 1)
      ),
    );
  }

  async #file(
    run: ObservedRun,
    finished: Finished,
    { offers, ...inputs }: World & { offers: readonly Offer[] },
  ): Promise<Result<Omit<Filed, "namesAsOf">, NotKept>> {
    const { roots } = run.unit;
    const { stdout, stderr, exit, toolMs } = finished;
    // messages are never rewritten here: where they name a path, the result stays with its checkout
    const how = { roots, family: "gcc", folder: run.folder, wraps: true, inputs: () => [] } as const;
    const { unshared, files } = shareProduced(how, { stdout, stderr, files: offers });
    const context = unshared === undefined ? run.context : aloneContext(run.context, roots!);
    const result = digestText([context, ...inputs.found.flat(), ...inputs.passedOver].join("\0"));
    if (!await this.#store.put(result, { exit, stdout, stderr, toolMs }, files)) {
      return err({ reason: "store-fault" });
    }
    const entry = this.#store.addEntry(context, { ...inputs, result });
    return entry === undefined ? err({ reason: "store-fault" }) : ok({ entry, unshared });
  }
}

function isSource({ plan }: ObservedUnit, path: string): boolean {
  return plan.readsSources && SOURCE.test(path);
}

function refusalOf({ unit }: ObservedRun, finished: Finished): NotKept | undefined {
  if (finished.exit < 0) return { reason: "tool-signalled" };
  if (finished.exit !== 0 && unit.plan.keeps === "success") return { reason: "tool-failed" };
  if (finished.truncated) return { reason: "too-large" };
  if (unit.sameStream && finished.stdout.length > 0 && finished.stderr.length > 0) {
    return { reason: "mixed-streams" };
  }
  return undefined;
}

/** Programs whose output is another each time. */
const INCONSTANT = /^(?:date|uuidgen|uptime)$/;

/** A script below a compiled tool may heed variables that are not in its key; some programs tell what nobody can key. */
function programRefusal({ tool, plan }: ObservedUnit, path: string, facts: number): NotKept | undefined {
  if ((facts & FACT.executed) === 0) return undefined;
  if (INCONSTANT.test(nameOf(path))) return { reason: "random", detail: path };
  const mayBeScript = tool.isScript || plan.family === "emscripten";
  return mayBeScript || !isScript(path) ? undefined : { reason: "opaque-wrapper", detail: path };
}

const DOUBTS: Readonly<Record<string, NotKept>> = {
  u: { reason: "not-observed", detail: "the kernel has no listener for system calls" },
  a: { reason: "not-observed", detail: "a program of another architecture ran" },
  f: { reason: "not-observed", detail: "a folder was moved, or what names mean was changed" },
  b: { reason: "not-observed", detail: "a process stayed in the background" },
  l: { reason: "too-large", detail: "too many files" },
  i: { reason: "stdin-source" },
  n: { reason: "spoke-to-others" },
};

function doubtOf({ doubts }: Observation): NotKept | undefined {
  return doubts === "" ? undefined : DOUBTS[doubts[0]!] ?? { reason: "not-observed" };
}

function pathOf(note: Note): string {
  return note.path;
}

function isNoFile(path: string): boolean {
  return MACHINE.test(path) || PYTHON_CACHE.test(path);
}

function isBelow(path: string, folders: ReadonlySet<string>): boolean {
  if (folders.size === 0) return false;
  for (let at = folderOf(path); at !== "/"; at = folderOf(at)) if (folders.has(at)) return true;
  return false;
}

/** Relative where it is below the caller's folder; as the tool spelled it where `..` or a link may mean another path later. */
function spelledFrom(cwd: string, path: string, raw: string): string {
  if (raw.includes("/..")) return raw;
  return path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : path;
}

/** A passing file's name that a message quotes: the next run would say another. */
function quotedIn({ stdout, stderr }: Finished, names: readonly string[]): string | undefined {
  if (names.length === 0 || stdout.length + stderr.length === 0) return undefined;
  const decoder = new TextDecoder();
  const said = decoder.decode(stdout) + decoder.decode(stderr);
  return names.find((name) => said.includes(name));
}
