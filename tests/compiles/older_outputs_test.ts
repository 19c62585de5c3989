import assert from "node:assert/strict";
import { assertOk, Rig, testWith } from "../rig.ts";

const SOURCES = { "a.c": `#include "a.h"\nint f(int x) { return x + A; }\n`, "a.h": "#define A 1\n" };

/** Everything that a compile can leave: the object or the assembly, and what stands beside it. */
const COMMANDS = [
  { args: "-c a.c -o a.o -MD --coverage -frandom-seed=7", leaves: ["a.o", "a.d", "a.gcno"] },
  { args: "-c a.c -o a.o -g -gsplit-dwarf -MMD", leaves: ["a.o", "a.d", "a.dwo"] },
  { args: "-S a.c -o a.s -MMD -MF deps", leaves: ["a.s", "deps"] },
  { args: "-c a.c -o a.o -fstack-usage -fcallgraph-info", leaves: ["a.o", "a.su", "a.ci"], by: "gcc" },
];

/** What can stand where an output goes; `path` is to be made, `beside` is free for whatever it needs. */
interface Older {
  readonly what: string;
  readonly make: (path: string, beside: string) => void;
  /** Whether the tool is left to deal with it. */
  readonly byTool?: boolean;
  readonly root?: boolean;
}

const write = (path: string) => Deno.writeTextFileSync(path, "older\n");

const OLDER: readonly Older[] = [
  { what: "nothing", make: () => {} },
  { what: "a file as any", make: write },
  { what: "a file for its owner alone", make: (path) => (write(path), Deno.chmodSync(path, 0o600)) },
  { what: "a file for all", make: (path) => (write(path), Deno.chmodSync(path, 0o777)) },
  {
    what: "a longer file",
    make: (path) => Deno.writeTextFileSync(path, "older\n".repeat(50_000), { mode: 0o640 }),
  },
  { what: "an empty file", make: (path) => Deno.writeTextFileSync(path, "") },
  {
    what: "a file with another name",
    byTool: true,
    make: (path, beside) => (write(beside), Deno.linkSync(beside, path)),
  },
  { what: "a link", byTool: true, make: (path, beside) => (write(beside), Deno.symlinkSync(beside, path)) },
  { what: "a link to nothing", byTool: true, make: (path, beside) => Deno.symlinkSync(beside, path) },
  {
    what: "a file that only root may write",
    root: true,
    make: (path) => (write(path), Deno.chmodSync(path, 0o444)),
  },
  {
    what: "another one's file",
    root: true,
    make: (path) => (write(path), Deno.chownSync(path, 1234, 1234)),
  },
];

/** A path, as `lstat` tells it, and the bytes that it leads to. */
function look(path: string): unknown {
  try {
    const { mode, uid, gid, nlink, isSymlink } = Deno.lstatSync(path);
    return { mode, uid, gid, nlink, isSymlink, bytes: Deno.readFileSync(path) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "nothing";
    throw error;
  }
}

for (const compiler of ["gcc", "clang"]) {
  testWith([compiler], `what stood where ${compiler} writes is treated as by ${compiler}`, async (t) => {
    await using rig = await Rig.open();
    for (const { args, leaves, by = compiler } of COMMANDS) {
      if (by !== compiler) continue;
      const argv = [compiler, ...args.split(" ")];
      rig.fresh(SOURCES);
      const around = (make: Older["make"]) => {
        for (const name of leaves) {
          for (const path of [rig.at(name), rig.at(`${name}.beside`)]) {
            if (look(path) !== "nothing" || isLink(path)) Deno.removeSync(path);
          }
          make(rig.at(name), rig.at(`${name}.beside`));
        }
      };
      const left = () =>
        leaves.flatMap((name) => [name, `${name}.beside`]).map((name) => [name, look(rig.at(name))]);
      const same = async ({ what, make, byTool = false }: Older, outcome: "cold" | "cached") => {
        around(make);
        assertOk(await rig.bare(argv));
        const expected = left();
        around(make);
        const before = fallbacks(rig);
        const counted = await rig.counting(async () => assertOk(await rig.wrapped(argv)));
        assert.deepEqual(left(), expected, `${argv.join(" ")} over ${what}, ${outcome}`);
        assert.equal(counted[outcome], 1, `${argv.join(" ")} over ${what}: ${JSON.stringify(counted)}`);
        assert.equal(fallbacks(rig) > before, byTool, `${argv.join(" ")} over ${what}: who wrote it`);
      };
      await t.step(args, async () => {
        // what a miss finds there must not show in what later ones are given
        await same(
          { what: "a file for all", make: (path) => (write(path), Deno.chmodSync(path, 0o777)) },
          "cold",
        );
        for (const older of OLDER) {
          if (older.root === true && Deno.uid() !== 0) continue;
          await same(older, "cached");
        }
      });
    }
  });
}

function isLink(path: string): boolean {
  try {
    return Deno.lstatSync(path).isSymlink;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** How often the launcher has left a hit to the tool. */
function fallbacks(rig: Rig): number {
  try {
    return Deno.readTextFileSync(`${rig.root}/logs/launcher.log`).split("\n").length;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
