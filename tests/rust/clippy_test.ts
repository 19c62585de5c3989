import assert from "node:assert/strict";
import { testWith, text } from "../rig.ts";
import { CargoProject, messagesOf } from "./cargo_project.ts";
import { manifest } from "./manifest.ts";
import { LINTED, WORKSPACE } from "./workspace.ts";

testWith(["cargo", "cargo-clippy"], "clippy's findings come from the cache as they were", async (t) => {
  await using project = await CargoProject.open(LINTED);
  const { rig } = project;
  await t.step("warnings", async () => {
    const { outcome } = await project.expectSame("clippy");
    assert.match(text(outcome.stderr), /clippy::ptr_arg/);
  });
  for (const denied of ["clippy::len_zero", "warnings"]) {
    await t.step(`a lint that is denied by -D ${denied} fails each time`, async () => {
      project.clean();
      const words = `clippy -q -- -D ${denied}`;
      const bare = await project.bare(words);
      assert.notEqual(bare.outcome.code, 0);
      for (const run of ["cold", "again"]) {
        const wrapped = await project.wrapped(words);
        assert.equal(wrapped.outcome.code, bare.outcome.code, run);
        assert.equal(text(wrapped.outcome.stderr), text(bare.outcome.stderr), run);
      }
    });
  }
  await t.step("after a failure, what is allowed is answered as before", async () => {
    await project.expectSame("clippy");
  });
  await t.step("a configuration that appears counts", async () => {
    rig.write({ "clippy.toml": "too-many-arguments-threshold = 0\n" });
    const { outcome } = await project.expectSame("clippy");
    assert.match(text(outcome.stderr), /too_many_arguments/);
  });
  await t.step("both wrappers at once, and check is something else", async () => {
    const { outcome } = await project.expectSame("check");
    assert.doesNotMatch(text(outcome.stderr), /clippy/);
  });
});

testWith(["cargo", "cargo-clippy"], "every setting of clippy counts", async (t) => {
  await using project = await CargoProject.open(LINTED);
  const { rig } = project;
  const strict = "too-many-arguments-threshold = 0\n";
  const elsewhere = { CLIPPY_CONF_DIR: rig.at("settings") };
  const speaks = async (expected: boolean, words = "clippy", env = {}) => {
    const { outcome } = await project.expectSame(words, { env });
    assert.equal(/too_many_arguments/.test(text(outcome.stderr)), expected, text(outcome.stderr));
  };
  rig.write({ "settings/other.toml": "" });
  await speaks(false);
  await t.step("a folder that the environment names, empty at first", async () => {
    await speaks(false, "clippy", elsewhere);
    rig.write({ "settings/clippy.toml": strict });
    await speaks(true, "clippy", elsewhere);
    await speaks(false);
  });
  await t.step("an edit of the configuration", async () => {
    rig.write({ "settings/clippy.toml": "too-many-arguments-threshold = 7\n" });
    await speaks(false, "clippy", elsewhere);
    rig.write({ "settings/clippy.toml": strict });
    await speaks(true, "clippy", elsewhere);
  });
  await t.step("a hidden configuration", async () => {
    rig.write({ ".clippy.toml": strict });
    await speaks(true);
    Deno.removeSync(rig.at(".clippy.toml"));
    await speaks(false);
  });
  await t.step("a variable by which no links are given", async () => {
    const { outcome } = await project.expectSame("clippy", { env: { CLIPPY_DISABLE_DOCS_LINKS: "1" } });
    assert.match(text(outcome.stderr), /clippy::ptr_arg/);
    assert.doesNotMatch(text(outcome.stderr), /rust-clippy/);
  });
  await t.step("arguments, which cargo hands over in CLIPPY_ARGS", async () => {
    await speaks(false, "clippy -- -W clippy::pedantic");
    const { outcome } = await project.expectSame("clippy -- -W clippy::pedantic");
    assert.match(text(outcome.stderr), /clippy::must_use_candidate/);
    const allowed = await project.expectSame("clippy -- -A clippy::ptr_arg");
    assert.doesNotMatch(text(allowed.outcome.stderr), /#ptr_arg/);
  });
});

testWith(
  ["cargo", "cargo-clippy"],
  "a configuration above the package counts as long as it's there",
  async () => {
    await using project = await CargoProject.open({
      "Cargo.toml": `[workspace]\nmembers = ["deep/linted"]\nresolver = "2"\n`,
      "deep/linted/Cargo.toml": LINTED["Cargo.toml"]!,
      "deep/linted/src/lib.rs": LINTED["src/lib.rs"]!,
    });
    const { rig } = project;
    const speaks = async (expected: boolean) => {
      const { outcome } = await project.expectSame("clippy");
      assert.equal(/too_many_arguments/.test(text(outcome.stderr)), expected, text(outcome.stderr));
    };
    await speaks(false);
    for (const path of ["clippy.toml", "deep/clippy.toml", "deep/.clippy.toml", "../clippy.toml"]) {
      rig.write({ [path]: "too-many-arguments-threshold = 0\n" });
      await speaks(true);
      Deno.removeSync(rig.at(path));
      await speaks(false);
    }
  },
);

testWith(
  ["cargo", "cargo-clippy"],
  "a package in a linked folder has the configuration above where it is",
  async () => {
    await using project = await CargoProject.open({
      "Cargo.toml": `[workspace]\nmembers = ["linked"]\nresolver = "2"\n`,
      "../one/linted/Cargo.toml": LINTED["Cargo.toml"]!,
      "../one/linted/src/lib.rs": LINTED["src/lib.rs"]!,
      "../two/clippy.toml": "too-many-arguments-threshold = 0\n",
    });
    const { rig } = project;
    const speaks = async (expected: boolean) => {
      const { outcome } = await project.expectSame("clippy");
      assert.equal(/too_many_arguments/.test(text(outcome.stderr)), expected, text(outcome.stderr));
    };
    Deno.symlinkSync("../one/linted", rig.at("linked"));
    await speaks(false);
    rig.write({ "../one/clippy.toml": "too-many-arguments-threshold = 0\n" });
    await speaks(true);
    rig.write({ "../one/clippy.toml": "too-many-arguments-threshold = 9\n" });
    await speaks(false);
    Deno.removeSync(rig.at("linked"));
    Deno.renameSync(rig.at("../one/linted"), rig.at("../two/linted"));
    Deno.symlinkSync("../two/linted", rig.at("linked"));
    await speaks(true);
  },
);

testWith(["cargo", "cargo-clippy"], "with --no-deps only what cargo was asked for is linted", async () => {
  await using project = await CargoProject.open({
    "Cargo.toml": `[workspace]\nmembers = ["app", "linted"]\nresolver = "2"\n`,
    "app/Cargo.toml": manifest("app", { dependencies: 'linted = { path = "../linted" }' }),
    "app/src/lib.rs": "pub fn f() -> usize { linted::f(&Vec::new()) }\n",
    "linted/Cargo.toml": LINTED["Cargo.toml"]!,
    "linted/src/lib.rs": LINTED["src/lib.rs"]!,
  });
  for (
    const [words, speaks] of [["-p app", false], ["-p linted", true], ["--workspace", true], [
      "-p app",
      false,
    ]]
  ) {
    const { outcome } = await project.expectSame(`clippy ${words} -- --no-deps`);
    assert.equal(/ptr_arg/.test(text(outcome.stderr)), speaks, `${words}: ${text(outcome.stderr)}`);
  }
});

testWith(
  ["cargo", "cargo-clippy", "cc"],
  "a workspace with all sorts of targets is linted from the cache alone",
  async () => {
    await using project = await CargoProject.open(WORKSPACE);
    const { outcome } = await project.expectSame("clippy --workspace --all-targets");
    assert.match(text(outcome.stderr), /unused_variables/);
  },
);

testWith(["cargo", "cargo-clippy"], "what cargo mends by the compiler's advice is the same", async (t) => {
  await using project = await CargoProject.open(LINTED);
  const untidy = "use std::fmt;\npub fn f(x: u8) -> bool { let mut y = x; return y == 1; }\n";
  for (const words of ["fix --lib --allow-no-vcs", "clippy --fix --lib --allow-no-vcs"]) {
    await t.step(words, async () => {
      const mended: string[] = [];
      for (const how of ["bare", "wrapped", "wrapped"] as const) {
        project.clean();
        project.rig.write({ "src/lib.rs": untidy });
        const { outcome } = await project[how](words);
        mended.push(
          `${Deno.readTextFileSync(project.rig.at("src/lib.rs"))}${messagesOf(outcome).join("\n")}`,
        );
      }
      assert.doesNotMatch(mended[0]!, /use std|let mut/);
      assert.deepEqual(mended, Array(3).fill(mended[0]));
    });
  }
});

testWith(["cargo", "rustdoc", "cc"], "documentation and its tests are left to rustdoc", async (t) => {
  const documented = "/// ```\n/// assert_eq!(app::two(), 2);\n/// ```\npub fn two() -> u32 { 2 }\n";
  await using project = await CargoProject.open({
    ...WORKSPACE,
    "app/src/lib.rs": `${WORKSPACE["app/src/lib.rs"]}${documented}`,
  });
  await t.step("cargo test --doc", async () => {
    const { outcome } = await project.expectSame("test --doc");
    assert.match(text(outcome.stdout), /test result: ok. 1 passed/);
  });
  await t.step("cargo doc", async () => {
    await project.expectSame("doc --no-deps -p app");
    assert.match(Deno.readTextFileSync(project.rig.at("target/doc/app/fn.two.html")), /assert_eq/);
  });
  await t.step("rustdoc called through zccache", async () => {
    const argv = ["rustdoc", "--version"];
    const reason = "uncacheable:unknown-tool";
    await project.rig.expectSame(argv, { cold: reason, warm: reason });
  });
});
