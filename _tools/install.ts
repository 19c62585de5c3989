/** `deno task install [--prefix DIR | --global]`: builds, then copies `build/bin`, `build/lib` and `build/share` below a prefix. */
import { parseArgs } from "node:util";
import { build } from "./build.ts";
import { replaceFile, REPOSITORY, runTask } from "./run.ts";

const HELP = `deno task install [--prefix DIR] [--global]

  --prefix DIR   where bin/, lib/ and share/ go (default ~/.local)
  --global       the same as --prefix /usr/local
`;

if (import.meta.main) await runTask(main);

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      prefix: { type: "string" },
      global: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return console.log(HELP);
  await build();
  const prefix = values.prefix ?? (values.global ? "/usr/local" : `${Deno.env.get("HOME")}/.local`);
  const installed = await install(`${REPOSITORY}/build`, prefix);
  for (const path of installed) console.log(path);
  if (!(Deno.env.get("PATH") ?? "").split(":").includes(`${prefix}/bin`)) {
    console.log(`Add ${prefix}/bin to PATH to call it as zccache.`);
  }
}

/** Copies `bin`, `lib/zccache` and `share` of a build below a prefix; resolves to the files made. */
export async function install(from: string, prefix: string): Promise<string[]> {
  const installed: string[] = [];
  for (const folder of ["lib/zccache", "bin", ...foldersBelow(from, "share")]) {
    await Deno.mkdir(`${prefix}/${folder}`, { recursive: true });
    for await (const entry of Deno.readDir(`${from}/${folder}`)) {
      if (!entry.isFile || entry.name.endsWith(".tmp")) continue;
      const target = `${prefix}/${folder}/${entry.name}`;
      await replaceFile(target, async (temporary) => {
        await Deno.copyFile(`${from}/${folder}/${entry.name}`, temporary);
      });
      installed.push(target);
    }
  }
  return installed;
}

/** A folder below another, and all those below it. */
function foldersBelow(base: string, folder: string): string[] {
  const inside = [...Deno.readDirSync(`${base}/${folder}`)].filter((entry) => entry.isDirectory);
  return [folder, ...inside.flatMap((entry) => foldersBelow(base, `${folder}/${entry.name}`))];
}
