import assert from "node:assert/strict";
import { assertOk, type Expected, type Rig, testWith, text } from "../rig.ts";
import { LIB, openRig, SOURCES } from "./small_crates.ts";

/** A list of folders, and edits after which the loader finds another C library in one of them, or finds the first one again. */
interface ListCase {
  readonly name: string;
  /** A shell command; `$LIBRARY` is the C library, `$SYSROOT` the compiler's own folder. */
  readonly made?: string;
  /** LD_LIBRARY_PATH; `WORK` in it stands for the work folder, `SYSROOT` for the compiler's own. */
  readonly list: string;
  readonly edit: string;
  /** What the call is after it, if not a miss. */
  readonly then?: Expected;
  /** A shell command after which all is as at first. */
  readonly undo: string;
}

const CASES: readonly ListCase[] = [
  {
    name: "a library appears in a folder",
    made: "mkdir libs",
    list: "WORK/libs",
    edit: "cp $LIBRARY libs",
    undo: "rm libs/*",
  },
  {
    name: "a library appears in one of many folders, the compiler's own among them",
    made: "mkdir libs more",
    list: "WORK/more:WORK/none;SYSROOT/lib:WORK/libs/",
    edit: "cp $LIBRARY libs",
    undo: "rm libs/*",
  },
  {
    name: "a library for this kind of processor appears",
    made: "mkdir libs",
    list: "WORK/libs",
    edit: "mkdir -p libs/glibc-hwcaps/x86-64-v2 && cp $LIBRARY libs/glibc-hwcaps/x86-64-v2",
    undo: "rm -r libs/*",
  },
  {
    name: "a library for this kind of processor appears in a folder that was there",
    made: "mkdir -p libs/glibc-hwcaps/x86-64-v2",
    list: "WORK/libs",
    edit: "cp $LIBRARY libs/glibc-hwcaps/x86-64-v2",
    undo: "rm libs/glibc-hwcaps/x86-64-v2/*",
  },
  {
    name: "the folder itself appears",
    made: "mkdir made && cp $LIBRARY made",
    list: "WORK/some/libs",
    edit: "mkdir some && mv made some/libs",
    undo: "mv some/libs made && rmdir some",
  },
  {
    name: "a link is turned from an empty folder to another one",
    made: "mkdir empty full && cp $LIBRARY full && ln -s empty libs",
    list: "WORK/libs",
    edit: "ln -sfn full libs",
    undo: "ln -sfn empty libs",
  },
  {
    name: "a link is turned from the compiler's own folder to another one",
    made: "mkdir full && cp $LIBRARY full && ln -s $SYSROOT/lib libs",
    list: "WORK/libs",
    edit: "ln -sfn full libs",
    undo: "ln -sfn $SYSROOT/lib libs",
  },
  {
    name: "a link is turned from one library's folder to another one's",
    made:
      "mkdir one two && cp $LIBRARY one && cp $LIBRARY two && echo >> two/${LIBRARY##*/} && ln -s one libs",
    list: "WORK/libs",
    edit: "ln -sfn two libs",
    undo: "ln -sfn one libs",
  },
  {
    name: "a link is turned that the list climbs out of",
    made: "mkdir -p a/in b/in b/libs && cp $LIBRARY b/libs && ln -s a/in link",
    list: "WORK/link/../libs",
    edit: "ln -sfn b/in link",
    undo: "ln -sfn a/in link",
  },
  {
    name: "a library appears in a relative folder",
    made: "mkdir libs",
    list: "libs",
    edit: "cp $LIBRARY libs",
    undo: "rm libs/*",
  },
  {
    name: "a library appears in the caller's folder, which the list leaves empty",
    list: "WORK/none:",
    edit: "cp $LIBRARY .",
    undo: "rm ${LIBRARY##*/}",
  },
  {
    name: "a library appears in a folder that the loader names",
    made: "mkdir x86_64 && ln -s x86_64 aarch64",
    list: "WORK/$PLATFORM",
    edit: "cp $LIBRARY x86_64",
    undo: "rm x86_64/*",
  },
  {
    name: "something appears that is no library",
    made: "mkdir libs",
    list: "WORK/libs",
    edit: "touch libs/libother.so.1 && mkdir libs/tls",
    then: "hit",
    undo: "rm -r libs/*",
  },
];

/** Calls that are known by the toolchain alone, or by that and what dep-info tells: nothing observes what the loader does. */
const CALLS = [["-vV"], [...LIB, "--emit=dep-info,link", "--error-format=json"]];

/** Where the compiler is, and the C library that it is given. */
async function surroundingsOf(rig: Rig): Promise<{ SYSROOT: string; LIBRARY: string }> {
  const sysroot = text((await rig.bare(["rustc", "--print", "sysroot"])).stdout).trim();
  const loaded = text((await rig.bare(["ldd", `${sysroot}/bin/rustc`])).stdout);
  const library = /=> (\/.*\/libc\.so\.6) /.exec(loaded)?.[1];
  assert.ok(library !== undefined, loaded);
  return { SYSROOT: sysroot, LIBRARY: library };
}

testWith(
  ["rustc", "ldd"],
  "a library that the loader finds for the compiler is part of the toolchain",
  async (t) => {
    await using rig = await openRig(SOURCES);
    const around = await surroundingsOf(rig);
    for (const { name, made = "true", list, edit, then = "miss", undo } of CASES) {
      await t.step(name, async () => {
        rig.fresh(SOURCES);
        const shell = async (command: string) => {
          assertOk(await rig.bare(["sh", "-ec", command], { env: around }));
          await rig.settled();
        };
        const env = {
          LD_LIBRARY_PATH: list.replaceAll("WORK", rig.work).replaceAll("SYSROOT", around.SYSROOT),
        };
        const same = async (cold: Expected) => {
          for (const args of CALLS) await rig.expectSame(["rustc", ...args], { cold, warm: "hit", env });
        };
        await shell(made);
        await same("hit or miss");
        await shell(edit);
        await same(then);
        await shell(undo);
        await same("hit");
      });
    }
  },
);

testWith(["rustc", "ldd"], "a relative folder of libraries is the caller's own", async (t) => {
  await using rig = await openRig(SOURCES);
  const { SYSROOT, LIBRARY } = await surroundingsOf(rig);
  const rustc = `${SYSROOT}/bin/rustc`;
  for (const [list, place] of [["libs", "libs"], ["/none:", "."]] as const) {
    await t.step(`LD_LIBRARY_PATH=${list}`, async () => {
      rig.fresh({ ...SOURCES, "libs/.keep": "" });
      const other = rig.folder({ ...SOURCES, "libs/.keep": "" });
      Deno.copyFileSync(LIBRARY, `${other}/${place}/libc.so.6`);
      await rig.settled(other);
      const env = { LD_LIBRARY_PATH: list };
      const same = (folder: string, cold: Expected) =>
        rig.expectSame([rustc, "-vV"], { cold, warm: "hit", env, in: folder });
      await same(rig.work, place === "." ? "hit" : "miss");
      await same(other, "miss");
      await same(rig.work, "hit");
      Deno.removeSync(`${other}/${place}/libc.so.6`);
      await rig.settled(other);
      await same(other, "hit");
    });
  }
});
