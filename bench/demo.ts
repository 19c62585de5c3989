/**
 * The demonstration: builds zccache, then a real code base three times – bare, cold, warm – and prints what it
 * cost. Everything that it writes is below `build/`; its daemon is stopped at the end.
 */
import { parseArgs } from "node:util";
import { Cleanup } from "./cleanup.ts";
import { compareOutputs } from "./codebase/compare.ts";
import { CompileProject } from "./codebase/compile_project.ts";
import { findCompilers } from "./codebase/compilers.ts";
import { KNOWN } from "./codebase/known.ts";
import { openFolder, openKnown } from "./codebase/open.ts";
import { type BuildResult, type Project, remove } from "./codebase/project.ts";
import { quantile } from "./measure/stats.ts";
import { Spawner } from "./measure/spawner.ts";
import { bare } from "./peers/bare.ts";
import { ccache } from "./peers/ccache.ts";
import type { Counts, Peer, PeerSession } from "./peers/peer.ts";
import { sccache } from "./peers/sccache.ts";
import { zccache } from "./peers/zccache.ts";
import { Progress } from "./report/progress.ts";
import { textTable } from "./report/table.ts";

const BUILD = new URL("../build", import.meta.url).pathname;
const CACHES: Readonly<Record<string, Peer>> = { zccache, ccache, sccache };

const HELP =
  `Builds zccache, then a real C/C++ code base three times: without a cache, with an empty one, with a full one.

usage: deno task demo [options] [FOLDER]

  FOLDER            what to build: by CMake, make or plain compile commands, whichever it has
                    (default: a code base that is fetched as a package)
  --code-base NAME  which package: ${
    Object.entries(KNOWN).map(([name, k]) => `${name} = ${k.title}`).join("; ")
  } (default: re2)
  --cc COMPILER     the C compiler; the C++ one is found by its name (default: gcc, else clang, else cc)
  --jobs N          compiles at the same time (default: the number of processors)
  --cache NAME      another cache in zccache's place: ccache or sccache
  --help            this text
`;

interface Choices {
  readonly folder: string | undefined;
  readonly codeBase: string;
  readonly compiler: string | undefined;
  readonly jobs: number;
  readonly cache: Peer;
}

interface Step {
  readonly name: string;
  readonly result: BuildResult;
  readonly counts: Counts;
}

async function main(): Promise<number> {
  const choices = readChoices(Deno.args);
  if (typeof choices === "number") return choices;
  await Deno.mkdir(`${BUILD}/demo`, { recursive: true });
  if (choices.cache === zccache) await buildZccache();
  const compilers = await findCompilers(choices.compiler);
  const folder = await Deno.makeTempDir({ dir: `${BUILD}/demo`, prefix: "run-" });
  await using cleanup = new Cleanup();
  let keepFiles = false;
  cleanup.add(async () => {
    if (!keepFiles) await remove(folder);
  });
  const rig = { workshop: { folder, compilers }, spawner: await Spawner.build(folder) };
  const project = await openProject(choices, rig);
  const session = await choices.cache.open(`${folder}/cache`);
  cleanup.add(async () => await session[Symbol.asyncDispose]());
  console.log(
    `\nBuilding ${project.title} with ${compilers.c}, ${choices.jobs} at a time, by ${project.manner}`,
  );
  const steps = await buildThrice(project, session, { folder, jobs: choices.jobs });
  console.log(`\n${table(steps, session)}\n`);
  for (const source of refusedBy(project)) {
    console.log(`left out, since ${compilers.c} refuses it: ${source}`);
  }
  const alike = await compare(steps);
  keepFiles = !alike;
  return alike ? 0 : 1;
}

function readChoices(args: readonly string[]): Choices | number {
  const text = { type: "string" } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { "code-base": text, cc: text, jobs: text, cache: text, help: { type: "boolean" } },
    });
    if (values.help === true) {
      console.log(HELP);
      return 0;
    }
    const codeBase = values["code-base"] ?? "re2";
    const cache = CACHES[values.cache ?? "zccache"];
    const jobs = Number(values.jobs ?? navigator.hardwareConcurrency);
    if (KNOWN[codeBase] === undefined) throw new TypeError(`--code-base: there is no ${codeBase}`);
    if (cache === undefined) throw new TypeError(`--cache: there is no ${values.cache}`);
    if (!Number.isInteger(jobs) || jobs < 1) {
      throw new TypeError(`--jobs: ${values.jobs} is not a number above 0`);
    }
    if (positionals.length > 1) throw new TypeError("more than one folder is given");
    return { folder: positionals[0], codeBase, compiler: values.cc, jobs, cache };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(`demo: ${error.message}\n\n${HELP}`);
    return 2;
  }
}

/** Runs the build task quietly; its output is shown if it fails. */
async function buildZccache(): Promise<void> {
  const progress = new Progress("building zccache");
  const cwd = new URL("..", import.meta.url).pathname;
  const done = await new Deno.Command(Deno.execPath(), { args: ["task", "build"], cwd, stdin: "null" })
    .output();
  if (!done.success) {
    await Deno.stderr.write(done.stdout);
    await Deno.stderr.write(done.stderr);
    throw new Error("Cannot build zccache");
  }
  progress.done((await zccache.version()) ?? "");
}

async function openProject(
  choices: Choices,
  rig: { workshop: { folder: string; compilers: { c: string; cxx: string } }; spawner: Spawner },
): Promise<Project> {
  if (choices.folder !== undefined) return await openFolder(choices.folder, rig);
  const base = KNOWN[choices.codeBase]!;
  const progress = new Progress(`fetching ${base.package} ${base.version}`);
  const project = await openKnown(base, `${BUILD}/codebases`, rig);
  progress.done(`${project.size} sources; ${base.licence}`);
  return project;
}

async function buildThrice(
  project: Project,
  session: PeerSession,
  { folder, jobs }: { folder: string; jobs: number },
): Promise<Step[]> {
  const steps: Step[] = [];
  let before = await session.counts();
  const plain = await bare.open(folder);
  for (
    const [name, by, text] of [
      ["bare", plain, "without a cache"],
      ["cold", session, `with ${session.name}, empty`],
      ["warm", session, `with ${session.name}, full`],
    ] as const
  ) {
    const progress = new Progress(`${name}: ${text}`);
    const keepAt = `${folder}/${name}`;
    const update = (share: number) => progress.update(share);
    const result = await project.build({ session: by, keepAt, jobs, progress: update });
    await by.settle();
    const after = await session.counts();
    const counts = { hits: after.hits - before.hits, misses: after.misses - before.misses };
    before = after;
    progress.done("");
    steps.push({ name, result, counts });
  }
  return steps;
}

function table(steps: readonly Step[], session: PeerSession): string {
  const bareMs = steps[0]!.result.wallMs;
  const rows = steps.map(({ name, result, counts }) => {
    const perHit = name === "warm" && result.each.length > 0
      ? `${quantile(result.each.map((one) => one.wallMs), 0.5).toFixed(2)} ms`
      : "";
    const counted = name === "bare" ? ["", ""] : [String(counts.hits), String(counts.misses)];
    const ratio = `${(result.wallMs / bareMs * 100).toFixed(1)} %`;
    return [name, (result.wallMs / 1000).toFixed(2), ratio, ...counted, perHit];
  });
  return textTable([session.name, "seconds", "of bare", "hits", "misses", "time per hit"], rows);
}

function refusedBy(project: Project): readonly string[] {
  return project instanceof CompileProject ? project.refused : [];
}

/** Says whether the three builds gave the same bytes. */
async function compare(steps: readonly Step[]): Promise<boolean> {
  const [first, ...others] = steps;
  let alike = true;
  let same = 0;
  for (const other of others) {
    const comparison = await compareOutputs(first!.result.outputs, other.result.outputs);
    same = comparison.same;
    if (comparison.different.length === 0) continue;
    alike = false;
    console.error(
      `DIFFERENT: ${comparison.different.length} files of the ${other.name} build are not those of the bare one ` +
        `(${
          comparison.different.slice(0, 3).join(", ")
        }). Either the compile depends on the time, or the cache is ` +
        `wrong. Look: ${first!.result.outputs} and ${other.result.outputs}`,
    );
  }
  if (alike) {
    console.log(`All three builds are the same, byte for byte: ${same} objects and dependency files.`);
  }
  return alike;
}

try {
  Deno.exitCode = await main();
} catch (error) {
  if (!(error instanceof Error)) throw error;
  console.error(`demo: ${error.message}`);
  Deno.exitCode = 1;
}
