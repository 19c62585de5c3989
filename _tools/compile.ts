/**
 * `deno task compile [--target TRIPLE…] [--launcher]`: the three executables of main.ts as `deno compile` makes them,
 * and an archive for each target, build/release/zccache-vX.Y.Z-TRIPLE.tar.gz (.zip for Windows).
 *
 * The three are one file: it goes by the name it was called by. With --launcher the native front end takes the places
 * of zccache and zccache-fp, and zccache-daemon is the full program behind it.
 */
import { parseArgs } from "node:util";
import { VERSION } from "../lib/core/version.ts";
import { buildLauncher } from "../launcher/build.ts";
import { CommandFailed, REPOSITORY, run, runTask } from "./run.ts";

/** Names of the archives, and what `deno compile` calls the machines. */
export const COMPILE_TARGETS: Readonly<Record<string, string>> = {
  "x86_64-unknown-linux-musl": "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-musl": "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin": "x86_64-apple-darwin",
  "aarch64-apple-darwin": "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc": "x86_64-pc-windows-msvc",
  "aarch64-pc-windows-msvc": "aarch64-pc-windows-msvc",
};

const HELP = `deno task compile [--target TRIPLE…] [--launcher]

  --target TRIPLE   for another machine; may be repeated. One of:
${Object.keys(COMPILE_TARGETS).map((target) => `                      ${target}`).join("\n")}
  --launcher        put the native launcher in front (needs zig)
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    options: {
      target: { type: "string", multiple: true },
      launcher: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
    allowPositionals: true,
  });
  if (values.help) return console.log(HELP);
  const targets = [...values.target ?? [], ...positionals];
  for (const target of targets.length === 0 ? [ownTarget()] : targets) {
    if (!(target in COMPILE_TARGETS)) {
      console.error(`Cannot compile for ${target}: choose of ${Object.keys(COMPILE_TARGETS).join(", ")}`);
      throw new CommandFailed("the choice of a target", 2);
    }
    console.log(await compileTarget(target, values.launcher ?? false));
  }
}

/** The name of an archive without its suffix, which is also the folder inside. */
export function archiveName(target: string): string {
  return `zccache-v${VERSION}-${target}`;
}

async function compileTarget(target: string, withLauncher: boolean): Promise<string> {
  const windows = target.includes("windows");
  const suffix = windows ? ".exe" : "";
  const release = `${REPOSITORY}/build/release`;
  const folder = `${release}/${archiveName(target)}`;
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder, { recursive: true });
  if (withLauncher) await buildLauncher({ target, out: folder });
  const daemon = `${folder}/zccache-daemon${suffix}`;
  await Deno.remove(daemon).catch(() => {});
  await denoCompile(target, daemon);
  if (!withLauncher) {
    for (const name of ["zccache", "zccache-fp"]) await Deno.link(daemon, `${folder}/${name}${suffix}`);
  }
  for (const file of ["README.md", "LICENSE-MIT", "LICENSE-APACHE"]) {
    await Deno.copyFile(`${REPOSITORY}/${file}`, `${folder}/${file}`);
  }
  return await pack(release, archiveName(target), windows);
}

async function denoCompile(target: string, output: string): Promise<void> {
  const options = [
    "--allow-all",
    "--quiet",
    "--exclude-unused-npm",
    "--target",
    COMPILE_TARGETS[target] ?? target,
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

async function pack(release: string, name: string, windows: boolean): Promise<string> {
  const archive = `${release}/${name}${windows ? ".zip" : ".tar.gz"}`;
  await Deno.remove(archive).catch(() => {});
  if (windows && Deno.build.os !== "windows") {
    await run("sh", ["-c", 'cd "$1" && exec zip -q -r "$2" "$3"', "sh", release, archive, name]);
  } else {
    await run("tar", [windows ? "-acf" : "-czf", archive, "-C", release, name]);
  }
  return archive;
}

function ownTarget(): string {
  const systems = {
    linux: "unknown-linux-musl",
    darwin: "apple-darwin",
    windows: "pc-windows-msvc",
  } as const;
  const system = systems[Deno.build.os as keyof typeof systems];
  if (system === undefined) {
    throw new CommandFailed(`compiling on ${Deno.build.os}, which has no archive,`, 1);
  }
  return `${Deno.build.arch}-${system}`;
}

if (import.meta.main) await runTask(main);
