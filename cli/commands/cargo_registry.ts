import { absolutePath, digestBytes } from "../../lib/core/mod.ts";
import { KEPT, keptIn, restoreRegistry, saveRegistry } from "../cargo/registry_archive.ts";
import { type Command, type Context, type Outcome, printed, said } from "../command.ts";
import { JSON_OPTION } from "./_options.ts";
import { formatBytes } from "../format.ts";
import { isThere } from "../is_there.ts";
import { progressOf } from "../progress.ts";

const ACTIONS = ["save", "restore", "hash", "clean"] as const;
type Action = typeof ACTIONS[number];

/** Which options an action takes. */
const OPTIONS: Readonly<Record<Action, readonly string[]>> = {
  save: ["key", "cargo-home", "output", "json"],
  restore: ["key", "cargo-home", "input", "json"],
  hash: ["lockfile", "json"],
  clean: ["json"],
};

/** `zccache cargo-registry ACTION`. */
export const cargoRegistryCommand: Command = {
  name: "cargo-registry",
  aliases: [],
  summary: "save and restore what cargo has downloaded",
  about: [
    `\`save\` packs ${
      KEPT.join(", ")
    } of cargo's home into ROOT/cargo-registry/KEY.tar.gz; credentials, programs and ` +
    "unpacked sources are left out. `restore` puts them back: what is there stays, so a newer index is never replaced by " +
    "an older one. `hash` prints what a key may end with, the first 16 digits of the BLAKE3 hash of a lock file. `clean` " +
    "removes all archives.",
    "An archive with a path outside of these folders, with a link or a device, one that is damaged or unpacks to more than " +
    "64 GB is refused, and then nothing of it is left. What is in any other, cargo will believe: restore only what you would " +
    "let it download. Archives do not count in the cache's size.",
  ],
  operands: ACTIONS.join("|"),
  operandCount: [1, 1],
  options: [
    {
      name: "key",
      takes: "KEY",
      meaning: "the archive's name: letters, digits, dots, dashes and underscores",
    },
    { name: "cargo-home", takes: "FOLDER", meaning: "cargo's home; else CARGO_HOME, else ~/.cargo" },
    { name: "output", takes: "FILE", meaning: "save to this file instead of one below ROOT" },
    { name: "input", takes: "FILE", meaning: "restore from this file instead of one below ROOT" },
    { name: "lockfile", takes: "FILE", meaning: "the file to hash; else Cargo.lock" },
    JSON_OPTION,
  ],
  examples: [
    ['zccache cargo-registry save --key "linux-$(zccache cargo-registry hash)"', "after a build"],
    ['zccache cargo-registry restore --key "linux-$(zccache cargo-registry hash)"', "before one"],
  ],
  exits: [[0, "done; also if there was nothing to save or to clean"], [
    1,
    "no such archive or file, or the archive is refused",
  ], [2, "usage"]],
  variables: ["ZCCACHE_CACHE_DIR"],
  place: "caller",
  run: (context) => {
    const action = ACTIONS.find((name) => name === context.options.operands[0]);
    const odd = action === undefined ? undefined : oddOption(context, action);
    if (action === undefined) {
      return usage(`there is no ${context.options.operands[0]}: ${ACTIONS.join(", ")}`);
    }
    if (odd !== undefined) return usage(`cargo-registry ${action} takes no --${odd}`);
    return RUN[action](context);
  },
};

const RUN: Readonly<Record<Action, (context: Context) => Promise<Outcome>>> = { save, restore, hash, clean };

function oddOption({ options }: Context, action: Action): string | undefined {
  const given = cargoRegistryCommand.options.filter(({ name, takes }) =>
    takes === undefined ? options.has(name) : options.value(name) !== undefined
  );
  return given.find(({ name }) => !OPTIONS[action].includes(name))?.name;
}

async function save(context: Context): Promise<Outcome> {
  const archive = archiveOf(context, "output");
  const home = cargoHome(context);
  if (typeof archive !== "string") return archive;
  if (home === undefined) return usage("there is no cargo home: give --cargo-home FOLDER");
  try {
    const kept = keptIn(home);
    if (kept.length === 0) {
      const none = `no cargo registry directories found in ${home}\n`;
      return { ...answer(context, "", { archive: null, bytes: 0 }), stderr: none };
    }
    await Deno.mkdir(archive.slice(0, archive.lastIndexOf("/")), { recursive: true, mode: 0o700 });
    using progress = progressOf(context, "saving");
    const told = (files: number) => progress.at(files, undefined, (amount) => `${amount} files`);
    await saveRegistry({ home, kept, archive }, told);
    const { size: bytes } = await Deno.stat(archive);
    return answer(context, `saved cargo registry to ${archive} (${formatBytes(bytes)})`, { archive, bytes });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return said(1, `Cannot save to ${archive}: ${error.message}\n`);
  }
}

async function restore(context: Context): Promise<Outcome> {
  const archive = archiveOf(context, "input");
  const home = cargoHome(context);
  if (typeof archive !== "string") return archive;
  if (home === undefined) return usage("there is no cargo home: give --cargo-home FOLDER");
  const key = context.options.value("key");
  if (key !== undefined && !isThere(archive)) return said(1, `no cached registry found for key: ${key}\n`);
  try {
    const { size } = await Deno.stat(archive);
    using progress = progressOf(context, "restoring");
    const restored = await restoreRegistry(
      { archive, home },
      (bytes) => progress.at(bytes, size, formatBytes),
    );
    if (!restored.ok) return said(1, `Cannot restore ${archive}: ${restored.error}\n`);
    return answer(context, `restored cargo registry from ${archive}`, { archive, ...restored.value });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return said(1, `Cannot restore ${archive}: ${error.message}\n`);
  }
}

async function hash(context: Context): Promise<Outcome> {
  const file = context.options.value("lockfile") ?? "Cargo.lock";
  try {
    const digest = digestBytes(await Deno.readFile(absolutePath(file, context.cwd))).slice(0, 16);
    return answer(context, digest, { hash: digest });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return said(1, `lockfile not found: ${file}\n`);
    if (error instanceof Error) return said(1, `Cannot read ${file}: ${error.message}\n`);
    throw error;
  }
}

async function clean(context: Context): Promise<Outcome> {
  const folder = folderOf(context);
  let removed = 0;
  try {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (!isFile || !/\.tar\.gz(?:\.\d+\.partial)?$/.test(name)) continue;
      await Deno.remove(`${folder}/${name}`);
      removed++;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const text = removed === 0
    ? "no cached archives to clean"
    : `removed ${removed} cached registry archive(s)`;
  return answer(context, text, { removed });
}

/** Where the archives are. */
function folderOf({ settings }: Context): string {
  return `${settings.root}/cargo-registry`;
}

/** The archive that is meant, absolute; or what is wrong with how it's named. */
function archiveOf(context: Context, option: "input" | "output"): string | Outcome {
  const { options, cwd } = context;
  const [key, file] = [options.value("key"), options.value(option)];
  if ((key === undefined) === (file === undefined)) return wrong(`give either --key KEY or --${option} FILE`);
  if (file !== undefined) return absolutePath(file, cwd);
  if (!/^\w[\w.-]{0,199}$/.test(key!)) {
    return wrong(`${JSON.stringify(key)} is no key: letters, digits, dots, dashes and underscores are`);
  }
  return `${folderOf(context)}/${key}.tar.gz`;
}

function cargoHome({ options, host, cwd }: Context): string | undefined {
  const given = options.value("cargo-home") ?? host?.env("CARGO_HOME");
  if (given !== undefined && given !== "") return absolutePath(given, cwd);
  const home = host?.env("HOME") ?? host?.env("USERPROFILE");
  return home === undefined ? undefined : absolutePath(".cargo", home);
}

function answer({ options }: Context, text: string, object: Record<string, unknown>): Outcome {
  if (options.has("json")) return printed(`${JSON.stringify(object, null, 2)}\n`);
  return printed(text === "" ? "" : `${text}\n`);
}

function wrong(what: string): Outcome {
  return said(2, `error: ${what}\n`);
}

function usage(what: string): Promise<Outcome> {
  return Promise.resolve(wrong(what));
}
