import { err, isDigest, ok, type Result } from "../../core/mod.ts";
import type { FileView } from "../../files/mod.ts";
import type { PathAndContent } from "../../store/mod.ts";
import type { NotKept } from "../ingest.ts";
import { isScript } from "../toolchain/programs.ts";
import { FACT } from "./observation.ts";
import type { ObservedInput, Sorted } from "./observed_notes.ts";
import type { ObservedRun, ObservedUnit } from "./observed_unit.ts";
import { nameOf } from "../paths.ts";
import type { FoundFile } from "../places.ts";
import { Turn } from "../turn.ts";
import { Twins } from "../includes/twins.ts";
import { LOADER_CACHE } from "./loader_cache.ts";
import { leadsLine, linkLine, loaderLine, namesLine, readLink } from "./world.ts";

/** The states of inputs, and what else was looked at. */
export interface World {
  readonly found: readonly PathAndContent[];
  readonly passedOver: readonly string[];
}

/** Names of texts in which C's clock macros count; the standard headers of C++ have no extension. */
const SOURCE =
  /\.(?:[cChH]|cc|cpp|cxx|c\+\+|hh|hpp|hxx|inc|inl|ipp|tcc|def|mm?|[sS])$|\/include\/(?:.*\/)?[a-z_]+$/;

/** The states of all inputs of a run, each one known to be what the tool saw. */
export async function worldOf(
  run: ObservedRun,
  { inputs, presences }: Sorted,
  view: FileView,
): Promise<Result<World, NotKept>> {
  const { unit } = run;
  const found: [string, string][] = [];
  const lines: string[] = [...presences];
  const texts: FoundFile[] = [];
  const files: string[] = [];
  // a file that is spelled in two ways may be two files later
  const seen = new Set<string>();
  const turn = new Turn(view);
  for (const input of inputs) {
    if (turn.isOver) await turn.pass();
    const { path, spelled, facts } = input;
    if (seen.has(spelled)) continue;
    seen.add(spelled);
    const id = view.track(path);
    const state = view.state(id);
    const vouched = unit.vouchesFor(path, state);
    if (!vouched && !run.witness.untouched(id)) {
      return err({ reason: "input-changed-during-run", detail: path });
    }
    if (state === "unreadable" || state === "special") {
      return err({ reason: "input-not-regular", detail: path });
    }
    if (path === LOADER_CACHE) continue;
    const refused = isDigest(state)
      ? programRefusal(unit, path, facts) ?? clockRefusal(unit, { path, content: state }, view)
      : undefined;
    if (refused !== undefined) return err(refused);
    if (isDigest(state)) files.push(path);
    if (isDigest(state) && isSource(unit, path)) texts.push({ path, content: state });
    found.push([spelled === path ? view.pathOf(id) : spelled, state]);
    const more = linesOf(run, input, view);
    if (!more.ok) return more;
    lines.push(...more.value);
  }
  if (inputs.some(({ path }) => path === LOADER_CACHE)) {
    lines.push(loaderLine(unit.loads(found.map(([spelled]) => spelled))));
  }
  const twin = Twins.among(texts, view)?.pair();
  if (twin !== undefined) return err({ reason: "twin-headers", detail: twin });
  const common = (line: string) => unit.roots?.toCommon(line) ?? line;
  const passedOver = new Set([...lines, ...unit.others(view, files)].map(common));
  return ok({ found, passedOver: [...passedOver].sort() });
}

/** What else an input was to the tool than its content: a folder's names, where links lead. */
function linesOf(
  { unit, witness }: ObservedRun,
  { path, facts }: ObservedInput,
  view: FileView,
): Result<string[], NotKept> {
  const lines: string[] = [];
  if ((facts & FACT.listed) !== 0 && unit.countsNames(path)) {
    const names = view.namesIn(path);
    if (names === undefined || !witness.sameNames(path)) {
      return err({ reason: "input-changed-during-run", detail: path });
    }
    lines.push(namesLine(path, names));
  }
  const real = view.realPath(path);
  if (real !== path) lines.push(leadsLine(path, real, unit.roots));
  const target = (facts & FACT.linkRead) !== 0 && mayBeLink(path, real, view) ? readLink(path) : undefined;
  if (target !== undefined) lines.push(linkLine(path, target, unit.roots));
  return ok(lines);
}

/** What is there and leads nowhere else is no link; asking the system takes long where that is so. */
function mayBeLink(path: string, real: string, view: FileView): boolean {
  return real !== path || view.state(view.track(path)) === "absent";
}

function isSource({ plan }: ObservedUnit, path: string): boolean {
  return plan.readsSources && SOURCE.test(path);
}

function clockRefusal(unit: ObservedUnit, { path, content }: FoundFile, view: FileView): NotKept | undefined {
  if (!isSource(unit, path)) return undefined;
  const facts = view.facts(content);
  if (facts === undefined) return { reason: "input-missing", detail: path };
  const clock = facts.usesDate || facts.usesTime || facts.usesTimestamp || facts.comparesTimes;
  return clock ? { reason: "date-or-time", detail: path } : undefined;
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
