import {
  type Batch,
  type CompileCache,
  type CompileRun,
  PRIVATE_DEPFILE,
  readLeft,
  type Unit,
} from "../lib/cache/mod.ts";
import { type Explanation, PATHS, textOfUtf8 } from "../lib/core/mod.ts";
import type { ReportRequest } from "../lib/protocol/mod.ts";
import type { ReadyResult } from "../lib/store/mod.ts";
import { messagesBySource } from "../lib/tools/mod.ts";

/** One of several sources that one process compiles. */
export interface Member {
  readonly unit: Unit;
  /** Its folder is made when the tool has ended. */
  readonly run: CompileRun;
  /** Why it was no hit. */
  readonly why: Explanation;
  /** Where its outputs begin in the run's list. */
  readonly outputsFrom: number;
  /** What stood at the outputs' places before. */
  readonly before: readonly string[];
}

/** What one source's compile left, as far as it can be told from the others'. */
export interface Part {
  /** In the order of the plan's outputs. */
  readonly outputs: ReportRequest["outputs"];
  /** Undefined where it isn't certain what the tool said about this source. */
  readonly messages: string | undefined;
}

/** What a plan's run writes: its outputs, and at the user's place a full dependency list that becomes his -MMD file. */
export function writtenBy(unit: Unit): readonly string[] {
  const { outputs, discovery } = unit.plan;
  const paths = outputs.map((output) => output.path);
  return discovery.how === "filtered-depfile" ? [...paths, discovery.path] : paths;
}

/** Tells a file from the one that stands there later: a run that fails may leave an older one untouched. */
export function identitiesOf(unit: Unit): readonly string[] {
  return writtenBy(unit).map((path) => {
    try {
      const { ino, size, mtime, ctime } = Deno.lstatSync(absolute(unit, path));
      return `${ino} ${size} ${mtime?.getTime()} ${ctime?.getTime()}`;
    } catch (error) {
      if (error instanceof Error) return "";
      throw error;
    }
  });
}

/** Takes a report of several sources apart: the copies of each go to its run's folder, under the numbers of its own plan. */
export function partsOf(
  members: readonly Member[],
  report: ReportRequest,
  { cache, folder }: { readonly cache: CompileCache; readonly folder: string },
): readonly Part[] {
  const lists = cache.partLists(readLeft(`${folder}/deps`) ?? "", members.map((member) => member.unit));
  const messages = messagesOf(members, report);
  const parts = members.map((member, index) => {
    const { run, unit } = member;
    Deno.mkdirSync(run.folder, { mode: 0o700 });
    const written = writtenBy(unit);
    const after = report.exit === 0 ? undefined : identitiesOf(unit);
    const outputs = written.map((_path, i) => {
      const copy = report.outputs[member.outputsFrom + i];
      if (copy === undefined || (after !== undefined && after[i] === member.before[i])) return undefined;
      const name = i < unit.plan.outputs.length ? `${i}` : PRIVATE_DEPFILE;
      Deno.renameSync(`${folder}/${member.outputsFrom + i}`, `${run.folder}/${name}`);
      return copy;
    });
    const list = unit.plan.discovery.how === "private-depfile" ? lists[index] : undefined;
    if (list !== undefined) Deno.writeTextFileSync(`${run.folder}/${PRIVATE_DEPFILE}`, list);
    return { outputs: outputs.slice(0, unit.plan.outputs.length), messages: messages?.[index] };
  });
  return spokenCertainly(parts, members, cache);
}

/** A source whose messages may be another's is one of which nothing is known. */
function spokenCertainly(
  parts: readonly Part[],
  members: readonly Member[],
  cache: CompileCache,
): readonly Part[] {
  if (members.length === 1 || parts.every((part) => !part.messages)) return parts;
  const certain = members.every((member) => cache.mayQuoteOthers(member.run) === false);
  if (certain) return parts;
  return parts.map((part) => part.messages === "" ? part : { ...part, messages: undefined });
}

function messagesOf(members: readonly Member[], report: ReportRequest): readonly string[] | undefined {
  if (report.truncated || report.stdout.length > 0) return undefined;
  const text = textOfUtf8(report.stderr);
  if (text === undefined) return undefined;
  const [first] = members;
  if (first === undefined || members.length === 1) return [text];
  return messagesBySource(first.unit.plan.family, text, members.map(({ unit }) => unit.plan.source));
}

function absolute(unit: Unit, path: string): string {
  return PATHS.from(unit.cwd, path);
}

/** Whether a result has no messages. */
export function isSilent({ result }: ReadyResult): boolean {
  return result.stdout.length + result.stderr.length === 0;
}

/** The messages of all sources as one process would write them; undefined where that isn't certain. */
export function joinedMessages(batch: Batch, ready: readonly ReadyResult[]): Uint8Array | undefined {
  if (ready.every(isSilent)) return new Uint8Array();
  const texts: string[] = [];
  for (const [index, { result }] of ready.entries()) {
    const { source, family } = batch.units[index]!.plan;
    const text = result.stdout.length === 0 ? textOfUtf8(result.stderr) : undefined;
    // a driver would say once what is kept for each source
    if (text === undefined || messagesBySource(family, text, [source]) === undefined) return undefined;
    texts.push(text);
  }
  return new TextEncoder().encode(texts.join(""));
}
