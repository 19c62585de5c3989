/**
 * `deno task build`: the portable packaging, runnable in place.
 *
 *     build/bin/zccache, zccache-daemon, zccache-fp   the launcher, in its three names
 *     build/lib/zccache/zccache-observe                runs tools whose inputs only a run tells (Linux)
 *     build/lib/zccache/deno                          the runtime that runs this script
 *     build/lib/zccache/zccache.js                    all of main.ts in one file
 *     build/share/                                    manual pages, and completions for shells, where these look
 */
import { COMMANDS } from "../cli/commands/mod.ts";
import { renderCompletion, type Shell, SHELLS } from "../cli/completions/mod.ts";
import { manPages } from "../cli/man.ts";
import { replaceFile, REPOSITORY, run, runTask } from "./run.ts";

if (import.meta.main) await runTask(build);

/** Makes everything below `build/bin` and `build/lib`. */
export async function build(): Promise<void> {
  const library = `${REPOSITORY}/build/lib/zccache`;
  await Deno.mkdir(library, { recursive: true });
  await Deno.mkdir(`${REPOSITORY}/build/bin`, { recursive: true });
  await Promise.all([
    run(Deno.execPath(), ["run", "--allow-all", "launcher/build.ts"]),
    bundle(`${library}/zccache.js`),
    placeRuntime(`${library}/${runtimeName()}`),
    writeShared(`${REPOSITORY}/build/share`),
  ]);
}

/** Writes what other programs look for below a prefix's `share`: manual pages and completions. */
export async function writeShared(folder: string): Promise<void> {
  const files = new Map([...manPages(COMMANDS)].map(([name, text]) => [`man/man1/${name}`, text]));
  for (const shell of Object.keys(SHELLS) as Shell[]) {
    files.set(SHELLS[shell].place, renderCompletion(shell, COMMANDS));
  }
  for (const [name, text] of files) {
    const path = `${folder}/${name}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(path, text);
  }
}

/** The runtime's file name in `lib/zccache`. */
function runtimeName(): string {
  return Deno.build.os === "windows" ? "deno.exe" : "deno";
}

/** Puts all of main.ts into one file. */
export async function bundle(path: string): Promise<void> {
  await replaceFile(path, async (temporary) => {
    await run(Deno.execPath(), ["bundle", "--quiet", "--platform", "deno", "--output", temporary, "main.ts"]);
    const wide = /[^\0-\u{ff}]/u.exec(await Deno.readTextFile(temporary));
    if (wide === null) return;
    // one such character, and each daemon keeps the whole script in memory with two bytes for each
    throw new Error(`Cannot bundle main.ts: write ${wide[0]} as an escape`);
  });
}

/** A hard link costs nothing; on another volume it's a copy. Left alone if it is the same already. */
async function placeRuntime(path: string): Promise<void> {
  const runtime = Deno.execPath();
  if (await isSameRuntime(runtime, path)) return;
  await replaceFile(path, async (temporary) => {
    try {
      await Deno.link(runtime, temporary);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) throw error;
      await Deno.copyFile(runtime, temporary);
      await Deno.utime(temporary, new Date(), (await Deno.stat(runtime)).mtime ?? new Date());
    }
  });
}

async function isSameRuntime(runtime: string, path: string): Promise<boolean> {
  try {
    const [ours, theirs] = await Promise.all([Deno.stat(path), Deno.stat(runtime)]);
    if (ours.ino !== null && ours.ino === theirs.ino && ours.dev === theirs.dev) return true;
    return ours.size === theirs.size && ours.mtime?.getTime() === theirs.mtime?.getTime();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
