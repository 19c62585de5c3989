/**
 * `deno task build`: the portable packaging, runnable in place.
 *
 *     build/bin/zccache, zccache-daemon, zccache-fp   the launcher, in its three names
 *     build/lib/zccache/zccache-observe                runs tools whose inputs only a run tells (Linux)
 *     build/lib/zccache/deno                          the runtime that runs this script
 *     build/lib/zccache/zccache.js                    all of main.ts in one file
 */
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
  ]);
}

/** The runtime's file name in `lib/zccache`. */
export function runtimeName(): string {
  return Deno.build.os === "windows" ? "deno.exe" : "deno";
}

/** Puts all of main.ts into one file. */
export async function bundle(path: string): Promise<void> {
  await replaceFile(path, (temporary) => {
    return run(Deno.execPath(), [
      "bundle",
      "--quiet",
      "--platform",
      "deno",
      "--output",
      temporary,
      "main.ts",
    ]);
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
