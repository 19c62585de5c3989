import assert from "node:assert/strict";
import { assertOk, Rig, testWith, text } from "../rig.ts";
import { A, FILES, INC, openSample } from "./checkout_sample.ts";
import { assertSame, ROOT } from "../rig/checkouts.ts";

/** Compiles that two checkouts must share, by what they are written with. */
const SHARED: Readonly<Record<"c" | "c++", readonly (readonly string[])[]>> = {
  "c": [
    [...A, "-o", "a.o"],
    [...A, "-g"],
    [...A, "-g3", "-O2", "-fPIC"],
    [...A, "-gdwarf-4", "-ffunction-sections"],
    [...A, "-g", "-o", `${ROOT}/build/out.o`],
    ["-S", "-g", `${ROOT}/src/a.c`, INC],
    [...A, "-MD"],
    [...A, "-MD", "-MP", "-MF", "a.d", "-MT", "a.o"],
    [...A, "-MD", "-MF", `${ROOT}/build/abs.d`, "-MT", `${ROOT}/build/abs.o`],
    [...A, "-MMD", "-MP"],
    ["@flags.rsp", "-o", "r.o"],
    ["-g", "-c", "../src/a.c", "-I../inc"],
    ["-g", "-c", "../src/a.c", "-iquote", `${ROOT}/inc`, "-isystem", `${ROOT}/src`],
    ["-g", ...A, "-include", `${ROOT}/inc/forced.h`],
    ["-Wall", "-Wextra", "-c", `${ROOT}/src/warns.c`, INC, "-O2"],
    ["-Wall", "-Wextra", "-fdiagnostics-color=always", "-c", `${ROOT}/src/warns.c`, INC],
    ["-g", ...A, `-ffile-prefix-map=${ROOT}=/usr/src/project`, `-MD`],
  ],
  "c++": [
    ["-g", "-c", `${ROOT}/src/b.cpp`, INC, "-MD", "-MT", "b.o", "-MF", "b.d"],
    ["-O2", "-std=c++17", "-c", `${ROOT}/src/b.cpp`, INC],
    ["-g1", "-c", `${ROOT}/src/b.cpp`, INC, "-fno-rtti"],
  ],
};

for (
  const [compiler, language] of [["gcc", "c"], ["clang", "c"], ["g++", "c++"], ["clang++", "c++"]] as const
) {
  testWith([compiler, "git"], `${compiler}: worktrees share what they compile`, async (t) => {
    await using rig = await Rig.open();
    const checkouts = await openSample(rig);
    for (const row of SHARED[language]) {
      await t.step(row.join(" "), () => checkouts.expectShared([compiler, ...row]));
    }
  });
}

for (const compiler of ["gcc", "clang"]) {
  testWith([compiler, "git"], `${compiler}: build folders outside of the checkouts share too`, async () => {
    await using rig = await Rig.open();
    const checkouts = await openSample(rig);
    const outside = ["out/build-one", "other-place/b2"].map((name) =>
      rig.folder({ "gen/gen.h": "static const char *gen = __FILE__;\n" }, name)
    );
    const compile = (index: number) => {
      const at = outside[index]!;
      const source = [...A, `-I${at}/gen`, "-include", "gen.h", "-Wall", "-Wno-unused"];
      const argv = checkouts.local(index, [compiler, "-g", ...source, "-MD", "-o", `${at}/a.o`]);
      return rig.wrapped(argv, { in: at, env: { ZCCACHE_PATH_REMAP: "auto" } });
    };
    for (const folder of outside) await rig.settled(folder);
    // what the tool gives in the second one by itself
    assertOk(await compile(1));
    const own = ["a.o", "a.d"].map((name) => Deno.readTextFileSync(`${outside[1]}/${name}`));
    assertOk(await rig.wrapped(["clear"], { in: rig.base }));
    assertOk(await compile(0));
    for (const name of ["a.o", "a.d"]) Deno.removeSync(`${outside[1]}/${name}`);
    assertOk(await compile(1));
    assert.deepEqual(await checkouts.counters(), { worktree: 1, own: 0, cold: 1, unshared: {} });
    assert.deepEqual(["a.o", "a.d"].map((name) => Deno.readTextFileSync(`${outside[1]}/${name}`)), own);
    assert.ok(own[1]!.includes(`${outside[1]}/gen/gen.h`) && !own[0]!.includes(rig.base));
  });

  testWith(
    [compiler],
    `${compiler}: without remap folders share what names no path, and nothing else`,
    async () => {
      await using rig = await Rig.open();
      const folders = ["one", "the-other"].map((name) => rig.folder(FILES, name));
      for (const folder of folders) await rig.settled(folder);
      const rows = [
        [["-c", "src/a.c", "-Iinc"], true],
        [["-O2", "-c", "src/a.c", "-Iinc", "-MD"], true],
        [["-g", "-c", "src/a.c", "-Iinc"], false],
        [["-c", `${ROOT}/src/a.c`, "-Iinc"], false],
        [["-c", "src/a.c", `-I${ROOT}/inc`], false],
      ] as const;
      for (const [row, isShared] of rows) {
        const seen = await rig.counting(async () => {
          for (const folder of folders) {
            const argv = [compiler, ...row.map((word) => word.replaceAll(ROOT, folder))];
            const bare = await rig.bare(argv, { in: folder });
            assertOk(bare);
            const expected = Deno.readTextFileSync(`${folder}/a.o`);
            Deno.removeSync(`${folder}/a.o`);
            assertOk(await rig.wrapped(argv, { in: folder }));
            assert.ok(Deno.readTextFileSync(`${folder}/a.o`) === expected, row.join(" "));
          }
        });
        assert.deepEqual([seen.cached, seen.cold], isShared ? [1, 1] : [0, 2], row.join(" "));
      }
    },
  );

  testWith(
    [compiler, "git"],
    `${compiler}: by which of its names the caller's folder shows is not forgotten`,
    async () => {
      await using rig = await Rig.open();
      const checkouts = await openSample(rig);
      const root = checkouts.folders[0]!;
      const link = `${rig.base}/link`;
      Deno.symlinkSync(root, link);
      for (const options of [[], [`-ffile-prefix-map=${ROOT}=.`]]) {
        for (const folder of [link, root]) {
          const env = { PWD: `${folder}/build` };
          const argv = [compiler, "-g", ...A, ...options];
          await checkouts.clear();
          const own = await checkouts.run(0, argv, { env });
          checkouts.undo(0, own);
          await checkouts.clear();
          await checkouts.run(0, argv, { env: { PWD: `${folder === root ? link : root}/build` } });
          const ran = await checkouts.run(0, argv, { env });
          assertSame(ran, own, `${argv.join(" ")} in ${folder}`);
          checkouts.undo(0, ran);
        }
      }
    },
  );

  testWith([compiler, "git"], `${compiler}: where the loader looks below the root is no matter`, async () => {
    await using rig = await Rig.open();
    const checkouts = await openSample(rig);
    const folders = checkouts.folders.map((root) => `${root}/target/debug:/opt/lib`);
    const compile = (index: number) =>
      checkouts.run(index, [compiler, "-g", ...A], { env: { LD_LIBRARY_PATH: folders[index]! } });
    await compile(0);
    await compile(1);
    assert.deepEqual(await checkouts.counters(), { worktree: 1, own: 0, cold: 1, unshared: {} });
  });

  testWith([compiler, "git"], `${compiler}: results with and without remap are kept apart`, async () => {
    await using rig = await Rig.open();
    const checkouts = await openSample(rig);
    const compile = [compiler, "-g", ...A];
    const remapped = await checkouts.run(0, compile);
    const plain = await checkouts.run(0, compile, { env: { ZCCACHE_PATH_REMAP: "" } });
    const bare = await checkouts.bare(0, compile);
    const objects = [remapped, plain, bare].map(({ changes }) =>
      text(changes.get("build/a.o")!.after!.bytes)
    );
    assert.ok(objects[1] === objects[2] && objects[0] !== objects[2]);
    assert.ok(!objects[0]!.includes(rig.base) && objects[2]!.includes(rig.base));
    assert.equal((await checkouts.counters()).cold, 2);
  });
}

testWith(["gcc", "git"], "several sources in one command are shared too, all of them or none", async () => {
  await using rig = await Rig.open();
  const checkouts = await openSample(rig);
  const sources = ["a.c", "warns.c"].map((name) => `${ROOT}/src/${name}`);
  const compile = ["gcc", "-g", "-c", ...sources, INC];
  const own = await checkouts.run(1, compile);
  assertOk(await rig.wrapped(["clear"], { in: rig.base }));
  await checkouts.run(0, compile);
  const shared = await checkouts.run(1, compile);
  assert.deepEqual(await checkouts.counters(), { worktree: 2, own: 0, cold: 2, unshared: {} });
  const bytes = ({ changes }: typeof own) =>
    ["a.o", "warns.o"].map((name) => text(changes.get(`build/${name}`)!.after!.bytes));
  assert.deepEqual(bytes(shared).map((object, i) => object === bytes(own)[i]), [true, true]);
  // one at a time it's the same
  await checkouts.run(2, ["gcc", "-g", "-c", sources[0]!, INC]);
  assert.equal((await checkouts.counters()).worktree, 3);
  await checkouts.run(0, [...compile, `-DHERE="${ROOT}"`]);
  const before = await checkouts.counters();
  await checkouts.run(1, [...compile, `-DHERE="${ROOT}"`]);
  assert.equal((await checkouts.counters()).worktree, before.worktree);
});
