/**
 * The predictions against the real compilers: for every row the bare compiler runs in a fresh folder, and exactly the
 * files that the plan names may appear there; then the run that a miss makes must leave the same bytes in them.
 */
import assert from "node:assert/strict";
import { type Call, detectFamily, type Family, parseCall, parseDepfile, type Plan } from "../mod.ts";
import { CLANG_ROWS, CXX_ROWS, FILES, GCC_ROWS, ROWS } from "./real_compilers_rows.ts";

/** What a command did in a fresh copy of the files. */
interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The files that it created, by relative path. */
  readonly created: ReadonlyMap<string, Uint8Array>;
}

const env = { PATH: Deno.env.get("PATH") ?? "", LC_ALL: "C" };
/** One folder for all runs of a row, emptied between them: objects may name it. */
async function inFolder(args: readonly string[], tool: string, folder: string): Promise<Outcome> {
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  for (const [path, text] of Object.entries(FILES)) {
    await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${folder}/${path}`, text);
  }
  const output = await new Deno.Command(tool, { args: [...args], cwd: folder, env, clearEnv: true }).output();
  const created = new Map<string, Uint8Array>();
  for (const path of listFiles(folder, "")) {
    if (!Object.hasOwn(FILES, path)) created.set(path, await Deno.readFile(`${folder}/${path}`));
  }
  const text = new TextDecoder();
  return {
    code: output.code,
    stdout: text.decode(output.stdout),
    stderr: text.decode(output.stderr),
    created,
  };
}

function listFiles(folder: string, below: string): readonly string[] {
  return [...Deno.readDirSync(`${folder}/${below}`)].flatMap((entry) =>
    entry.isDirectory ? listFiles(folder, `${below}${entry.name}/`) : [below + entry.name]
  );
}

/** A path as the plan spells it, relative to the folder. */
function relative(path: string, folder: string): string {
  return new URL(path, `file://${folder}/`).pathname.slice(folder.length + 1);
}

function planFor(tool: string, args: readonly string[], folder: string): Plan | string {
  const call: Call = {
    name: tool,
    args,
    cwd: folder,
    env: new Map(Object.entries(env)),
    terminal: { stderr: false, columns: 0 },
  };
  const readText = (path: string) => {
    try {
      return Deno.readTextFileSync(path);
    } catch {
      return undefined;
    }
  };
  const family = detectFamily(`/usr/bin/${tool}`, tool) as Family;
  const parsed = parseCall(family, call, readText);
  return parsed.kind === "plan" ? parsed : parsed.reason;
}

for (
  const [tool, rows] of [
    ["gcc", [...ROWS, ...GCC_ROWS]],
    ["clang", [...ROWS, ...CLANG_ROWS]],
    ["g++", CXX_ROWS],
    ["clang++", CXX_ROWS],
  ] as const
) {
  Deno.test(`parseCall() names exactly the files that ${tool} creates`, async () => {
    const root = await Deno.makeTempDir();
    const folder = `${root}/w`;
    for (const [path, text] of Object.entries(FILES)) {
      await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${folder}/${path}`, text);
    }
    const failures: string[] = [];
    for (const row of rows) {
      const args = row.split(" ");
      const plan = planFor(tool, args, folder);
      const bare = await inFolder(args, tool, folder);
      // Refusing what the compiler refuses too needs no reason; what it accepts may be refused, but then by the table.
      if (typeof plan === "string") {
        if (bare.code === 0) failures.push(`${row}: refused (${plan})`);
        continue;
      }
      if (bare.code !== 0) continue;
      failures.push(...await compare(plan, bare, { row, tool, folder }));
    }
    await Deno.remove(root, { recursive: true });
    assert.deepEqual(failures, []);
  });
}

async function compare(
  plan: Plan,
  bare: Outcome,
  at: { readonly row: string; readonly tool: string; readonly folder: string },
): Promise<readonly string[]> {
  const failures: string[] = [];
  const { folder } = at;
  const named = plan.outputs.map((output) => relative(output.path, folder));
  const wanted = plan.discovery.how === "filtered-depfile"
    ? [...named, relative(plan.discovery.path, folder)]
    : named;
  if (wanted.toSorted().join() !== [...bare.created.keys()].toSorted().join()) {
    failures.push(`${at.row}: names ${wanted.toSorted()}, made ${[...bare.created.keys()].toSorted()}`);
  }
  const run = await inFolder(plan.runArgs("private.deps"), at.tool, folder);
  if (run.stderr !== bare.stderr || run.stdout !== bare.stdout || run.code !== bare.code) {
    failures.push(`${at.row}: says ${run.stderr}${run.stdout}, not ${bare.stderr}${bare.stdout}`);
  }
  const differing = named.filter((path) => !sameBytes(run.created.get(path), bare.created.get(path)));
  if (differing.length > 0) {
    // gcc stamps coverage data and link-time sections at random: then it differs from itself too.
    const again = await inFolder(at.row.split(" "), at.tool, folder);
    const steady = differing.filter((path) => sameBytes(again.created.get(path), bare.created.get(path)));
    if (steady.length > 0) failures.push(`${at.row}: ${steady} differ`);
  }
  const listed = plan.discovery.how === "nothing"
    ? undefined
    : plan.discovery.how === "user-depfile"
    ? run.created.get(relative(plan.discovery.path, folder))
    : run.created.get("private.deps");
  const extra = [...run.created.keys()].filter((path) => !named.includes(path) && path !== "private.deps");
  if (extra.length > 0) failures.push(`${at.row}: a miss makes ${extra} too`);
  if (plan.discovery.how !== "nothing") {
    const dependencies = parseDepfile(new TextDecoder().decode(listed));
    if (dependencies?.prerequisites.includes(plan.source) !== true) {
      failures.push(`${at.row}: no dependencies`);
    }
  }
  return failures;
}

function sameBytes(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one !== undefined && other !== undefined && one.length === other.length &&
    one.every((byte, at) => byte === other[at]);
}
