/**
 * `deno task package [--target TRIPLE…]`: the release's archives, build/release/zccache-vX.Y.Z-TRIPLE.tar.gz (.zip for
 * Windows), in the portable packaging:
 *
 *     zccache, zccache-daemon, zccache-fp     the launcher; go into a folder on PATH
 *     lib/zccache/{deno,zccache.js,…}         go into ../lib/zccache of that folder
 *     share/                                  manual pages and completions; goes into ../share
 */
import { buildLauncher, buildObserver, hasObserver } from "../launcher/build.ts";
import { openArchiveFolder, pack, readTargets, RELEASE_FOLDER } from "./archive.ts";
import { bundle, writeShared } from "./build.ts";
import { CommandFailed, run, runTask } from "./run.ts";
import { ownTarget, RELEASE_TARGETS } from "./targets.ts";

const ABOUT =
  `Makes release archives of the portable packaging. For other machines than this one it needs zig for the
launcher, and npm to fetch their Deno.`;

async function main(): Promise<void> {
  for (const target of readTargets("package", ABOUT) ?? []) console.log(await packageTarget(target));
}

async function packageTarget(target: string): Promise<string> {
  const own = target === ownTarget();
  const folder = await openArchiveFolder(target);
  const library = `${folder}/lib/zccache`;
  await Deno.mkdir(library, { recursive: true });
  await buildLauncher(own ? { out: folder } : { target, out: folder });
  if (hasObserver(target)) await buildObserver(own ? { out: library } : { target, out: library });
  await bundle(`${library}/zccache.js`);
  await writeShared(`${folder}/share`);
  const name = target.includes("windows") ? "deno.exe" : "deno";
  if (own) await Deno.copyFile(Deno.execPath(), `${library}/${name}`);
  else await fetchRuntime(target, `${library}/${name}`);
  await Deno.chmod(`${library}/${name}`, 0o755);
  return await pack(target);
}

/** Takes another machine's Deno, of the version that runs this, out of its npm package. */
async function fetchRuntime(target: string, path: string): Promise<void> {
  const source = RELEASE_TARGETS[target]?.runtime;
  if (source === undefined) throw new CommandFailed(`finding a Deno for ${target}`, 1);
  const folder = `${RELEASE_FOLDER}/runtimes/${target}`;
  await Deno.mkdir(folder, { recursive: true });
  const wanted = `${source}@${Deno.version.deno}`;
  const npm = Deno.build.os === "windows" ? "npm.cmd" : "npm";
  await run(npm, ["pack", "--silent", "--pack-destination", folder, wanted]);
  const packed = `${folder}/${wanted.replace("@", "").replace(/[/@]/g, "-")}.tgz`;
  await run("tar", ["-xzf", packed, "-C", folder]);
  await Deno.rename(`${folder}/package/${path.split("/").at(-1)}`, path);
}

if (import.meta.main) await runTask(main);
