/**
 * Everything that a command looks up is changed, one after another: what it doesn't find is made, what it reads is
 * broken. Each time the bare command and the one through zccache must do the same.
 *
 *     unshare -m deno run -A tests/differential/lookups.ts COMMAND…
 *
 * COMMAND makes a.o of a.c.
 *
 * It is to be alone in a mount namespace: writes below /usr go to memory. Prints a `LookupsReport` as JSON.
 */
import assert from "node:assert/strict";
import { assertOk, Rig, text } from "../rig.ts";
import type { Outcome } from "../rig/process.ts";

/** What came of it. */
export interface LookupsReport {
  /** How many of the paths could be changed. */
  readonly changed: number;
  readonly differences: readonly string[];
}

const SOURCES = {
  "a.c": '#include "x.h"\nint f(void) { return x; }\n',
  "inc/x.h": "int x;\n",
};

const OUTPUT = "a.o";

/** No header, no specs, no library; a program that fails. */
const POISON = "#!/bin/sh\nexit 1\n";

/** Without these nothing runs at all, or they are no files. */
const SPARED =
  /^\/(?:proc|dev|sys)\/|\/(?:libc|libm|libdl|libpthread|librt|libgcc_s|libstdc\+\+)\.so|\/ld-linux|^\/etc\/ld\.so|\/bin\/(?:sh|dash|bash)$/;

if (import.meta.main) {
  await using rig = await Rig.open();
  rig.fresh(SOURCES);
  await using _memory = await writeToMemory(rig, "/usr");
  console.log(JSON.stringify(await changeLookups(rig, Deno.args)));
}

async function changeLookups(rig: Rig, argv: readonly string[]): Promise<LookupsReport> {
  const paths = await lookedUp(rig, argv);
  await rig.settled();
  assertOk(await rig.wrapped(argv));
  assert.equal((await rig.counting(() => rig.wrapped(argv))).cached, 1, "the command is cached");
  Deno.removeSync(rig.at(OUTPUT));
  const differences: string[] = [];
  let changed = 0;
  for (const path of paths) {
    const undo = change(path);
    if (undo === undefined) continue;
    changed++;
    const [wrapped, bare] = [
      await result(rig, () => rig.wrapped(argv)),
      await result(rig, () => rig.bare(["env", ...argv])),
    ];
    if (wrapped !== bare) differences.push(`${path}:\n${wrapped}\nbare:\n${bare}`);
    undo();
  }
  return { changed, differences };
}

/** Lays memory over a folder until the end. */
async function writeToMemory(rig: Rig, folder: string): Promise<AsyncDisposable> {
  const memory = `${rig.base}/memory`;
  Deno.mkdirSync(memory);
  assertOk(await rig.bare(["mount", "-t", "tmpfs", "tmpfs", memory]));
  for (const part of ["upper", "work"]) Deno.mkdirSync(`${memory}/${part}`);
  const layers = `lowerdir=${folder},upperdir=${memory}/upper,workdir=${memory}/work`;
  assertOk(await rig.bare(["mount", "-t", "overlay", "overlay", "-o", layers, folder]));
  return {
    [Symbol.asyncDispose]: async () => {
      for (const mounted of [folder, memory]) assertOk(await rig.bare(["umount", "-l", mounted]));
    },
  };
}

/** The paths that the command looks up or opens and doesn't make, each with whether it is there. */
async function lookedUp(rig: Rig, argv: readonly string[]): Promise<readonly string[]> {
  const log = `${rig.base}/calls`;
  assertOk(await rig.bare(["strace", "-f", "-s", "4096", "-e", "trace=file", "-o", log, ...argv]));
  const paths = new Set<string>();
  for (const line of Deno.readTextFileSync(log).split("\n")) {
    const [, call, spelled] = /^\d+\s+(\w+)\([^"]*"([^"]+)"/.exec(line) ?? [];
    if (spelled === undefined || /^(?:unlink|rename|mkdir|chmod|getcwd)/.test(call!)) continue;
    if (/O_CREAT|O_WRONLY|O_RDWR/.test(line) || /^\/tmp\/cc/.test(spelled)) continue;
    paths.add(spelled.startsWith("/") ? spelled : rig.at(spelled));
  }
  const isOwn = (path: string) => path === rig.work || path === rig.at(OUTPUT) || path.startsWith(rig.root);
  return [...paths].filter((path) => !SPARED.test(path) && !isOwn(path));
}

/** Makes a path, or puts something else into its place; gives what undoes that. Undefined if it is a folder, or can't be. */
function change(path: string): (() => void) | undefined {
  try {
    const real = Deno.realPathSync(path);
    if (SPARED.test(real) || Deno.statSync(real).isDirectory) return undefined;
    Deno.renameSync(real, `${real}.saved`);
    Deno.writeTextFileSync(real, POISON, { mode: 0o755 });
    return () => Deno.renameSync(`${real}.saved`, real);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) {
      return undefined;
    }
  }
  return make(path);
}

function make(path: string): (() => void) | undefined {
  const folders: string[] = [];
  const undo = () => folders.toReversed().forEach((folder) => Deno.removeSync(folder));
  try {
    for (let at = path.indexOf("/", 1); at >= 0; at = path.indexOf("/", at + 1)) {
      const folder = path.slice(0, at);
      if (isThere(folder)) continue;
      Deno.mkdirSync(folder);
      folders.push(folder);
    }
    Deno.writeTextFileSync(path, POISON, { mode: 0o755, createNew: true });
    return () => {
      Deno.removeSync(path);
      undo();
    };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    undo();
    return undefined;
  }
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** What a run came to, as text; what it made is gone after it. */
async function result(rig: Rig, run: () => Promise<Outcome>): Promise<string> {
  const { code, stdout, stderr } = await run();
  const lines = [`exit ${code}`, text(stdout), text(stderr)];
  const output = rig.at(OUTPUT);
  if (isThere(output) && Deno.statSync(output).isFile) {
    lines.push(Deno.readFileSync(output).toHex());
    Deno.removeSync(output);
  }
  return lines.join("\n");
}
