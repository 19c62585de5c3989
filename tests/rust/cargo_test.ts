import assert from "node:assert/strict";
import { launcher, testWith, text } from "../rig.ts";
import { assertSameBuild, type Built, CargoProject, messagesOf } from "./cargo_project.ts";
import { LINTED, WORKSPACE } from "./workspace.ts";

testWith(["cargo", "cc"], "a cargo workspace is built from the cache alone", async (t) => {
  await using project = await CargoProject.open(WORKSPACE);
  for (const words of ["build", "check", "build --release", "test --no-run", "build --examples"]) {
    await t.step(`cargo ${words}`, async () => {
      await project.expectSame(words);
    });
  }
  await t.step("cargo run says the same", async () => {
    project.clean();
    const bare = await project.bare("run -q");
    project.clean();
    const wrapped = await project.wrapped("run -q");
    assert.equal(text(wrapped.outcome.stdout), text(bare.outcome.stdout));
    assert.equal(text(bare.outcome.stdout), "hello Named-a 42 0.1.0\nnone\n");
  });
  await t.step("cargo test passes", async () => {
    const tested = await project.wrapped("test");
    assert.equal(tested.outcome.code, 0, text(tested.outcome.stderr));
  });
  await t.step("a second build is nothing to do", async () => {
    await project.wrapped("build");
    const again = await project.wrapped("build");
    assert.equal(again.counters.cached + again.counters.cold, 0);
    assert.doesNotMatch(text(again.outcome.stderr), /Compiling|Dirty/);
  });
  await t.step("after a touch, cargo builds again what it would without the cache", async () => {
    project.clean();
    const bare = await rebuiltAfterTouches(project, (words) => project.bare(words));
    project.clean();
    const wrapped = await rebuiltAfterTouches(project, (words) => project.wrapped(words));
    assert.deepEqual(wrapped, bare);
    assert.ok(bare.every((packages) => packages.length > 0), JSON.stringify(bare));
  });
});

/** The packages that are built again after each of a few files was touched. */
async function rebuiltAfterTouches(
  { rig }: CargoProject,
  build: (words: string) => Promise<Built>,
): Promise<string[][]> {
  await build("build");
  const rebuilt: string[][] = [];
  for (const path of ["app/src/part.rs", "core/src/greeting.txt", "derive/src/lib.rs", "sys/twice.c"]) {
    const now = new Date();
    Deno.utimeSync(rig.at(path), now, now);
    const said = text((await build("build")).outcome.stderr);
    rebuilt.push([...said.matchAll(/Compiling (\S+)/g)].map(([, name]) => name ?? "").sort());
  }
  return rebuilt;
}

/** An edit, and what the program says after it. */
const EDITS: readonly (readonly [what: string, edit: Edit, says: string])[] = [
  [
    "a source",
    { files: { "core/src/nested/deep.rs": "pub fn add(x: u32) -> u32 { x + 2 }\n" } },
    "hello Named-a 42 0.1.0\nnone\n",
  ],
  [
    "an included text",
    { files: { "core/src/greeting.txt": "good day\n" } },
    "good day Named-a 42 0.1.0\nnone\n",
  ],
  [
    "a file that a macro reads",
    { files: { "core/suffix.txt": "-b\n" }, touches: "core/src/lib.rs" },
    "hello Named-b 42 0.1.0\nnone\n",
  ],
  [
    "a variable that a macro reads",
    { env: { NAME_SUFFIX: "-c" }, touches: "core/src/lib.rs" },
    "hello Named-a-c 42 0.1.0\nnone\n",
  ],
  ["a variable that the crate asks for", { env: { APP_GREETING: "hi" } }, "hello Named-a 42 0.1.0\nhi\n"],
  ["what a build script makes", { files: { "sys/constant.txt": "1\n" } }, "hello Named-a 43 0.1.0\nnone\n"],
  [
    "a C source of a bundled library",
    { files: { "sys/twice.c": "int twice(int x) { return 3 * x; }\n" } },
    "hello Named-a 63 0.1.0\nnone\n",
  ],
  ["a feature", { words: " --features app/loud" }, "hello Named-a 42 0.1.0!\nnone\n"],
];

interface Edit {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly words?: string;
  /** What cargo must be made to compile again, as it doesn't see the edit. */
  readonly touches?: string;
}

testWith(["cargo", "cc"], "edits of a cargo workspace show, and so does taking them back", async (t) => {
  await using project = await CargoProject.open(WORKSPACE);
  const { rig } = project;
  const original = "hello Named-a 42 0.1.0\nnone\n";
  const run = async (edit: Edit = {}) => {
    if (edit.touches !== undefined) rig.write({ [edit.touches]: WORKSPACE[edit.touches]! });
    const { outcome } = await project.wrapped(`run -q${edit.words ?? ""}`, edit.env);
    return text(outcome.stdout);
  };
  assert.equal(await run(), original);
  for (const [what, edit, says] of EDITS) {
    await t.step(what, async () => {
      rig.write(edit.files ?? {});
      assert.equal(await run(edit), says);
      for (const path of Object.keys(edit.files ?? {})) rig.write({ [path]: WORKSPACE[path]! });
      assert.equal(await run(edit.touches === undefined ? {} : { touches: edit.touches }), original);
    });
  }
});

testWith(["cargo"], "every way to name the wrapper is the same", async (t) => {
  const forms: readonly (readonly [name: string, env: Record<string, string>, config: string])[] = [
    ["RUSTC_WORKSPACE_WRAPPER", { RUSTC_WORKSPACE_WRAPPER: launcher.prefix[0]! }, ""],
    [
      "both variables",
      { RUSTC_WRAPPER: launcher.prefix[0]!, RUSTC_WORKSPACE_WRAPPER: launcher.prefix[0]! },
      "",
    ],
    ["build.rustc-wrapper", {}, `[build]\nrustc-wrapper = "${launcher.prefix[0]!}"\n`],
  ];
  for (const [name, env, config] of forms) {
    await t.step(name, async () => {
      await using project = await CargoProject.open(LINTED);
      const bare = await project.bare("build");
      project.rig.write({ ".cargo/config.toml": config });
      project.clean();
      const cold = await project.bare("build", env);
      // cargo names the files of a workspace by its wrapper, too
      assert.deepEqual(messagesOf(cold.outcome), messagesOf(bare.outcome));
      project.clean();
      const warm = await project.bare("build", env);
      assertSameBuild(warm, cold, `warm by ${name}`);
      assert.ok(warm.counters.cached > 0);
      assert.deepEqual(warm.counters.reasons, {});
    });
  }
});

testWith(["cargo"], "a wrapper of the user's own is run as it is", async () => {
  await using project = await CargoProject.open(LINTED);
  const { rig } = project;
  rig.write({
    "wrapper": `#!/bin/sh\nrustc=$1\nshift\nexec "$rustc" "$@" --cfg mine\n`,
    "src/main.rs": `fn main() { println!("{}", cfg!(mine)); }\n`,
    "Cargo.toml": `${LINTED["Cargo.toml"]}[lints.rust]\nunexpected_cfgs = "allow"\n`,
  });
  Deno.chmodSync(rig.at("wrapper"), 0o755);
  const env = { RUSTC_WORKSPACE_WRAPPER: rig.at("wrapper") };
  await project.expectSame("build", { env, missed: ["unknown-tool"] });
  const { outcome } = await project.wrapped("run -q", env);
  assert.equal(text(outcome.stdout), "true\n");
});

testWith(["cargo"], "incremental compilation goes on beside the cache", async () => {
  await using project = await CargoProject.open(WORKSPACE);
  const { rig } = project;
  const env = { CARGO_INCREMENTAL: "1" };
  const run = async () => text((await project.wrapped("run -q", env)).outcome.stdout);
  const original = await run();
  rig.write({ "core/src/greeting.txt": "good day\n" });
  assert.match(await run(), /^good day/);
  assert.ok([...Deno.readDirSync(rig.at("target/debug/incremental"))].length > 0);
  rig.write({ "core/src/greeting.txt": "hello\n" });
  assert.equal(await run(), original);
  project.clean();
  const warm = await project.wrapped("run -q", env);
  assert.equal(text(warm.outcome.stdout), original);
  assert.deepEqual(warm.counters.reasons, {}, "not from the cache");
});

testWith(
  ["cargo", "cc"],
  "each unit that is not answered from the cache is listed, or the test fails",
  async () => {
    await using project = await CargoProject.open(WORKSPACE);
    const env = { ZCCACHE_RUST_EXCLUDE: "the_core" };
    // one after the other: who is below a crate that was kept out isn't known, so any file with the name of a crate
    // counts, and the check of the macro's own would be written beside those who search for it
    const words = "check -j 1";
    await project.expectSame(words, { env, missed: ["excluded-crate"] });
    await assert.rejects(project.expectSame(words, { env }), /not from the cache: cargo check/);
  },
);

testWith(["cargo", "cc"], "what profiles ask for comes from the cache", async (t) => {
  await using project = await CargoProject.open({
    ...LINTED,
    "src/main.rs": `fn main() { println!("{}", linted::f(&Vec::new())); }\n`,
  });
  const profiles: readonly Readonly<Record<string, string>>[] = [
    { LTO: "thin", DEBUG: "line-tables-only" },
    { LTO: "fat", PANIC: "abort", STRIP: "symbols" },
    { LTO: "off", CODEGEN_UNITS: "1", OPT_LEVEL: "s", RPATH: "true" },
  ];
  for (const profile of profiles) {
    await t.step(JSON.stringify(profile), async () => {
      const names = Object.entries(profile).map(([name, value]) => [`CARGO_PROFILE_RELEASE_${name}`, value]);
      await project.expectSame("build --release", { env: Object.fromEntries(names) });
    });
  }
});

testWith(["cargo", "cc"], "crates can be kept out of the cache, and variables out of the key", async () => {
  await using project = await CargoProject.open(WORKSPACE);
  await project.wrapped("build", { CI_RUN: "1", APP_GREETING: "one", ZCCACHE_RUST_IGNORE_ENV: "CI_*,APP_*" });
  project.clean();
  const env = { CI_RUN: "2", APP_GREETING: "two", ZCCACHE_RUST_IGNORE_ENV: "CI_*,APP_*" };
  const again = await project.wrapped("build", env);
  // the program asks for APP_GREETING itself, which is no matter of ignoring
  assert.equal(again.counters.cold, 1);
  const ran = await project.rig.bare([project.rig.at("target/debug/app")]);
  assert.match(text(ran.stdout), /two/);
  project.clean();
  const excluding = await project.wrapped("build", { ...env, ZCCACHE_RUST_EXCLUDE: "the_core" });
  assert.deepEqual(excluding.counters.reasons, { "excluded-crate": 1 });
});

testWith(
  ["cargo", "cc"],
  "debug information in files of its own comes from the cache with the rest",
  async (t) => {
    await using project = await CargoProject.open(WORKSPACE);
    for (const [form, suffix] of [["packed", ".dwp"], ["unpacked", ".dwo"]] as const) {
      await t.step(form, async () => {
        const env = { CARGO_PROFILE_DEV_SPLIT_DEBUGINFO: form };
        const { files } = await project.expectSame("build", { env });
        assert.ok([...files.keys()].some((path) => path.endsWith(suffix)), suffix);
      });
    }
  },
);
