import assert from "node:assert/strict";
import { assertOk, launcher, Rig, testWith, text } from "../rig.ts";
import { compilesOf, projectFiles } from "../rig/project.ts";
import { takeSnapshot } from "../rig/snapshot.ts";

/** How a build system is driven. All commands run in the project's folder and build into `folder`. */
interface Build {
  readonly needs: readonly string[];
  /** Configures, if there is something to configure. `wrapped` says whether the cache is in front of the compiler. */
  configure(rig: Rig, wrapped: boolean): Promise<void>;
  readonly build: (wrapped: boolean, rig: Rig) => readonly string[];
  readonly clean: readonly string[];
  /** Where objects are, and what is linked. */
  readonly folder: string;
  readonly linked: readonly string[];
}

const make: Build = {
  needs: ["make"],
  configure: () => Promise.resolve(),
  build: (wrapped) => ["make", "-s", "-j4", `CC=${wrapped ? `${launcher.prefix.join(" ")} ` : ""}gcc`],
  clean: ["make", "-s", "clean"],
  folder: "obj",
  linked: ["prog"],
};

/** A link named gcc, first on PATH. */
const masquerade: Build = {
  ...make,
  build: (wrapped, rig) => {
    if (!wrapped) return make.build(false, rig);
    return [
      "sh",
      "-c",
      `mkdir -p links; ln -sf ${launcher.prefix[0]} links/gcc; PATH=$PWD/links:$PATH exec make -s -j4 CC=gcc`,
    ];
  },
};

const CMAKE = ["cmake", "-GNinja", "-S.", "-Bout"];
const LAUNCHERS = [
  `-DCMAKE_C_COMPILER_LAUNCHER=${launcher.prefix[0]}`,
  `-DCMAKE_C_LINKER_LAUNCHER=${launcher.prefix[0]}`,
];

const cmake: Build = {
  needs: ["cmake", "ninja"],
  configure: async (rig, wrapped) => {
    assertOk(await rig.bare([...CMAKE, "-DCMAKE_C_COMPILER=gcc", ...(wrapped ? LAUNCHERS : [])]));
  },
  build: () => ["ninja", "-C", "out"],
  clean: ["ninja", "-C", "out", "-t", "clean"],
  folder: "out/CMakeFiles/prog.dir",
  linked: ["out/prog"],
};

/** Emscripten's tools by CMake: a program of JavaScript and WebAssembly. */
const emscripten: Build = {
  ...cmake,
  needs: [...cmake.needs, "emcc"],
  configure: async (rig, wrapped) => {
    const toolchain = "/usr/share/emscripten/cmake/Modules/Platform/Emscripten.cmake";
    assertOk(
      await rig.bare([...CMAKE, `-DCMAKE_TOOLCHAIN_FILE=${toolchain}`, ...(wrapped ? LAUNCHERS : [])]),
    );
  },
  linked: ["out/prog.js", "out/prog.wasm"],
};

const meson: Build = {
  needs: ["meson", "ninja"],
  configure: async (rig, wrapped) => {
    rig.write({ "native.ini": `[binaries]\nc = [${wrapped ? `'${launcher.prefix[0]}', ` : ""}'gcc']\n` });
    assertOk(await rig.bare(["meson", "setup", "out", "--native-file", "native.ini"]));
  },
  build: () => ["ninja", "-C", "out"],
  clean: ["ninja", "-C", "out", "-t", "clean"],
  folder: "out/prog.p",
  linked: ["out/prog"],
};

for (const [name, system] of Object.entries({ make, masquerade, cmake, meson, emscripten })) {
  testWith(
    ["gcc", ...system.needs],
    `${name}: bare, cold and warm builds are the same, warm is all hits`,
    async () => {
      await using rig = await Rig.open();
      rig.work = rig.folder(projectFiles(), "project");
      const bare = await built(rig, system, false);
      const edited = await afterEdit(rig, system, false);
      const links = 1;
      const rounds = compilesOf() + links;
      rig.write(projectFiles());
      Deno.renameSync(rig.work, `${rig.base}/bare`);
      rig.work = rig.folder(projectFiles(), "project");
      await system.configure(rig, true);
      const cold = await rig.counting(async () => same(await objects(rig, system, true), bare));
      assert.equal(cold.cold + cold.cached, rounds, JSON.stringify(cold));
      assertOk(await rig.bare(system.clean));
      const warm = await rig.counting(async () => same(await objects(rig, system, true), bare));
      assert.deepEqual([warm.cached, warm.cold], [rounds, 0], JSON.stringify(warm));
      await assertUpToDate(rig, system);
      rig.write({ "include/rarely.h": projectFiles()["include/rarely.h"] ?? "" });
      const touched = await rig.counting(async () => same(await objects(rig, system, true), bare));
      assert.deepEqual([touched.cached, touched.cold], [1 + links, 0], JSON.stringify(touched));
      await assertUpToDate(rig, system);
      const edit = await rig.counting(async () => same(await afterEdit(rig, system, true), edited));
      assert.deepEqual([edit.cached, edit.cold], [0, 1 + links], JSON.stringify(edit));
      rig.write({ "include/rarely.h": projectFiles()["include/rarely.h"] ?? "" });
      const back = await rig.counting(async () => same(await objects(rig, system, true), bare));
      assert.deepEqual([back.cached, back.cold], [1 + links, 0], JSON.stringify(back));
    },
  );
}

/** A build from nothing; the objects and depfiles that it left. */
async function built(rig: Rig, system: Build, wrapped: boolean): Promise<Map<string, string>> {
  await system.configure(rig, wrapped);
  return await objects(rig, system, wrapped);
}

/** One header that a single unit includes gets other content. */
async function afterEdit(rig: Rig, system: Build, wrapped: boolean): Promise<Map<string, string>> {
  rig.write({ "include/rarely.h": "#pragma once\n#define RARELY 77\n" });
  return await objects(rig, system, wrapped);
}

async function objects(rig: Rig, system: Build, wrapped: boolean): Promise<Map<string, string>> {
  assertOk(await rig.bare(system.build(wrapped, rig)));
  const found = new Map<string, string>();
  for (const [path, entry] of takeSnapshot(rig.at(system.folder))) {
    if (/\.[od]$/.test(path)) found.set(path, text(entry.bytes));
  }
  for (const path of system.linked) found.set(path, text(Deno.readFileSync(rig.at(path))));
  return found;
}

function same(actual: Map<string, string>, expected: Map<string, string>): void {
  assert.ok(expected.size > 0);
  assert.deepEqual([...actual.keys()].sort(), [...expected.keys()].sort());
  for (const [path, content] of expected) assert.ok(actual.get(path) === content, `${path} differs`);
}

/** After hits the build system must find nothing to do: the outputs are newer than their inputs. */
async function assertUpToDate(rig: Rig, system: Build): Promise<void> {
  const again = await rig.counting(async () => assertOk(await rig.bare(system.build(true, rig))));
  assert.deepEqual([again.cached, again.cold, again.nonCacheable], [0, 0, 0], "nothing is built again");
}
