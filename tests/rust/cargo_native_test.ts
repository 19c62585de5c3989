import assert from "node:assert/strict";
import { launcher, type Rig, testWith, text } from "../rig.ts";
import { readJournal } from "../rig/journal.ts";
import { CargoCheckouts } from "./cargo_checkouts.ts";
import { assertOk, assertSameBuild, type Built, CargoProject } from "./cargo_project.ts";
import { fetchCrates } from "./fetch.ts";

/** A program with C and C++ in it, compiled by the crate that nearly every build script uses for that. */
const NATIVE = {
  "Cargo.toml": `[package]
name = "native"
version = "0.1.0"
edition = "2021"
[build-dependencies]
cc = "=1.2.22"
`,
  "build.rs": `fn main() {
    for file in ["a.c", "a.h", "b.cpp"] { println!("cargo:rerun-if-changed=src/{file}"); }
    cc::Build::new().file("src/a.c").define("NUMBER", "40").compile("a");
    cc::Build::new().cpp(true).file("src/b.cpp").compile("b");
}
`,
  "src/a.c": `#include "a.h"\nint a(int x) { return MORE(x) + NUMBER; }\n`,
  "src/a.h": "#define MORE(x) (x)\n",
  "src/b.cpp": `extern "C" int b(int x) { auto twice = [](int y) { return 2 * y; }; return twice(x); }\n`,
  "src/main.rs":
    `extern "C" { fn a(x: i32) -> i32; fn b(x: i32) -> i32; }\nfn main() { println!("{}", unsafe { a(b(1)) }); }\n`,
};

const zccache = launcher.prefix[0]!;

/** How build scripts are told to compile through the cache. */
const WAYS: readonly (readonly [how: string, env: Record<string, string>])[] = [
  ["by its path", { CC: `${zccache} cc`, CXX: `${zccache} c++` }],
  ["found on PATH", { CC: "zccache gcc", CXX: "zccache g++" }],
  ["by HOST_CC, with flags", {
    HOST_CC: "zccache clang",
    HOST_CXX: "zccache clang++",
    HOST_AR: "zccache ar",
    CFLAGS: "-O1 -fno-strict-aliasing",
    CXXFLAGS: "-O1",
  }],
];

/** The same without the cache. */
function withoutCache(given: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, value.replace(/^\S*zccache /, "")]),
  );
}

testWith(
  ["cargo", "cc", "c++", "gcc", "g++", "clang", "clang++", "ar"],
  "C and C++ of build scripts come from the cache",
  async (t) => {
    await using project = await CargoProject.open(NATIVE);
    const { rig } = project;
    if (!await project.fetch(t)) return;
    for (const [how, given] of WAYS) {
      project.clean();
      const bare = await project.bare("build", withoutCache(given));
      assertOk(bare.outcome);
      const env = {
        ...given,
        PATH: `${folderOf(zccache)}:${rig.env["PATH"]}`,
        CC_KNOWN_WRAPPER_CUSTOM: "zccache",
      };
      for (const outcome of ["miss", "hit"]) {
        await t.step(`${how}: ${outcome}`, async () => {
          const before = (await compiled(rig)).length;
          project.clean();
          const built = await project.wrapped("build", env);
          assertOk(built.outcome);
          assert.doesNotMatch(text(built.outcome.stderr), /warning/);
          assert.deepEqual(objectsOf(built), objectsOf(bare));
          assert.deepEqual((await compiled(rig)).slice(before), [outcome, outcome]);
          if (outcome === "hit") assert.deepEqual(built.counters.reasons, {});
        });
      }
      await t.step(`${how}: an edit of a header shows`, async () => {
        const says = async () => text((await project.wrapped("run -q", env)).outcome.stdout);
        assert.equal(await says(), "42\n");
        rig.write({ "src/a.h": "#define MORE(x) ((x) + 1)\n" });
        assert.equal(await says(), "43\n");
        rig.write({ "src/a.h": NATIVE["src/a.h"] });
        assert.equal(await says(), "42\n");
      });
    }
  },
);

/** The program with a crate that brings C of its own. */
const WITH_CRATE = {
  ...NATIVE,
  "Cargo.toml": NATIVE["Cargo.toml"].replace(
    "[build-dependencies]",
    `[dependencies]\nbzip2-sys = { version = "=0.1.13", features = ["static"] }\n[build-dependencies]`,
  ),
  "src/main.rs":
    `extern "C" { fn a(x: i32) -> i32; fn b(x: i32) -> i32; }\nfn main() { println!("{} {}", unsafe { a(b(1)) }, unsafe { bzip2_sys::BZ2_bzCompressEnd(std::ptr::null_mut()) }); }\n`,
  ".gitignore": "target\n",
};

testWith(
  ["cargo", "cc", "c++", "ar", "git"],
  "worktrees share the C of their own and that of fetched crates",
  async (t) => {
    await using project = await CargoCheckouts.open(WITH_CRATE);
    const { rig } = project;
    if (!await fetchCrates(t, rig, project.folder(0))) return;
    Deno.copyFileSync(`${project.folder(0)}/Cargo.lock`, `${project.folder(1)}/Cargo.lock`);
    const env = {
      CC: `${zccache} cc`,
      CXX: `${zccache} c++`,
      AR: `${zccache} ar`,
      CC_KNOWN_WRAPPER_CUSTOM: "zccache",
    };
    const own = await project.build(1, "build", env);
    project.clean(1);
    await project.checkouts.clear();
    await project.build(0, "build", env);
    const shared = await project.build(1, "build", env);
    assert.deepEqual([shared.counters.reasons, shared.unshared], [{}, {}]);
    assertSameBuild(shared, own, "in the second worktree");
    assert.equal((await project.run(1, "native")).said, "42 -2\n");
    const objects = [...shared.files.keys()].filter((path) => /\/out\/.*\.o$/.test(path));
    assert.ok(objects.length > 5, objects.join());
    for (const path of objects) {
      const bytes = Deno.readTextFileSync(`${project.target(1)}/${path}`);
      assert.ok(!bytes.includes(project.folder(0)), `${path} names the other worktree`);
    }
  },
);

/** What became of each compile of the two sources, in order. */
async function compiled(rig: Rig): Promise<string[]> {
  // it answers when the journal is written
  await rig.wrapped(["why"]);
  const ofSources = readJournal(`${rig.root}/logs/compile_journal.jsonl`)
    .filter(({ source }) => /\/src\/[ab]\.c(?:pp)?$/.test(source ?? ""));
  return ofSources.map(({ outcome }) => outcome);
}

/** What the build script made of C and C++, by name; cargo names its folder by the variables that it asked for. */
function objectsOf({ files }: Built): [name: string, digest: string][] {
  const made = [...files].filter(([path]) => /\/out\/.*\.[oa]$/.test(path));
  assert.equal(made.length, 4, "two objects and two archives");
  return made.map(([path, digest]) => [path.slice(path.lastIndexOf("/") + 1), digest]);
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
