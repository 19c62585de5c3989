/**
 * Builds the launcher.
 *
 *     deno run -A launcher/build.ts                            for this machine, into build/bin and build/lib/zccache
 *     deno run -A launcher/build.ts --target TRIPLE… [--out DIR]   for others with zig, into DIR/TRIPLE
 *
 * One executable under three names: `zccache`, `zccache-daemon` and `zccache-fp` differ by what they are called.
 */
import { RELEASE } from "../lib/core/version.ts";
import { linkOf, runTool } from "./link.ts";
import { findZig, runs, ZIG_VERSION } from "./zig.ts";

/** The launcher is started once for each compile; what it may weigh. On ARM Macs it grows by pages of 16 KiB. */
export const MAX_LAUNCHER_BYTES = 76 * 1024;

/** The names of the release's archives, and what zig calls them. */
export const TARGETS: Readonly<Record<string, string>> = {
  "x86_64-unknown-linux-musl": "x86_64-linux-musl",
  "aarch64-unknown-linux-musl": "aarch64-linux-musl",
  "x86_64-apple-darwin": "x86_64-macos",
  "aarch64-apple-darwin": "aarch64-macos",
  "x86_64-pc-windows-msvc": "x86_64-windows-gnu",
  "aarch64-pc-windows-msvc": "aarch64-windows-gnu",
};

const NAMES = ["zccache", "zccache-daemon", "zccache-fp"];
const FOLDER = import.meta.dirname!;

/** What to build, and where. */
export interface LauncherOptions {
  /** One of `TARGETS`; this machine if not given. */
  readonly target?: string;
  /** The folder that takes the executables. */
  readonly out: string;
}

/** Builds one target; resolves to the path of `zccache`. Throws `Error` if that fails or the file is too large. */
export async function buildLauncher({ target, out }: LauncherOptions): Promise<string> {
  const windows = target?.includes("windows") ?? Deno.build.os === "windows";
  const suffix = windows ? ".exe" : "";
  await Deno.mkdir(out, { recursive: true });
  const path = `${out}/zccache${suffix}`;
  const temporary = `${out}/.zccache-${Deno.pid}${suffix}`;
  try {
    const sources = launcherSources(windows ? "windows" : "posix");
    await compile(await compilerFor(target), { target, path: temporary }, sources);
    const { size } = await Deno.stat(temporary);
    if (size > MAX_LAUNCHER_BYTES && !isOfMacsOwnLinker(target)) {
      const limit = `at most ${MAX_LAUNCHER_BYTES} are allowed`;
      throw new Error(`Cannot keep the launcher: it has ${size} bytes, ${limit}`);
    }
    for (const name of NAMES) await replaceByLink(temporary, `${out}/${name}${suffix}`);
  } finally {
    await removeIfThere(temporary);
  }
  return path;
}

/** Parts of the launcher that the observer has too. */
const OBSERVER_SHARES = [
  "text.c",
  "command_line.c",
  ...["child", "copy", "late", "log", "self", "streams", "tool"].map((name) => `posix/${name}.c`),
];

/** Whether there is an observer for a target: it listens to Linux. */
export function hasObserver(target?: string): boolean {
  return target?.includes("linux") ?? Deno.build.os === "linux";
}

/** Builds the program that observes runs into the folder `out`. Throws `Error` if that fails. */
export async function buildObserver({ target, out }: LauncherOptions): Promise<void> {
  await Deno.mkdir(out, { recursive: true });
  const temporary = `${out}/.zccache-observe-${Deno.pid}`;
  const own = [...Deno.readDirSync(`${FOLDER}/observe`)].filter((entry) => entry.name.endsWith(".c"));
  const sources = [...OBSERVER_SHARES, ...own.map((entry) => `observe/${entry.name}`).sort()];
  try {
    const compiler = await compilerFor(target);
    await compile(compiler, { target, path: temporary }, sources.map((name) => `${FOLDER}/${name}`));
    await replaceByLink(temporary, `${out}/zccache-observe`);
  } finally {
    await removeIfThere(temporary);
  }
}

/** What is built on a Mac for itself is padded as its linker likes; what is released is built elsewhere. */
function isOfMacsOwnLinker(target: string | undefined): boolean {
  return target === undefined && Deno.build.os === "darwin";
}

/** The sources of one half, in a fixed order. */
function launcherSources(half: "posix" | "windows"): string[] {
  const shared = ["wire_encode.c", "wire_decode.c", "text.c", "command_line.c", "temporary.c"]
    .map((name) => `${FOLDER}/${name}`);
  const own = [...Deno.readDirSync(`${FOLDER}/${half}`)]
    .filter((entry) => entry.name.endsWith(".c"))
    .map((entry) => `${FOLDER}/${half}/${entry.name}`);
  return [...shared, ...own.sort()];
}

/** A compiler's command line so far, and whether its libraries may be linked statically. */
interface Compiler {
  readonly words: readonly string[];
  readonly flavour: "musl" | "zig" | "system";
}

async function compilerFor(target: string | undefined): Promise<Compiler> {
  if (target !== undefined) {
    const zig = await findZig();
    const triple = TARGETS[target];
    if (triple === undefined) {
      throw new Error(`Cannot build for ${target}: choose of ${Object.keys(TARGETS).join(", ")}`);
    }
    if (zig === undefined) {
      throw new Error(
        "Cannot build for another machine: zig is not installed (pip install ziglang==" + ZIG_VERSION + ")",
      );
    }
    return { words: [...zig, "cc", "-target", triple], flavour: "zig" };
  }
  if (await runs(["musl-gcc", "--version"])) return { words: ["musl-gcc"], flavour: "musl" };
  // A dynamic executable of the system's compiler works as well; it only takes longer to start.
  if (await runs(["cc", "--version"])) return { words: ["cc"], flavour: "system" };
  const zig = await findZig();
  if (zig !== undefined) return { words: [...zig, "cc"], flavour: "zig" };
  throw new Error("Cannot build the launcher: neither musl-gcc nor cc nor zig is installed");
}

async function compile(
  { words, flavour }: Compiler,
  to: { target: string | undefined; path: string },
  sources: readonly string[],
): Promise<void> {
  const options = ["-std=c11", "-Os", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wno-sign-conversion"];
  options.push(`-DZCCACHE_RELEASE=${RELEASE}`, "-D_GNU_SOURCE", "-D_DARWIN_C_SOURCE");
  options.push("-ffunction-sections", "-fdata-sections", "-fvisibility=hidden", "-fno-stack-protector");
  options.push("-fno-asynchronous-unwind-tables", "-fno-unwind-tables");
  if (flavour === "zig") options.push("-fno-sanitize=all");
  const link = to.target === undefined ? undefined : await linkOf(to.target, words);
  if (link !== undefined) return await compileObjects([...words, ...options], { link, ...to }, sources);
  options.push("-s");
  const elf = to.target?.includes("linux") ?? Deno.build.os !== "darwin";
  if (elf) options.push("-no-pie", "-Wl,--gc-sections", "-Wl,-z,norelro");
  if (elf && flavour !== "system") options.push("-static");
  if (elf && flavour !== "zig") options.push("-Wl,-z,noseparate-code", "-Wl,--build-id=none");
  await runTool([...words, ...options, "-o", to.path, ...sources]);
}

/** Compiles into objects beside `path`, and puts them together there by a linker of the target's own. */
async function compileObjects(
  compiler: readonly string[],
  { link, path }: { link: readonly string[]; path: string },
  sources: readonly string[],
): Promise<void> {
  const objects = sources.map((_, index) => `${path}.${index}.o`);
  try {
    for (const [index, source] of sources.entries()) {
      await runTool([...compiler, "-c", source, "-o", objects[index]!]);
    }
    await runTool([...link, "-o", path, ...objects]);
  } finally {
    for (const object of objects) await removeIfThere(object);
  }
}

/** Replaces a file that may be running. */
async function replaceByLink(from: string, path: string): Promise<void> {
  const next = `${path}.${Deno.pid}.next`;
  await removeIfThere(next);
  await Deno.link(from, next);
  await Deno.rename(next, path);
  await removeIfThere(next); // renaming between two names of one file does nothing
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

interface Arguments {
  readonly targets: readonly string[];
  readonly out: string | undefined;
}

function readArguments(args: readonly string[]): Arguments {
  const targets: string[] = [];
  let out: string | undefined;
  let taking = "";
  for (const word of args) {
    if (word === "--target" || word === "--out") taking = word;
    else if (taking === "--out") [out, taking] = [word, ""];
    else if (taking === "--target") targets.push(word);
    else throw new Error(`Cannot read "${word}": use [--target TRIPLE…] [--out DIR]`);
  }
  return { targets, out };
}

async function main(): Promise<void> {
  const { targets, out } = readArguments(Deno.args);
  const build = `${FOLDER}/../build`;
  if (targets.length === 0) {
    await buildLauncher({ out: out ?? `${build}/bin` });
    if (hasObserver()) await buildObserver({ out: out ?? `${build}/lib/zccache` });
  }
  for (const target of targets) {
    const path = await buildLauncher({ target, out: `${out ?? `${build}/launcher`}/${target}` });
    await Deno.stdout.write(new TextEncoder().encode(`${path} ${(await Deno.stat(path)).size}\n`));
  }
}

if (import.meta.main) await main();
