import { parseArgs } from "node:util";
import { CommandFailed, REPOSITORY, run } from "./run.ts";
import { archiveName, ownTarget, RELEASE_TARGETS } from "./targets.ts";

/** Where archives and the folders that become them are made. */
export const RELEASE_FOLDER = `${REPOSITORY}/build/release`;

/** Reads `[--target TRIPLE…]`; this machine if none is given. Undefined after `--help`, which prints `about`. */
export function readTargets(task: string, about: string): readonly string[] | undefined {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    options: { target: { type: "string", multiple: true }, help: { type: "boolean", short: "h" } },
    allowPositionals: true,
  });
  const names = Object.keys(RELEASE_TARGETS).map((name) => `  ${name}\n`).join("");
  if (values.help) {
    console.log(
      `deno task ${task} [--target TRIPLE…]\n\n${about}\n\nTargets (default: this machine):\n${names}`,
    );
    return undefined;
  }
  const own = ownTarget();
  const targets = [...values.target ?? [], ...positionals];
  if (targets.length === 0 && own !== undefined) targets.push(own);
  const unknown = targets.find((target) => !(target in RELEASE_TARGETS));
  if (unknown === undefined && targets.length > 0) return targets;
  console.error(`There are no archives for ${unknown ?? Deno.build.os}. Targets:\n${names}`);
  throw new CommandFailed("the choice of a target", 2);
}

/** Begins the folder of an archive, empty but for what every archive holds. */
export async function openArchiveFolder(target: string): Promise<string> {
  const folder = `${RELEASE_FOLDER}/${archiveName(target)}`;
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder, { recursive: true });
  for (const file of ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"]) {
    await Deno.copyFile(`${REPOSITORY}/${file}`, `${folder}/${file}`);
  }
  return folder;
}

/** Packs the folder: .zip for Windows, else .tar.gz. Resolves to the archive's path. */
export async function pack(target: string): Promise<string> {
  const name = archiveName(target);
  const windows = target.includes("windows");
  const archive = `${RELEASE_FOLDER}/${name}${windows ? ".zip" : ".tar.gz"}`;
  await Deno.remove(archive).catch(() => {});
  if (windows && Deno.build.os !== "windows") {
    await run("sh", ["-c", 'cd "$1" && exec zip -q -r "$2" "$3"', "sh", RELEASE_FOLDER, archive, name]);
  } else {
    await run("tar", [windows ? "-acf" : "-czf", archive, "-C", RELEASE_FOLDER, name]);
  }
  return archive;
}
