/**
 * The bench: zccache side by side with the bare compiler, ccache and sccache, in one run. Writes JSON, Markdown
 * and a page with plots below `build/bench/`; see docs/benchmarks.md.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { Cleanup } from "./cleanup.ts";
import { findCompilers } from "./codebase/compilers.ts";
import { remove } from "./codebase/project.ts";
import { describeMachine } from "./measure/machine.ts";
import { Spawner } from "./measure/spawner.ts";
import { ccache } from "./peers/ccache.ts";
import type { Peer } from "./peers/peer.ts";
import { sccache } from "./peers/sccache.ts";
import { zccache } from "./peers/zccache.ts";
import { comparison, outcomeTable, replaceBetween, report } from "./report/markdown.ts";
import { page } from "./report/page.ts";
import type { Results } from "./report/results.ts";
import { textTable } from "./report/table.ts";
import { SCENARIOS } from "./scenarios/mod.ts";
import type { Effort, Outcome, Rig, Scenario } from "./scenarios/scenario.ts";

const TOP = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
const FOLDER = `${TOP}/build/bench`;
const RESULTS = `${FOLDER}/results.json`;

const HELP = `Measures zccache beside the bare compiler, ccache and sccache, where they are installed.

usage: deno task bench [options]

  --only NAME[,NAME…]  these measurements only; the results go to partial.* instead of results.*
  --quick              fewer rounds and smaller inputs: rough figures in a few minutes
  --large              also with 100,000 units of 400 headers each (takes long)
  --units N            another number of units for --large
  --soak N             how many hits the soak makes (default 100000; quick: 2000)
  --without NAME       leave a cache out; may be given more than once
  --folder DIR         where the measured projects and caches are made (build/bench); a tmpfs shows what is
                       left when the disk costs nothing
  --cc COMPILER        the C compiler; the C++ one is found by its name
  --write-docs         no measurements: writes the last full run's figures into README.md and docs/benchmarks.md
  --help               this text

measurements:
${SCENARIOS.map(({ name, what }) => `  ${name.padEnd(20)} ${what}`).join("\n")}
`;

interface Choices {
  readonly scenarios: readonly Scenario[];
  readonly partial: boolean;
  readonly effort: Effort;
  readonly without: readonly string[];
  readonly compiler: string | undefined;
  readonly folder: string;
}

function readChoices(args: readonly string[]): Choices | "help" | "write-docs" {
  const flag = { type: "boolean", default: false } as const;
  const text = { type: "string" } as const;
  const options = {
    only: text,
    quick: flag,
    large: flag,
    units: text,
    soak: text,
    without: { ...text, multiple: true },
    cc: text,
    folder: text,
    "write-docs": flag,
    help: flag,
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (values.help) return "help";
  if (values["write-docs"]) return "write-docs";
  const soak = Number(values.soak ?? (values.quick ? 2_000 : 100_000));
  if (!Number.isInteger(soak) || soak < 1) {
    throw new TypeError(`--soak: ${values.soak} is not a number above 0`);
  }
  const wantsLarge = values.large || values.units !== undefined ||
    values.only?.split(",").includes("large") === true;
  const units = wantsLarge ? Number(values.units ?? 100_000) : 0;
  if (!Number.isInteger(units) || units < 0) throw new TypeError(`--units: ${values.units} is not a number`);
  return {
    scenarios: values.only?.split(",").map(named) ??
      SCENARIOS.filter(({ name }) => wantsLarge || name !== "large"),
    partial: values.only !== undefined,
    effort: { quick: values.quick, units, soak },
    without: values.without ?? [],
    compiler: values.cc,
    folder: resolve(values.folder ?? FOLDER),
  };
}

function named(name: string): Scenario {
  const scenario = SCENARIOS.find((one) => one.name === name);
  if (scenario === undefined) throw new TypeError(`--only: there is no ${name}`);
  return scenario;
}

async function measure(choices: Choices): Promise<Results> {
  await Deno.mkdir(FOLDER, { recursive: true });
  await using cleanup = new Cleanup();
  const folder = await Deno.makeTempDir({ dir: choices.folder, prefix: "run-" });
  cleanup.add(() => remove(folder));
  const load = Deno.loadavg()[0]!;
  const versions: Record<string, string> = {};
  const peers: Peer[] = [];
  for (const peer of [zccache, ccache, sccache]) {
    const version = choices.without.includes(peer.name) ? undefined : await peer.version();
    if (version === undefined) console.log(`${peer.name}: not measured (left out or not there)`);
    else {
      versions[peer.name] = version;
      peers.push(peer);
    }
  }
  const compilers = await findCompilers(choices.compiler);
  const spawner = await Spawner.build(folder);
  const base = {
    codeBases: `${TOP}/build/codebases`,
    spawner,
    compilers,
    peers,
    effort: choices.effort,
    jobs: navigator.hardwareConcurrency,
    cleanup,
  };
  const outcomes: Outcome[] = [];
  for (const scenario of choices.scenarios) outcomes.push(...await runOne(scenario, base, folder));
  const machine = await describeMachine(compilers.cxx);
  return {
    format: 1,
    date: new Date().toISOString(),
    quick: choices.effort.quick,
    load: [load, Deno.loadavg()[0]!],
    machine,
    versions,
    outcomes,
  };
}

async function runOne(
  scenario: Scenario,
  base: Omit<Rig, "folder" | "say">,
  folder: string,
): Promise<readonly Outcome[]> {
  console.log(`\n${scenario.name}: ${scenario.what}`);
  const own = `${folder}/${scenario.name}`;
  await Deno.mkdir(own);
  const outcomes = await scenario.run({ ...base, folder: own, say: (text) => console.log(`  … ${text}`) });
  for (const outcome of outcomes) {
    const budget = outcome.budget === undefined ? "" : ` [meant for zccache: ${outcome.budget}]`;
    console.log(`\n${outcome.title}${budget}\n${textTable(...outcomeTable(outcome))}`);
  }
  await remove(own);
  return outcomes;
}

async function write(results: Results, name: string): Promise<void> {
  await Deno.writeTextFile(`${FOLDER}/${name}.json`, `${JSON.stringify(results, null, 1)}\n`);
  await Deno.writeTextFile(`${FOLDER}/${name}.md`, `${report(results)}\n`);
  await Deno.writeTextFile(`${FOLDER}/${name}.html`, page(results));
  console.log(`\nwritten: ${FOLDER}/${name}.json, .md, .html`);
}

async function writeDocs(): Promise<void> {
  const results = JSON.parse(await Deno.readTextFile(RESULTS)) as Results;
  if (results.format !== 1) {
    throw new Error(`Cannot read ${RESULTS}: its format is ${results.format}, expected 1`);
  }
  if (results.quick) {
    throw new Error(`Cannot write the figures: ${RESULTS} is from a quick run, whose figures are rough`);
  }
  for (
    const [path, text] of [
      [`${TOP}/docs/benchmarks.md`, report(results, "###")],
      [`${TOP}/README.md`, comparison(results)],
    ] as const
  ) {
    await Deno.writeTextFile(path, replaceBetween(await Deno.readTextFile(path), "bench", text));
    console.log(`written: ${path}`);
  }
}

async function main(): Promise<number> {
  try {
    const choices = readChoices(Deno.args);
    if (choices === "help") console.log(HELP);
    else if (choices === "write-docs") await writeDocs();
    else await write(await measure(choices), choices.partial ? "partial" : "results");
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(`bench: ${error.message}`);
    return error instanceof TypeError ? 2 : 1;
  }
}

Deno.exitCode = await main();
