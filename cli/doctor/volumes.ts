import fs from "node:fs";
import { ask, infoOf } from "./_ask.ts";
import { type Finding, findingsOf, type Patient } from "./finding.ts";

/** File systems of other machines, by the number that statfs gives; events don't tell of what others change there. */
const NETWORK: Readonly<Record<number, string>> = {
  0x6969: "NFS",
  0x517b: "SMB",
  0xff534d42: "CIFS",
  0xfe534d42: "SMB2",
  0x01021997: "9P",
  0x65735546: "FUSE",
  0x47504653: "GPFS",
  0x0bd00bd0: "Lustre",
  0x00c36400: "Ceph",
};

/** What the file systems of the cache root and of the folder we are in can do. */
export async function checkVolumes({ settings, cwd }: Patient): Promise<Finding[]> {
  const { ok, note, warning } = findingsOf("file-system");
  const { root } = settings;
  const found: Finding[] = [];
  for (const [what, folder] of [["cache root", root], ["current folder", cwd]] as const) {
    const name = NETWORK[fs.statfsSync(folder).type];
    if (name === undefined) continue;
    found.push(warning(
      `the ${what} is on ${name}: its files are asked by stat, and a look-up takes longer`,
      what === "cache root"
        ? "set ZCCACHE_CACHE_DIR to a folder on a disk of this machine"
        : "build on a disk of this machine where you can",
    ));
  }
  const sameVolume = infoOf(root)?.dev === infoOf(cwd)?.dev;
  const probe = Deno.makeTempDirSync({ dir: root, prefix: ".doctor-" });
  try {
    Deno.writeTextFileSync(`${probe}/a`, "x".repeat(8192));
    found.push(
      await clones(probe)
        ? ok("the cache's volume clones files (reflink): a hit copies no bytes")
        : note("the cache's volume can't clone files: hits are copied inside the kernel"),
    );
    if (!sameVolume) {
      found.push(note(
        "the cache root and the current folder are on different volumes: hits are copied",
        "set ZCCACHE_CACHE_DIR to the volume that you build on, if it clones files",
      ));
    }
    found.push(links(probe) ? ok("it has hard links") : note("it has no hard links; none are needed"));
    found.push(
      keepsMilliseconds(probe) ? ok("its time stamps are finer than a millisecond") : warning(
        "its time stamps are coarse: results are checked again and again",
        "set ZCCACHE_CACHE_DIR to another file system",
      ),
    );
  } finally {
    Deno.removeSync(probe, { recursive: true });
  }
  return found;
}

async function clones(folder: string): Promise<boolean> {
  const args = Deno.build.os === "darwin" ? ["-c"] : ["--reflink=always"];
  return (await ask("cp", [...args, `${folder}/a`, `${folder}/b`]))?.code === 0;
}

function links(folder: string): boolean {
  try {
    Deno.linkSync(`${folder}/a`, `${folder}/c`);
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

function keepsMilliseconds(folder: string): boolean {
  const path = `${folder}/a`;
  Deno.utimeSync(path, 1_000_000_001.123, 1_000_000_001.123);
  return fs.statSync(path, { bigint: true }).mtimeNs / 1_000_000n === 1_000_000_001_123n;
}
