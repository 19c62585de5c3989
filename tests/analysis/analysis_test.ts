import assert from "node:assert/strict";
import { assertOk, launcher, Rig, testWith, text } from "../rig.ts";
import { compilesOf, projectFiles } from "../rig/project.ts";
import { eachRow, type Row } from "../rig/table.ts";

const FILES = {
  "src/a.cpp": `#include "h.h"\nint main() { int *p = 0; return h(p); }\n`,
  "src/b.cpp": `#include "h.h"\nint b() { return h(0) ? 1 : 2; }\n`,
  "src/broken.cpp": `int x = ;\n`,
  "src/date.cpp": `const char *d = __DATE__;\n`,
  "inc/h.h": `#pragma once\ninline int h(int *q) { return q == 0; }\n`,
  ".clang-tidy": `Checks: '-*,modernize-use-nullptr'\n`,
  "map.imp": `[{ symbol: ["h", "private", "<h.h>", "public"] }]\n`,
};

function database(rig: Rig, more: object[] = []): string {
  const entry = (file: string) => ({ directory: rig.work, command: `clang++ -Iinc -c ${file}`, file });
  return JSON.stringify([entry("src/a.cpp"), entry("src/b.cpp"), ...more]);
}

const TIDY: readonly Row[] = [
  ["src/a.cpp -- -Iinc", "miss", "hit"],
  ["src/a.cpp", "miss", "hit"],
  ["src/a.cpp src/b.cpp", "miss", "hit"],
  ["-p . src/a.cpp", "miss", "hit"],
  ["-p=. --quiet src/b.cpp", "miss", "hit"],
  ["--checks=-*,readability-* src/a.cpp", "miss", "hit"],
  ["--config={Checks:'-*,misc-*'} src/a.cpp", "miss", "hit"],
  ["--warnings-as-errors=* src/a.cpp", "miss", "hit"],
  ["--export-fixes=fixes.yaml src/a.cpp", "miss", "hit"],
  ["src/broken.cpp -- -c", "miss", "hit"],
  ["src/none.cpp -- -c", "miss", "hit"],
  ["--dump-config src/a.cpp", "miss", "hit"],
  ["src/date.cpp -- -c", "uncacheable:date-or-time", "uncacheable:date-or-time"],
  ["--fix src/a.cpp", "uncacheable:input-rewritten", "uncacheable:input-rewritten"],
  ["--version", "uncacheable:information", "uncacheable:information"],
];

testWith(["clang-tidy"], "clang-tidy's findings are cached right", async (t) => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  rig.write({ "compile_commands.json": database(rig) });
  await rig.settled();
  await eachRow(t, { rig, compiler: "clang-tidy" }, TIDY);
});

testWith(["clang-tidy"], "clang-tidy runs again when what it looks at changes, and only then", async () => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  rig.write({ "compile_commands.json": database(rig) });
  const tidy = ["clang-tidy", "src/a.cpp"];
  const same = async (cold: "hit" | "miss") => await rig.expectSame(tidy, { cold, warm: "hit" });
  await same("miss");
  const edit = async (files: Record<string, string>, then: "hit" | "miss") => {
    rig.write(files);
    await rig.settled();
    await same(then);
  };
  await edit({ "src/.clang-tidy": `Checks: '-*,readability-*'\n` }, "miss");
  Deno.removeSync(rig.at("src/.clang-tidy"));
  await same("hit");
  await edit({ "inc/h.h": `#pragma once\ninline int h(int *q) { return q == nullptr; }\n` }, "miss");
  await edit({ "src/h.h": `#pragma once\ninline int h(int *) { return 2; }\n` }, "miss");
  const other = { directory: rig.work, command: "clang++ -c src/other.cpp", file: "src/other.cpp" };
  await edit({ "compile_commands.json": database(rig, [other]) }, "hit");
  const own = { directory: rig.work, command: "clang++ -Iinc -DX -c src/a.cpp", file: "src/a.cpp" };
  await edit({ "compile_commands.json": database(rig, [own]) }, "miss");
});

testWith(
  ["clang-tidy", "run-clang-tidy"],
  "run-clang-tidy works through a link called clang-tidy",
  async () => {
    await using rig = await Rig.open();
    rig.fresh(FILES);
    rig.write({ "compile_commands.json": database(rig) });
    Deno.mkdirSync(`${rig.base}/links`);
    Deno.symlinkSync(launcher.prefix[0]!, `${rig.base}/links/clang-tidy`);
    await rig.settled();
    const all = [
      "run-clang-tidy",
      "-p",
      ".",
      "-quiet",
      "-j2",
      `-clang-tidy-binary=${rig.base}/links/clang-tidy`,
    ];
    const cold = await rig.counting(async () => assertOk(await rig.bare(all)));
    const warm = await rig.counting(async () => assertOk(await rig.bare(all)));
    assert.deepEqual(
      [cold.cold, warm.cached, warm.cold],
      [cold.cold, cold.cold, 0],
      JSON.stringify({ cold, warm }),
    );
    assert.ok(cold.cold >= 2);
  },
);

const IWYU: readonly Row[] = [
  ["-Iinc -c src/a.cpp", "miss", "hit"],
  ["-Xiwyu --no_comments -Iinc -c src/a.cpp", "miss", "hit"],
  ["-Xiwyu --mapping_file=map.imp -Iinc -c src/b.cpp", "miss", "hit"],
  ["-Xiwyu --error -Iinc -c src/a.cpp", "miss", "hit"],
  ["-c src/broken.cpp", "miss", "hit"],
];

testWith(["include-what-you-use"], "include-what-you-use's advice is cached right", async (t) => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  await eachRow(t, { rig, compiler: "include-what-you-use" }, IWYU);
});

testWith(
  ["include-what-you-use", "iwyu_tool"],
  "iwyu_tool works through a link called include-what-you-use",
  async () => {
    await using rig = await Rig.open();
    rig.fresh(FILES);
    rig.write({ "compile_commands.json": database(rig) });
    Deno.mkdirSync(`${rig.base}/links`);
    Deno.symlinkSync(launcher.prefix[0]!, `${rig.base}/links/include-what-you-use`);
    await rig.settled();
    const env = {
      PATH: `${rig.base}/links:${rig.env["PATH"]}`,
      IWYU_BINARY: `${rig.base}/links/include-what-you-use`,
    };
    const all = async (options: { env?: Record<string, string> }) =>
      text((await rig.bare(["iwyu_tool", "-p", "."], options)).stdout);
    const bare = await all({});
    let cold = "", warm = "";
    const first = await rig.counting(async () => cold = await all({ env }));
    const second = await rig.counting(async () => warm = await all({ env }));
    assert.deepEqual([cold, warm], [bare, bare]);
    assert.deepEqual([first.cold, second.cached, second.cold], [2, 2, 0], JSON.stringify({ first, second }));
  },
);

/** A project as CMake describes it to the tools, with a link of the tool's name that leads to the cache. */
async function describedProject(rig: Rig, tool: string): Promise<string> {
  rig.work = rig.folder(projectFiles(3), "project");
  const described = ["-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", "-DCMAKE_C_COMPILER=clang"];
  assertOk(await rig.bare(["cmake", "-GNinja", "-S.", "-Bout", ...described]));
  Deno.mkdirSync(`${rig.base}/links`);
  Deno.symlinkSync(launcher.prefix[0]!, `${rig.base}/links/${tool}`);
  await rig.settled();
  return `${rig.base}/links/${tool}`;
}

/** Runs a driver over a project: as bare, cold and warm, and again after an edit of a header. */
async function expectSameOverProject(
  rig: Rig,
  all: (options: { through?: string }) => Promise<string>,
  tool: string,
): Promise<void> {
  const units = compilesOf(3);
  for (const edited of [false, true]) {
    if (edited) rig.write({ "include/rarely.h": "#pragma once\n#define RARELY 9\nint *rare(void);\n" });
    await rig.settled();
    const bare = await all({});
    assert.match(bare, /src\/[^]*(?:warning:|has correct #includes)/);
    const cold = await rig.counting(async () => assert.equal(await all({ through: tool }), bare));
    assert.deepEqual([cold.cold, cold.cached], edited ? [1, units - 1] : [units, 0], JSON.stringify(cold));
    const warm = await rig.counting(async () => assert.equal(await all({ through: tool }), bare));
    assert.deepEqual([warm.cold, warm.cached], [0, units], JSON.stringify(warm));
  }
}

testWith(
  ["clang-tidy", "run-clang-tidy", "cmake", "ninja", "clang"],
  "run-clang-tidy over a CMake project is as bare, and from the cache",
  async () => {
    await using rig = await Rig.open();
    const tool = await describedProject(rig, "clang-tidy");
    const checks = "-checks=-*,llvm-include-order,llvmlibc-*";
    await expectSameOverProject(rig, async ({ through = "clang-tidy" }) => {
      const words = ["run-clang-tidy", "-p", "out", "-j1", checks, `-clang-tidy-binary=${through}`];
      // in the order of a set
      const { stdout } = await rig.bare(words, { env: { PYTHONHASHSEED: "0" } });
      // it shows the command that it runs
      return text(stdout).replaceAll(through, "clang-tidy");
    }, tool);
  },
);

testWith(
  ["include-what-you-use", "iwyu_tool", "cmake", "ninja", "clang"],
  "iwyu_tool over a CMake project is as bare, and from the cache",
  async () => {
    await using rig = await Rig.open();
    const tool = await describedProject(rig, "include-what-you-use");
    await expectSameOverProject(rig, async ({ through }) => {
      const env = through === undefined ? {} : { IWYU_BINARY: through };
      return text((await rig.bare(["iwyu_tool", "-p", "out"], { env })).stdout);
    }, tool);
  },
);
