/**
 * `deno task compile [--target TRIPLE…]`: zccache, zccache-daemon and zccache-fp as `deno compile` makes them of main.ts,
 * and an archive of them for each target, build/release/zccache-vX.Y.Z-TRIPLE.tar.gz (.zip for Windows). The three are
 * one file: it goes by the name it is called by.
 */
import { BOUNDED_HEAP } from "../lib/core/mod.ts";
import { openArchiveFolder, pack, readTargets } from "./archive.ts";
import { CommandFailed, REPOSITORY, runTask } from "./run.ts";
import { RELEASE_TARGETS } from "./targets.ts";

const ABOUT =
  `Makes self-contained executables, without the native launcher. deno compile downloads the runtime that it
embeds; deno task build needs no such download.`;

async function main(): Promise<void> {
  for (const target of readTargets("compile", ABOUT) ?? []) console.log(await compileTarget(target));
}

async function compileTarget(target: string): Promise<string> {
  const folder = await openArchiveFolder(target);
  const suffix = target.includes("windows") ? ".exe" : "";
  await denoCompile(target, `${folder}/zccache${suffix}`);
  for (const name of ["zccache-daemon", "zccache-fp"]) {
    await Deno.link(`${folder}/zccache${suffix}`, `${folder}/${name}${suffix}`);
  }
  return await pack(target);
}

async function denoCompile(target: string, output: string): Promise<void> {
  const options = [
    "--allow-all",
    "--quiet",
    "--exclude-unused-npm",
    BOUNDED_HEAP,
    "--target",
    RELEASE_TARGETS[target]?.compile ?? "",
  ];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["compile", ...options, "--output", output, "main.ts"],
    cwd: REPOSITORY,
  }).output();
  if (code === 0) return;
  const said = new TextDecoder().decode(stderr);
  console.error(said);
  if (/denort|dns error|sending request|download/i.test(said)) {
    console.error(
      `Cannot compile for ${target}: deno compile downloads the runtime that it embeds (denort), and its host was not ` +
        `reached.\nThe portable packaging needs no download: deno task build`,
    );
  }
  throw new CommandFailed("deno compile", code);
}

if (import.meta.main) await runTask(main);
