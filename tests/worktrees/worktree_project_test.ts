import assert from "node:assert/strict";
import { assertOk, Rig, testWith, text } from "../rig.ts";
import { A, FILES, openSample } from "./checkout_sample.ts";
import { Checkouts } from "../rig/checkouts.ts";

for (const compiler of ["gcc", "clang"]) {
  testWith(
    [compiler, "git", "gdb"],
    `${compiler}: gdb finds the sources of the checkout it runs in`,
    async () => {
      await using rig = await Rig.open();
      const checkouts = await openSample(rig);
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
