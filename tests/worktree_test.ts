import assert from "node:assert/strict";
import { assertOk, Rig, testWith, text } from "./rig.ts";
import { Checkouts, ROOT } from "./rig/checkouts.ts";
import { FakeTool } from "./rig/fake_tool.ts";

const FILES = {
  "src/a.c": `#include "x.h"
#include <stdio.h>
static int unused;
int helper(int v) { return v + X; }
const char *here(void) { puts(__BASE_FILE__); return x_file(); }
int main(void) { puts(here()); return helper(1) == 3; }
`,
  "src/b.cpp": `#include "x.h"
#include <string>
namespace { struct S { std::string s; S() : s(x_file()) {} } s; }
template <class T> struct Box { T t; const char *where() const { return __builtin_FILE(); } };
int g() { auto l = [](int i) { return s.s[i]; }; return l(0) + *Box<int>{1}.where(); }
`,
  "src/warns.c": `#include "warns.h"\nint w(void) { int unused_here; return bad(); }\n`,
  "inc/x.h": `#define X 1\nstatic inline const char *x_file(void) { return __FILE__; }\n`,
  "inc/warns.h": `static inline int bad(void) { int y; return y; }\n`,
  "inc/forced.h": "#define FORCED 1\n",
  "build/flags.rsp": "",
};

/** Files that differ between checkouts by nothing but their paths. */
async function open(rig: Rig): Promise<Checkouts> {
  const checkouts = await Checkouts.worktrees(rig, FILES);
  for (const folder of checkouts.folders) {
    rig.write({ "build/flags.rsp": `-g "-I${folder}/inc" -c ${folder}/src/a.c` }, folder);
    await rig.settled(folder);
  }
  return checkouts;
}

const INC = `-I${ROOT}/inc`;
const A = ["-c", `${ROOT}/src/a.c`, INC];

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
    const checkouts = await open(rig);
    for (const row of SHARED[language]) {
      await t.step(row.join(" "), () => checkouts.expectShared([compiler, ...row]));
    }
  });
}

/** Compiles that are cached in each checkout by itself, by the reason. */
const ALONE: readonly (readonly [reason: string, argv: readonly string[]])[] = [
  ["path_sensitive_arg", [...A, `-DDATA="${ROOT}/data"`]],
  ["path_sensitive_arg", [...A, "-g", `-fdebug-prefix-map=${ROOT}=/x`]],
  ["path_sensitive_arg", [...A, "-fsanitize=address"]],
  ["path_sensitive_arg", [...A, "-g", "-gz"]],
  ["path_sensitive_arg", [...A, "--coverage"]],
  ["path_sensitive_arg", ["-g", "-c", `${ROOT}/src/holds.c`, INC]],
  ["unsupported_language", ["-c", `${ROOT}/src/plain.S`]],
  ["path_outside_root", ["-c", `${ROOT}/../outside.c`]],
];

for (const compiler of ["gcc", "clang"]) {
  testWith(
    [compiler, "git"],
    `${compiler}: what holds a checkout's path stays there, with a reason`,
    async (t) => {
      await using rig = await Rig.open();
      const checkouts = await open(rig);
      rig.write({ "outside.c": "int outside;\n" }, `${rig.base}/repo`);
      for (const folder of checkouts.folders) {
        // its path comes in by an input that is the same only where the path is
        const holds = `#include "x.h"\nconst char *holds = "${checkouts.folders[0]}/data";\n`;
        rig.write({ "src/holds.c": holds, "src/plain.S": ".globl p\np: .long 1\n" }, folder);
      }
      for (const folder of [...checkouts.folders, `${rig.base}/repo`]) await rig.settled(folder);
      for (const [reason, row] of ALONE) {
        await t.step(row.join(" "), () => checkouts.expectAlone([compiler, ...row], reason));
      }
      if (compiler === "clang") {
        const split = [compiler, ...A, "-g", "-gsplit-dwarf"];
        await t.step("-gsplit-dwarf", () => checkouts.expectAlone(split, "path_sensitive_arg"));
      }
    },
  );
}

const COMPILE = ["gcc", "-g", "-Wall", ...A, "-MD"];

testWith(["gcc", "git"], "edits in one worktree stay there, and both keep their results", async () => {
  await using rig = await Rig.open();
  const checkouts = await open(rig);
  const [main, other] = checkouts.folders as [string, string, string];
  const expect = async (index: number, worktree: number, own: number, cold: number, reason?: string) => {
    const before = await checkouts.counters();
    const reasons = (await rig.counters()).reasons;
    await checkouts.run(index, COMPILE);
    const after = await checkouts.counters();
    const moved = [after.worktree - before.worktree, after.own - before.own, after.cold - before.cold];
    assert.deepEqual(moved, [worktree, own, cold], `${index} ${reason}`);
    if (reason !== undefined) {
      assert.equal((await rig.counters()).reasons[reason], (reasons[reason] ?? 0) + 1, reason);
    }
  };
  await expect(0, 0, 0, 1, "first-seen");
  await expect(0, 0, 1, 0);
  await expect(1, 1, 0, 0);
  // a header that differs here is compiled, and the other's result stays
  rig.write({ "inc/x.h": FILES["inc/x.h"].replace("X 1", "X 2") }, other);
  await rig.settled(other);
  await expect(1, 0, 0, 1, "content_hash_mismatch");
  await expect(1, 0, 1, 0);
  await expect(0, 0, 1, 0);
  // the same edit there is a hit from here
  rig.write({ "inc/x.h": FILES["inc/x.h"].replace("X 1", "X 2") }, main);
  await rig.settled(main);
  await expect(0, 1, 0, 0);
  // a new file that hides a header is seen where it is, and only there
  rig.write({ "src/x.h": FILES["inc/x.h"].replace("X 1", "X 3") }, other);
  await rig.settled(other);
  await expect(1, 0, 0, 1);
  await expect(0, 1, 0, 0);
  // what is stored outlives the daemon, origin and all
  assertOk(await rig.wrapped(["stop"], { in: rig.base }));
  await expect(0, 1, 0, 0);
  await expect(1, 0, 1, 0);
  // a third one finds what the first one had before the edit
  await expect(2, 1, 0, 0);
});

testWith(["gcc", "git"], "a compiler that differs is named as the reason", async () => {
  await using rig = await Rig.open();
  const checkouts = await open(rig);
  const tools = [await FakeTool.build(rig, "gcc"), await FakeTool.build(rig, "gcc", ["-O2"])];
  for (const [index, tool] of tools.entries()) {
    await checkouts.run(index, [tool.path, ...COMPILE.slice(1)]);
  }
  const { reasons } = await rig.counters();
  assert.deepEqual(reasons, { "first-seen": 1, "toolchain_mismatch": 1 });
});

testWith(["gcc", "git"], "the root is found by .git, a folder or a file, or told by a variable", async () => {
  await using rig = await Rig.open();
  const checkouts = await open(rig);
  await checkouts.run(0, COMPILE);
  // a clone beside
  const clone = `${rig.base}/elsewhere/clone`;
  assertOk(await rig.bare(["git", "clone", "-q", checkouts.folders[0]!, clone], { in: rig.base }));
  // a tree without .git
  const tree = rig.folder(FILES, "tarball/tree");
  for (const folder of [clone, tree]) await rig.settled(folder);
  const compile = (root: string, env: Record<string, string> = {}) => {
    const argv = COMPILE.map((word) => word.replaceAll(ROOT, root));
    return rig.wrapped(argv, { in: `${root}/build`, env: { ZCCACHE_PATH_REMAP: "auto", ...env } });
  };
  assertOk(await compile(clone));
  assert.deepEqual(await checkouts.counters(), { worktree: 1, own: 0, cold: 1, unshared: {} });
  assertOk(await compile(tree));
  const alone = { git_root_unavailable: 1 };
  assert.deepEqual(await checkouts.counters(), { worktree: 1, own: 0, cold: 2, unshared: alone });
  assertOk(await compile(tree, { ZCCACHE_WORKTREE_ROOT: tree }));
  assert.deepEqual(await checkouts.counters(), { worktree: 2, own: 0, cold: 2, unshared: alone });
  assertOk(await compile(tree, { ZCCACHE_WORKTREE_ROOT: `${tree}/none` }));
  assert.deepEqual((await checkouts.counters()).unshared, { git_root_unavailable: 2 });
  // once it is a checkout, it is one
  assertOk(await rig.bare(["git", "init", "-q"], { in: tree }));
  assertOk(await compile(tree));
  assert.deepEqual((await checkouts.counters()).unshared, { git_root_unavailable: 2 });
  const status = text((await rig.wrapped(["status"], { in: rig.base })).stdout);
  assert.match(status, /Worktrees: +3 hits from another checkout, 1 from the same/);
  assert.match(status, /Not shared with other checkouts, by reason:\n +2 {2}git_root_unavailable: /);
  assertOk(await rig.wrapped(["stop"], { in: rig.base }));
  const journal = Deno.readTextFileSync(`${rig.root}/logs/compile_journal.jsonl`).trimEnd().split("\n");
  const told = journal.map((line) => JSON.parse(line)).map(({ shared_from, not_shared }) =>
    shared_from ?? not_shared?.reason
  );
  const main = checkouts.folders[0];
  assert.deepEqual(told.slice(0, 4), [undefined, main, "git_root_unavailable", main]);
});

for (const compiler of ["gcc", "clang"]) {
  testWith([compiler, "git"], `${compiler}: build folders outside of the checkouts share too`, async () => {
    await using rig = await Rig.open();
    const checkouts = await open(rig);
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

  testWith([compiler, "git"], `${compiler}: results with and without remap are kept apart`, async () => {
    await using rig = await Rig.open();
    const checkouts = await open(rig);
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

  testWith(
    [compiler, "git", "gdb"],
    `${compiler}: gdb finds the sources of the checkout it runs in`,
    async () => {
      await using rig = await Rig.open();
      const checkouts = await open(rig);
      const build = [compiler, "-g", ...A, "-o", "a.o"];
      for (const index of [0, 1]) await checkouts.run(index, build);
      assert.equal((await checkouts.counters()).worktree, 1, JSON.stringify(await rig.counters()));
      const other = checkouts.folders[1]!;
      // only the second one's source says this, on a line that the first one's hasn't
      const mark = "/* in the second worktree */";
      rig.write(
        { "src/a.c": FILES["src/a.c"].replace("int helper(int v) {", `int helper(int v) { ${mark}`) },
        other,
      );
      assertOk(await rig.bare([compiler, "a.o", "-o", "prog"], { in: `${other}/build` }));
      const steps = ["break helper", "run", "info source", "next"].flatMap((step) => ["-ex", step]);
      const from = async (folder: string, ...more: string[]) =>
        text(
          (await rig.bare(["gdb", "-nx", "-batch", ...more, ...steps, `${other}/build/prog`], { in: folder }))
            .stdout,
        );
      const said = await from(other);
      assert.ok(said.includes(mark) && said.includes(`Located in ${other}/src/a.c`), said);
      // clang's main file has its folder before its name: from elsewhere the root must be told
      const inBuild = await from(`${other}/build`, ...compiler === "clang" ? ["-d", other] : []);
      assert.ok(inBuild.includes(mark), inBuild);
    },
  );
}

testWith(["gcc", "git"], "a session's log tells worktree hits and why results were not shared", async () => {
  await using rig = await Rig.open();
  const checkouts = await open(rig);
  const log = `${rig.base}/session.log`;
  const begun = await rig.wrapped(["session-start", "--log", log], { in: rig.base });
  const env = { ZCCACHE_SESSION_ID: JSON.parse(text(begun.stdout)).session_id };
  await checkouts.run(0, COMPILE, { env });
  await checkouts.run(1, COMPILE, { env });
  await checkouts.run(1, [...COMPILE, `-DX="${ROOT}"`], { env });
  assertOk(await rig.wrapped(["session-end", env.ZCCACHE_SESSION_ID], { in: rig.base }));
  const lines = Deno.readTextFileSync(log).split("\n");
  assert.match(lines.find((line) => line.includes("[HIT_WORKTREE]")) ?? "", /other-worktree\/src\/a\.c/);
  assert.ok(lines.some((line) => line.includes("(not shared: path_sensitive_arg: -DX=")), lines.join("\n"));
});

testWith(["gcc", "git"], "several sources in one command are shared too, all of them or none", async () => {
  await using rig = await Rig.open();
  const checkouts = await open(rig);
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

const PROJECT = {
  "CMakeLists.txt": `cmake_minimum_required(VERSION 3.16)
project(two C CXX)
set(CMAKE_BUILD_TYPE Debug)
add_compile_options(-Wall)
add_library(one STATIC lib/one.cpp lib/two.c)
target_include_directories(one PUBLIC include PRIVATE \${CMAKE_CURRENT_BINARY_DIR}/gen)
configure_file(lib/config.h.in gen/config.h)
add_executable(main app/main.cpp)
target_link_libraries(main one)
`,
  "lib/config.h.in": '#define NAME "@PROJECT_NAME@"\n',
  "lib/one.cpp":
    `#include "api.h"\n#include <config.h>\n#include <string>\nstd::string name() { return std::string(NAME) + __FILE__; }\n`,
  "lib/two.c": `#include "api.h"\nint two(void) { int unused; return 2; }\n`,
  "include/api.h":
    `#ifdef __cplusplus\n#include <string>\nstd::string name();\nextern "C"\n#endif\nint two(void);\n`,
  "app/main.cpp":
    `#include "api.h"\n#include <cassert>\nint main() { assert(two() == 2); return name().empty(); }\n`,
};

for (const compilers of [["gcc", "g++"], ["clang", "clang++"]] as const) {
  testWith(
    [...compilers, "git", "cmake", "ninja"],
    `${compilers[0]}: a CMake project, built in two worktrees`,
    async () => {
      await using rig = await Rig.open();
      const checkouts = await Checkouts.worktrees(rig, PROJECT);
      const env = { ZCCACHE_PATH_REMAP: "auto" };
      const configure = [
        "cmake",
        "-GNinja",
        "-S.",
        "-Bbuild",
        `-DCMAKE_C_COMPILER=${compilers[0]}`,
        `-DCMAKE_CXX_COMPILER=${compilers[1]}`,
      ];
      const launched = ["C", "CXX"].map((language) =>
        `-DCMAKE_${language}_COMPILER_LAUNCHER=${rig.wrapper.prefix[0]}`
      );
      for (const folder of checkouts.folders) {
        assertOk(await rig.bare([...configure, ...launched], { in: folder, env }));
        await rig.settled(folder);
      }
      const build = async (index: number) => {
        const before = await checkouts.counters();
        const outcome = await rig.bare(["ninja", "-C", "build", "-v"], { in: checkouts.folders[index], env });
        assertOk(outcome);
        const { worktree, cold, unshared } = await checkouts.counters();
        assert.deepEqual(unshared, {});
        return { worktree: worktree - before.worktree, cold: cold - before.cold, said: text(outcome.stdout) };
      };
      const first = await build(0);
      const second = await build(1);
      // links are none of it yet
      assert.deepEqual([first.cold >= 3, second.worktree, second.worktree + second.cold], [
        true,
        3,
        second.cold + 3,
      ]);
      const other = checkouts.folders[1]!;
      assert.match(second.said, new RegExp(`${other}/lib/two\\.c:2:\\d+: warning: unused variable`));
      assert.ok(!second.said.includes(`${checkouts.folders[0]}/`), second.said);
      assertOk(await rig.bare(["build/main"], { in: other }));
      const deps = text((await rig.bare(["ninja", "-C", "build", "-t", "deps"], { in: other })).stdout);
      assert.ok(deps.includes(`${other}/include/api.h`) && !deps.includes(`${checkouts.folders[0]}/`), deps);
      // and ninja takes an edit by what the depfiles said
      assert.match((await build(1)).said, /no work to do/);
      rig.write({ "include/api.h": `${PROJECT["include/api.h"]}\n#define MORE 1\n` }, other);
      await rig.settled(other);
      assert.equal((await build(1)).cold >= 3, true);
    },
  );
}
