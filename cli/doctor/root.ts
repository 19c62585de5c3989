import fs from "node:fs";
import { budgetBytes } from "../../lib/core/mod.ts";
import { formatBytes } from "../format.ts";
import { infoOf } from "./_ask.ts";
import { type Finding, findingsOf, type Patient } from "./finding.ts";

/** Longest path of a socket, in bytes, on Linux; elsewhere a few less. */
const LONGEST_SOCKET = Deno.build.os === "linux" ? 107 : 103;

/** How recent a line of the launcher's log must be to count, in ms. */
const RECENT_MS = 24 * 60 * 60_000;

/** Whether the cache root is ours alone and can be written. */
export function checkRoot({ settings }: Patient): Finding[] {
  const { ok, warning, problem } = findingsOf("cache-root");
  const { root, endpoint } = settings;
  const failed = writeFailure(root);
  if (failed !== undefined) {
    return [
      problem(
        `the cache root ${root} can't be written: ${failed}`,
        "make it writable, or set ZCCACHE_CACHE_DIR to a folder of yours",
      ),
    ];
  }
  const found = [ok(`the cache root ${root} can be written`)];
  const info = infoOf(root);
  const uid = Deno.uid();
  if (info?.uid !== null && info?.uid !== undefined && uid !== null && info.uid !== uid) {
    found.push(
      problem(
        `the cache root belongs to user ${info.uid}, not to ${uid}`,
        `chown ${uid} ${root}, or set ZCCACHE_CACHE_DIR`,
      ),
    );
  }
  if (((info?.mode ?? 0) & 0o022) !== 0) {
    found.push(
      problem("others may write the cache root, and so put anything into your builds", `chmod 700 ${root}`),
    );
  } else if (((info?.mode ?? 0) & 0o055) !== 0) {
    found.push(warning("others may read the cache root, and so what you compile", `chmod 700 ${root}`));
  }
  if (new TextEncoder().encode(endpoint).length > LONGEST_SOCKET && endpoint !== `${root}/daemon.sock`) {
    found.push(
      problem(
        `the socket's path is longer than ${LONGEST_SOCKET} bytes: ${endpoint}`,
        "set ZCCACHE_ENDPOINT to a shorter one",
      ),
    );
  }
  return found;
}

/** Whether the volume has room for what may be stored. */
export function checkRoom({ settings }: Patient): Finding[] {
  const { ok, warning, problem } = findingsOf("room");
  const { bsize, blocks, bavail } = fs.statfsSync(settings.root);
  const free = bsize * bavail;
  const budget = budgetBytes(settings.budget, bsize * blocks);
  const text = `${formatBytes(free)} are free on the cache's volume, the budget is ${formatBytes(budget)}`;
  if (free < 64 * 1024 * 1024) return [problem(text, "make room: with so little nothing is kept")];
  if (free < budget / 4) {
    return [
      warning(
        text,
        "set ZCCACHE_CACHE_SIZE_BYTES to what the volume can spare; near its end results are dropped",
      ),
    ];
  }
  return [ok(text)];
}

/** Crash dumps, and launchers that could not talk to the daemon lately. */
export function checkTrouble({ settings }: Patient): Finding[] {
  const { ok, warning } = findingsOf("trouble");
  const found: Finding[] = [];
  const dumps = countFiles(`${settings.root}/crashes`);
  if (dumps > 0) {
    found.push(
      warning(
        `the daemon has left ${dumps} crash dump(s)`,
        "zccache crashes shows them; report them, then zccache crashes --clear",
      ),
    );
  }
  const last = lastLine(`${settings.root}/logs/launcher.log`);
  if (last !== undefined) {
    found.push(
      warning(
        `a launcher ran its tool without the daemon lately: ${last}`,
        `see ${settings.root}/logs, then zccache stop and another compile`,
      ),
    );
  }
  return found.length > 0
    ? found
    : [ok("no crash dumps, and no launcher that had to do without the daemon within a day")];
}

function writeFailure(root: string): string | undefined {
  const probe = `${root}/.doctor-${Deno.pid}`;
  try {
    Deno.mkdirSync(root, { recursive: true, mode: 0o700 });
    Deno.writeTextFileSync(probe, "x");
    Deno.removeSync(probe);
    return undefined;
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}

function countFiles(folder: string): number {
  try {
    return [...Deno.readDirSync(folder)].length;
  } catch (error) {
    if (error instanceof Error) return 0;
    throw error;
  }
}

/** The last line of a log that was written to lately. */
function lastLine(path: string): string | undefined {
  const info = infoOf(path);
  if (info?.mtime === null || info?.mtime === undefined || Date.now() - info.mtime.getTime() > RECENT_MS) {
    return undefined;
  }
  const lines = Deno.readTextFileSync(path).trimEnd().split("\n");
  return lines.at(-1) === "" ? undefined : lines.at(-1);
}
