import { type Command, printed, said } from "../command.ts";

/** Lines of a dump that are shown. */
const HEAD_LINES = 4;

/** `zccache crashes`. */
export const crashesCommand: Command = {
  name: "crashes",
  aliases: [],
  summary: "list or delete the daemon's crash dumps",
  about: [
    "Lists the dumps in ROOT/crashes with their first lines, the newest first. A crash of the daemon never fails a " +
    "build: the tools run directly. Dumps hold a stack and the version, no arguments and no environment.",
  ],
  operands: "",
  operandCount: [0, 0],
  options: [{ name: "clear", meaning: "delete them" }],
  examples: [["zccache crashes", "list them"], ["zccache crashes --clear", "delete them"]],
  exits: [[0, "listed or deleted, or there are none"], [
    1,
    "the folder can't be read, or a dump not deleted",
  ]],
  variables: ["ZCCACHE_CACHE_DIR"],
  place: "anywhere",
  run: async ({ settings, options }) => {
    const folder = `${settings.root}/crashes`;
    try {
      const dumps = await listDumps(folder);
      if (options.has("clear")) {
        for (const dump of dumps) await Deno.remove(dump.path);
        return printed(`Deleted ${dumps.length} crash dump(s).\n`);
      }
      if (dumps.length === 0) return printed("No crash dumps found.\n");
      const shown = await Promise.all(dumps.map(async ({ path }) => `\n${path}\n${await readHead(path)}`));
      return printed(`Crash dumps (${dumps.length}):\n${shown.join("")}`);
    } catch (error) {
      if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotFound) {
        return said(1, `error: cannot read ${folder}: ${error.message}\n`);
      }
      throw error;
    }
  },
};

async function listDumps(folder: string): Promise<{ path: string; mtimeMs: number }[]> {
  const dumps: { path: string; mtimeMs: number }[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (!entry.isFile) continue;
      const path = `${folder}/${entry.name}`;
      dumps.push({ path, mtimeMs: (await Deno.stat(path)).mtime?.getTime() ?? 0 });
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return dumps.sort((a, b) => b.mtimeMs - a.mtimeMs);
}

async function readHead(path: string): Promise<string> {
  const lines = (await Deno.readTextFile(path)).split("\n").slice(0, HEAD_LINES);
  return lines.filter((line) => line !== "").map((line) => `  ${line}\n`).join("");
}
