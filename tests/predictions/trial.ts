import { type Call, detectFamily, type Family, parseCall, type Plan } from "../../lib/tools/mod.ts";
import { CLANG_ROWS, CXX_ROWS, FILES, GCC_ROWS, ROWS } from "./rows.ts";

/** The drivers and the rows that each is tried with. */
export const TRIALS: readonly (readonly [tool: string, rows: readonly string[]])[] = [
  ["gcc", [...ROWS, ...GCC_ROWS]],
  ["clang", [...ROWS, ...CLANG_ROWS]],
  ["g++", CXX_ROWS],
  ["clang++", CXX_ROWS],
];

/** What a command did in a fresh copy of the files. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The files that it created, by relative path. */
  readonly created: ReadonlyMap<string, Uint8Array>;
}

const env = { PATH: Deno.env.get("PATH") ?? "", LC_ALL: "C" };

/** Runs a command in a fresh copy of the files; one folder serves all runs of a row, as objects may name it. */
export async function inFolder(args: readonly string[], tool: string, folder: string): Promise<Outcome> {
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  for (const [path, text] of Object.entries(FILES)) {
    await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${folder}/${path}`, text);
  }
  // where a compiler that crashes leaves its story
  const surroundings = { ...env, TMPDIR: folder.replace(/\/[^/]*$/, "") };
  const options = { args: [...args], cwd: folder, env: surroundings, clearEnv: true };
  const output = await new Deno.Command(tool, options).output();
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
export function relative(path: string, folder: string): string {
  return new URL(path, `file://${folder}/`).pathname.slice(folder.length + 1);
}

/** The plan for a row, or the reason why there is none. */
export function planFor(tool: string, args: readonly string[], folder: string): Plan | string {
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
  if (parsed.kind === "observed") throw new TypeError(`Cannot try ${call.args.join(" ")}: it links`);
  if (parsed.kind === "batch") return "multiple-sources";
  if (parsed.kind === "uncacheable") return parsed.reason;
  return parsed.kind === "plan" ? parsed : "unknown-tool";
}

/** Whether both are there and equal. */
export function sameBytes(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one !== undefined && other !== undefined && one.length === other.length &&
    one.every((byte, at) => byte === other[at]);
}
