import assert from "node:assert/strict";
import { assertOk, Rig, testWith } from "../rig.ts";
import { assertSame, Checkouts, ROOT } from "../rig/checkouts.ts";

/** A link that two checkouts make, and what is then changed in the second one only. */
interface Case {
  readonly argv: readonly string[];
  /** Shell commands that prepare the folder in each checkout. */
  readonly make?: string;
  /** Shell commands that change it in the second one. */
  readonly edit: string;
  /** Why the second checkout doesn't get the first one's result even before the edit; it does if not given. */
  readonly alone?: "path_sensitive_arg" | "path_outside_root";
}

/** Every case has a folder of its own in each checkout, with these objects: `a` and `other` define what `b` wants. */
const OBJECTS = {
  "a.c": "int f(void) { return 1; }\n",
  "other.c": "int f(void) { return 2; }\n",
  "b.c": "int f(void); int main(void) { return f() - 1; }\n",
};

/** Enough text that compressing it pays. */
const LTO = `${
  ["one", "two", "three", "four"].map((n) =>
    `#line 1 "/long/path/of/${n}.c"\nint long_name_of_${n}(void) { return 1; }\n`
  ).join("")
}int main(void) { return 0; }\n`;

/** Where a case's own folder is in the checkout. */
const HERE = "HERE";
/** A folder outside all checkouts. */
const OUTSIDE = "OUTSIDE";

const LIBS =
  "mkdir libs libs2 early; ar rcs libs/liba.a a.o; ar rcs libs2/liba.a other.o; ln -s libs current";
const CLANG_HOME = "tc/lib/gcc/x86_64-linux-gnu";

const CASES: readonly Case[] = [
  { argv: ["ar", "rcs", "lib.a", "../a.o", "../b.o"], edit: "cp other.o a.o" },
  { argv: ["ld", "-r", "../a.o", "../b.o", "-o", "all.o"], edit: "cp other.o a.o" },
  { argv: ["gcc", "../a.o", "../b.o", "-o", "prog"], edit: "cp other.o a.o" },
  { argv: ["gcc", `${HERE}/a.o`, `${HERE}/b.o`, "-o", `${HERE}/build/prog`], edit: "cp other.o a.o" },
  // libraries: another content, another one found first, another kind found first, another folder behind a link
  {
    argv: ["gcc", "../b.o", `-L${HERE}/libs`, "-la", "-o", "prog"],
    make: LIBS,
    edit: "cp libs2/liba.a libs/liba.a",
  },
  {
    argv: ["gcc", "../b.o", `-L${HERE}/early`, `-L${HERE}/libs`, "-la", "-o", "prog"],
    make: LIBS,
    edit: "cp libs2/liba.a early/liba.a",
  },
  {
    argv: ["gcc", "../b.o", "-L", "../none", "-L../libs", "-la", "-o", "prog"],
    make: LIBS,
    edit: "mkdir none; cp libs2/liba.a none/liba.a",
  },
  {
    argv: ["gcc", "../b.o", `-L${HERE}/libs`, "-la", "-o", "prog"],
    make: LIBS,
    edit: "gcc -shared other.o -o libs/liba.so",
  },
  {
    argv: ["gcc", "../b.o", `-L${HERE}/current`, "-la", "-o", "prog"],
    make: LIBS,
    edit: "ln -sfn libs2 current",
  },
  {
    argv: ["gcc", "../b.o", "../current/../libs/liba.a", "-o", "prog"],
    make: `${LIBS}; mkdir -p x/libs; cp libs2/liba.a x/libs; mkdir x/y`,
    edit: "ln -sfn x/y current",
  },
  {
    argv: ["gcc", "../b.o", `-L${HERE}/early`, `-L${HERE}/libs`, "-la", "-o", "prog"],
    make: `${LIBS}; cp libs2/liba.a early`,
    edit: "rm early/liba.a",
  },
  // texts that name other inputs
  {
    argv: ["gcc", "../b.o", "../in.ld", "-o", "prog"],
    make: `echo 'INPUT(../a.o)' > in.ld`,
    edit: `echo 'INPUT(../other.o)' > in.ld`,
  },
  {
    argv: ["gcc", "../b.o", "../in.ld", "-o", "prog"],
    make: `echo 'INPUT(../a.o)' > in.ld`,
    edit: "cp other.o a.o",
  },
  {
    argv: ["gcc", "@../args", "-o", "prog"],
    make: `echo '../b.o @more' > args; echo '../a.o' > build/more`,
    edit: `echo '../other.o' > build/more`,
  },
  {
    argv: ["gcc", "-shared", "../a.o", `-Wl,--version-script=${HERE}/v.map`, "-o", "liba.so"],
    make: `echo 'V1 { f; };' > v.map`,
    edit: `echo 'V2 { f; };' > v.map`,
  },
  {
    argv: ["gcc", "../b.o", "../libs/thin.a", "-o", "prog"],
    make: "mkdir libs; cp a.o libs/m.o; (cd libs; ar rcsT thin.a m.o)",
    edit: "cp other.o libs/m.o",
  },
  {
    argv: ["ar", "rcs", "../libs/liba.a", "../b.o"],
    make: "mkdir libs; ar rcs libs/liba.a a.o",
    edit: "ar rcs libs/liba.a other.o",
  },
  // names in a folder: clang takes the newest gcc it finds
  {
    argv: ["clang", "../a.o", "../b.o", `--gcc-toolchain=${HERE}/tc`, "-o", "prog"],
    make:
      `mkdir -p ${CLANG_HOME}/12; cp /usr/lib/gcc/x86_64-linux-gnu/12/*.o /usr/lib/gcc/x86_64-linux-gnu/12/libgcc* ${CLANG_HOME}/12`,
    edit: `cp -r ${CLANG_HOME}/12 ${CLANG_HOME}/99; cp a.o ${CLANG_HOME}/99/crtend.o`,
  },
  // a root's path that names no file of the checkout
  {
    argv: ["gcc", "../b.o", `-L${OUTSIDE}/stage${HERE}`, "-la", "-o", "prog"],
    make: `mkdir -p ${OUTSIDE}/stage$PWD; ar rcs ${OUTSIDE}/stage$PWD/liba.a a.o`,
    edit: `ar rcs ${OUTSIDE}/stage$PWD/liba.a other.o`,
    alone: "path_sensitive_arg",
  },
  {
    argv: ["ld", "../b.o", `--sysroot=${OUTSIDE}/sys`, `-L=${HERE}`, "-la", "-e", "main", "-o", "prog"],
    make: `mkdir -p ${OUTSIDE}/sys$PWD; ar rcs ${OUTSIDE}/sys$PWD/liba.a a.o`,
    edit: `ar rcs ${OUTSIDE}/sys$PWD/liba.a other.o`,
    alone: "path_sensitive_arg",
  },
  // the compiler that is a part of the linker notes the folder, in a section that is then compressed
  {
    argv: ["gcc", "-flto", "-g", "-gz", "../lto.o", "-o", "prog"],
    edit: "true",
    alone: "path_sensitive_arg",
  },
  // thin archives name their members: from the archive's place, or as they were named
  {
    argv: ["ar", "rcsT", "thin.a", `${OUTSIDE}/out/x.o`],
    make: `mkdir -p ${OUTSIDE}/out; cp a.o ${OUTSIDE}/out/x.o`,
    edit: "true",
  },
  { argv: ["ar", "rcsT", "thin.a", "../a.o"], edit: "cp other.o a.o", alone: "path_sensitive_arg" },
  {
    argv: ["ld", "-r", "../a.o", "-o", `${OUTSIDE}/out/x.o`],
    make: `mkdir -p ${OUTSIDE}/out`,
    edit: "cp other.o a.o",
    alone: "path_outside_root",
  },
];

testWith(["gcc", "ar", "ld", "clang"], "a link is judged by the files of its own checkout", async (t) => {
  await using rig = await Rig.open();
  // at different depths, so that no way up is the same
  const folders = [rig.folder({}, "repo/main"), rig.folder({}, "elsewhere/deep/tree")];
  const outside = rig.folder({}, "outside");
  rig.write({ ...OBJECTS, "lto.c": LTO });
  assertOk(await rig.bare(["gcc", "-fPIC", "-c", ...Object.keys(OBJECTS)]));
  assertOk(await rig.bare(["gcc", "-g", "-flto", "-c", "lto.c"]));
  const checkouts = Checkouts.of(rig, folders);
  const cases = CASES.map(({ argv, make = "true", edit, alone }, i) => {
    const at = `c${i}`;
    const named = (text: string) =>
      text.replaceAll(HERE, `${ROOT}/${at}`).replaceAll(OUTSIDE, `${outside}/${at}`);
    return { argv: argv.map(named), make: named(make), edit: named(edit), alone, at };
  });
  const shell = async (index: number, at: string, script: string) =>
    assertOk(await rig.bare(["sh", "-ec", script], { in: `${folders[index]}/${at}` }));
  for (const [index, folder] of folders.entries()) {
    rig.write({ ".git/HEAD": "" }, folder);
    for (const { at, make } of cases) {
      rig.write({ [`${at}/build/.keep`]: "" }, folder);
      await shell(index, at, `cp ${rig.work}/*.o .; ${make}`);
    }
  }
  for (const folder of [...folders, outside]) await rig.settled(folder);
  const sameAsBare = async (index: number, at: string, argv: readonly string[], what: string) => {
    const options = { in: `${ROOT}/${at}/build` };
    const bare = await checkouts.bare(index, argv, options);
    checkouts.undo(index, bare);
    const ran = await checkouts.run(index, argv, options);
    assertSame(ran, bare, what);
    checkouts.undo(index, ran);
  };
  for (const { argv, at, alone } of cases) {
    await t.step(`${argv.join(" ")}`, async () => {
      await sameAsBare(0, at, argv, "in the first checkout");
      const before = await checkouts.counters();
      await sameAsBare(1, at, argv, "in the second one");
      const after = await checkouts.counters();
      assert.equal(after.worktree - before.worktree, alone === undefined ? 1 : 0, "from the first checkout");
      if (alone !== undefined) assert.equal(after.unshared[alone], (before.unshared[alone] ?? 0) + 1);
    });
  }
  for (const { at, edit } of cases) await shell(1, at, edit);
  for (const folder of [...folders, outside]) await rig.settled(folder);
  for (const { argv, at, edit } of cases) {
    await t.step(`${argv.join(" ")} after ${edit}`, async () => {
      await sameAsBare(1, at, argv, "after the edit");
      await sameAsBare(1, at, argv, "once more");
    });
  }
});
