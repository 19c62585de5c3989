import assert from "node:assert/strict";
import { assertOk, testWith, text } from "../rig.ts";
import { watchesIn } from "../rig/watches.ts";
import { assertSameBuild, builtFiles, messagesOf } from "./cargo_project.ts";
import { CargoCheckouts } from "./cargo_checkouts.ts";
import { WORKSPACE } from "./workspace.ts";
import { manifest } from "./manifest.ts";

/** A build script that asks the compiler for its version, as many do. */
const ASKS = `
    let compiler = env::var("RUSTC").unwrap();
    let mut asked = match env::var("RUSTC_WRAPPER") {
        Ok(wrapper) => { let mut through = Command::new(wrapper); through.arg(compiler); through }
        _ => Command::new(compiler),
    };
    assert!(asked.arg("--version").output().unwrap().status.success());
`;

/** The workspace, with a program that panics in its own code and in code that its build script made. */
const PROJECT: Readonly<Record<string, string>> = {
  ...WORKSPACE,
  "app/src/main.rs": `fn main() {
    println!("{}", app::answer());
    println!("{}", option_env!("APP_GREETING").unwrap_or("none"));
    match std::env::args().nth(1).as_deref() {
        Some("own") => panic!("on purpose"),
        Some("made") => sys::fails(),
        _ => {}
    }
}
`,
  "sys/build.rs": WORKSPACE["sys/build.rs"]!.replace(
    `pub const CONSTANT: i32 = {};"`,
    `pub const CONSTANT: i32 = {};\\npub fn fails() {{ panic!(\\"made\\") }}"`,
  ).replace("fn main() {\n", `fn main() {\n${ASKS}`),
};

const BUILDS = ["build", "check", "test --no-run", "build --release", "build --examples"];

testWith(["cargo", "cc", "git"], "worktrees share all that cargo builds of a workspace", async (t) => {
  await using project = await CargoCheckouts.open(PROJECT);
  for (const words of BUILDS) {
    await t.step(`cargo ${words}`, async () => {
      await project.checkouts.clear();
      // what the compiler gives in the second one by itself, with the same maps
      project.clean(1);
      const own = await project.build(1, words);
      project.clean(1);
      const bare = await project.cargo(1, words);
      assert.deepEqual(
        messagesOf(own.outcome),
        messagesOf(bare),
        "what is said is what cargo says without us",
      );
      await project.checkouts.clear();
      project.clean(0);
      project.clean(1);
      const cold = await project.build(0, words);
      assert.deepEqual(cold.unshared, {});
      const shared = await project.build(1, words);
      const then = `not from the cache; in the first worktree: ${JSON.stringify(cold.counters.reasons)}`;
      assert.deepEqual(shared.counters.reasons, {}, then);
      assert.ok(shared.worktreeHits > 5, `${shared.worktreeHits} hits from the other checkout`);
      assertSameBuild(shared, own, words);
      const again = await project.build(1, words);
      assert.equal(again.counters.cached + again.counters.cold, 0, "cargo takes it for fresh");
    });
  }
});

testWith(["cargo", "cc", "git", "gdb"], "programs from another worktree tell of their own", async (t) => {
  await using project = await CargoCheckouts.open(PROJECT);
  await project.cargo(1, "build -q");
  const bare = {
    own: await project.run(1, "app", "own"),
    made: await project.run(1, "app", "made"),
  };
  project.clean(1);
  await project.build(0, "build");
  const { worktreeHits, counters } = await project.build(1, "build");
  assert.deepEqual([worktreeHits > 5, counters.reasons], [true, {}]);
  await t.step("a panic and its backtrace are those of a bare build", async () => {
    const shared = await project.run(1, "app", "own");
    assert.match(shared.failed, /panicked at app\/src\/main\.rs:5:/);
    assert.match(shared.failed, /at \.\/app\/src\/main\.rs:5:/);
    assert.deepEqual(shared, bare.own);
  });
  await t.step("in code below the target folder, the root's path is a dot", async () => {
    const shared = await project.run(1, "app", "made");
    assert.match(shared.failed, /panicked at \.\/target\/debug\/build\/sys-[^ ]*\/out\/constant\.rs:2:/);
    assert.equal(
      shared.failed,
      bare.made.failed.replace(`panicked at ${project.folder(1)}/`, "panicked at ./"),
    );
  });
  await t.step("gdb finds the sources of the checkout it runs in", async () => {
    const main = `${project.folder(1)}/app/src/main.rs`;
    Deno.writeTextFileSync(main, Deno.readTextFileSync(main).replace("on purpose", "only in this checkout"));
    const steps = ["-ex", "list app::main"];
    const argv = ["gdb", "-nx", "-batch", ...steps, `${project.target(1)}/debug/app`];
    const listed = text((await project.rig.bare(argv, { in: project.folder(1) })).stdout);
    assert.match(listed, /only in this checkout/);
  });
});

testWith(["cargo", "cc", "git"], "debug information in files of its own is each worktree's", async (t) => {
  await using project = await CargoCheckouts.open(PROJECT);
  for (const form of ["packed", "unpacked"]) {
    await t.step(form, async () => {
      const env = { CARGO_PROFILE_DEV_SPLIT_DEBUGINFO: form };
      await project.checkouts.clear();
      project.clean(1);
      const own = await project.build(1, "build", env);
      await project.checkouts.clear();
      project.clean(0);
      project.clean(1);
      await project.build(0, "build", env);
      const second = await project.build(1, "build", env);
      assert.ok(second.worktreeHits > 5, `${second.worktreeHits} hits from the other checkout`);
      assert.deepEqual(second.counters.reasons, {});
      assertSameBuild(second, own, form);
    });
  }
});

testWith(
  ["cargo", "cc", "git"],
  "worktrees that are built at once get each its own, and one that is let go of can be removed",
  async () => {
    await using project = await CargoCheckouts.open(PROJECT);
    const { rig } = project;
    const own = [];
    for (const index of [0, 1]) {
      own.push(await project.build(index, "build"));
      project.clean(index);
      await project.checkouts.clear();
    }
    const env = { RUSTC_WRAPPER: rig.wrapper.prefix[0]!, ZCCACHE_PATH_REMAP: "auto" };
    const built = await Promise.all([0, 1].map((index) => project.cargo(index, "build", env)));
    for (const [index, outcome] of built.entries()) {
      assertOk(outcome);
      const files = builtFiles(project.target(index));
      assertSameBuild({ ...own[index]!, outcome, files }, own[index]!, `worktree ${index}, both at once`);
      assert.match((await project.run(index, "app")).said, /^hello Named-a 42/);
      const again = await project.build(index, "build");
      assert.equal(again.counters.cached + again.counters.cold, 0, "cargo takes it for fresh");
    }
    const leaving = project.folder(1);
    assert.ok(watchesIn(rig, leaving) > 0);
    assertOk(await rig.wrapped(["release-handles", "--path", leaving]));
    assert.equal(watchesIn(rig, leaving), 0);
    const git = (...words: string[]) => rig.bare(["git", "worktree", ...words], { in: project.folder(0) });
    assertOk(await git("remove", "--force", leaving));
    assertOk(await git("add", "-q", "--detach", leaving));
    const { counters } = await project.build(1, "build");
    assert.deepEqual([counters.cold, counters.reasons], [0, {}]);
    assert.match((await project.run(1, "app")).said, /^hello Named-a 42/);
  },
);

testWith(["cargo", "cc", "git"], "edits in one worktree are its own", async () => {
  await using project = await CargoCheckouts.open(PROJECT);
  const run = async (index: number) => {
    const { counters } = await project.build(index, "build");
    return { said: (await project.run(index, "app")).said.split(" ")[0], cold: counters.cold };
  };
  await run(0);
  assert.deepEqual(await run(1), { said: "hello", cold: 0 });
  project.rig.write({ "core/src/greeting.txt": "good-day\n" }, project.folder(1));
  assert.equal((await run(1)).said, "good-day");
  project.clean(0);
  assert.deepEqual(await run(0), { said: "hello", cold: 0 });
  project.rig.write({ "core/src/greeting.txt": "good-day\n" }, project.folder(0));
  project.clean(0);
  assert.deepEqual(await run(0), { said: "good-day", cold: 0 });
  project.rig.write({ "sys/constant.txt": "1\n" }, project.folder(1));
  await project.build(1, "build");
  assert.match((await project.run(1, "app")).said, / 43 /);
  assert.match((await project.run(0, "app")).said, / 42 /);
});

testWith(
  ["cargo", "cc", "git"],
  "target folders elsewhere are shared too, and without asking nothing is",
  async (t) => {
    await using project = await CargoCheckouts.open(PROJECT);
    await t.step("target folders outside of the checkouts", async () => {
      const targets = ["t/one", "t/another-one"].map((name) => `${project.rig.base}/${name}`);
      for (const [index, target] of targets.entries()) {
        const built = await project.build(index, "build", { CARGO_TARGET_DIR: target });
        assert.deepEqual(built.unshared, {});
        if (index === 1) assert.deepEqual([built.counters.reasons, built.worktreeHits > 5], [{}, true]);
        const ran = await project.rig.bare([`${target}/debug/app`]);
        assert.match(text(ran.stdout), /^hello Named-a 42/);
      }
    });
    await t.step("without ZCCACHE_PATH_REMAP", async () => {
      await project.checkouts.clear();
      project.clean(0);
      project.clean(1);
      await project.build(0, "build", { ZCCACHE_PATH_REMAP: "" });
      const { counters, worktreeHits } = await project.build(1, "build", { ZCCACHE_PATH_REMAP: "" });
      const crates = 6;
      assert.deepEqual([worktreeHits, counters.cold], [0, crates], JSON.stringify(counters));
    });
  },
);

/** A crate of each kind that asks where it is, and one that makes something else of that. */
const PLACED: Readonly<Record<string, string>> = {
  "Cargo.toml": `[workspace]\nmembers = ["kinds", "dynamic", "macros", "length", "user"]\nresolver = "2"\n`,
  "kinds/Cargo.toml": manifest("kinds", { library: 'crate-type = ["rlib", "cdylib", "staticlib"]' }),
  "kinds/src/lib.rs":
    `#[no_mangle]\npub extern "C" fn here() -> *const u8 { HERE.as_ptr() }\npub const HERE: &str = env!("CARGO_MANIFEST_DIR");\n`,
  "dynamic/Cargo.toml": manifest("dynamic", { library: 'crate-type = ["dylib"]' }),
  "dynamic/src/lib.rs": `pub const HERE: &str = env!("CARGO_MANIFEST_DIR");\n`,
  "macros/Cargo.toml": manifest("macros", { library: "proc-macro = true" }),
  "macros/src/lib.rs": `use proc_macro::TokenStream;
#[proc_macro]
pub fn here(_: TokenStream) -> TokenStream { format!("{:?}", env!("CARGO_MANIFEST_DIR")).parse().unwrap() }
#[proc_macro]
pub fn asked(_: TokenStream) -> TokenStream {
    format!("{:?}", std::env::var("CARGO_MANIFEST_DIR").unwrap()).parse().unwrap()
}
`,
  "length/Cargo.toml": manifest("length"),
  "length/src/lib.rs": `pub const LENGTH: usize = env!("CARGO_MANIFEST_DIR").len();\n`,
  "user/Cargo.toml": manifest("user", {
    dependencies:
      `kinds = { path = "../kinds" }\nmacros = { path = "../macros" }\nlength = { path = "../length" }`,
  }),
  "user/src/main.rs": `fn main() {
    println!("{} {} {} {}", length::LENGTH, macros::here!(), macros::asked!(), env!("CARGO_MANIFEST_DIR"));
}
`,
};

testWith(["cargo", "cc", "git"], "crates that say where they are stay with their checkout", async () => {
  await using project = await CargoCheckouts.open(PLACED);
  const says = (index: number) => {
    const at = project.folder(index);
    return `${`${at}/length`.length} ${at}/macros ${at}/user ${at}/user\n`;
  };
  for (const index of [0, 1]) {
    for (const round of ["cold", "warm"]) {
      project.clean(index);
      const { unshared, worktreeHits, counters } = await project.build(index, "build");
      assert.equal((await project.run(index, "user")).said, says(index));
      assert.equal(worktreeHits, 0, JSON.stringify(counters));
      if (round === "warm") assert.deepEqual(counters.reasons, {}, "each checkout keeps its own");
      // kinds, dynamic, macros, length, user
      else assert.deepEqual(unshared, { path_sensitive_arg: 5 });
    }
  }
});
