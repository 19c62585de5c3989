import assert from "node:assert/strict";
import { assertOk, type Rig, testWith, text } from "../rig.ts";
import { LIB, MAIN, openRig, SOURCES } from "./small_crates.ts";

testWith(
  ["rustc"],
  "a run that is profiled, or leaves what it had in between, is not kept",
  async () => {
    await using rig = await openRig(SOURCES);
    const env = { RUSTC_BOOTSTRAP: "1" };
    const refused = [
      ["-Z self-profile", "time-trace"],
      ["-Z unstable-options --error-format=json --json=artifacts,timings", "time-trace"],
      ["-C save-temps", "save-temps"],
    ];
    for (const [options, reason] of refused) {
      const argv = ["rustc", ...LIB, ...options!.split(" ")];
      const { reasons } = await rig.counting(() => rig.wrapped(argv, { env }));
      assert.deepEqual(reasons, { [reason!]: 1 });
    }
  },
);

testWith(["rustc"], "files that options of the code generator name are inputs and outputs", async (t) => {
  await using rig = await openRig({
    "q.rs": `#[no_mangle] pub extern "C" fn f(x: u32) -> u32 { x + 1 }\n`,
    "attributes.csv": "f,cold\n",
  });
  const lib = ["rustc", ...LIB, "--error-format=json", "--emit=dep-info,metadata,link", "-O", "-C"];
  await t.step("read", async () => {
    const argv = [...lib, "llvm-args=-forceattrs-csv-path=attributes.csv"];
    await rig.expectSame(argv, { cold: "miss", warm: "hit" });
    rig.write({ "attributes.csv": "f,cold\nf,optsize\n" });
    await rig.settled();
    await rig.expectSame(argv, { cold: "miss", warm: "hit" });
  });
  await t.step("written", async () => {
    const latin1 = new TextDecoder("latin1");
    const allow = {
      because: "nodes are called by where they were in memory",
      normalise: (_path: string, bytes: Uint8Array) =>
        new TextEncoder().encode(latin1.decode(bytes).replace(/Node0x[0-9a-f]+/g, "Node")),
    };
    await rig.expectSame([...lib, "passes=dot-cfg"], { cold: "miss", warm: "hit", allow });
    assert.ok([...Deno.readDirSync(rig.work)].some(({ name }) => name.endsWith(".dot")));
  });
});

testWith(
  ["rustc", "cc"],
  "where no dep-info tells, every variable that a crate may ask for counts",
  async (t) => {
    await using rig = await openRig({
      "asks.rs": `fn main() { println!("{:?}", option_env!("EDITOR")); }\n`,
      "silent.rs": "fn main() {}\n",
      "macros.rs": `#[macro_export] macro_rules! editor { () => { option_env!("EDITOR") }; }\n`,
      "uses.rs": `fn main() { println!("{:?}", macros::editor!()); }\n`,
    });
    assertOk(await rig.wrapped(["rustc", "--crate-type", "lib", "--crate-name", "macros", "macros.rs"]));
    await rig.settled();
    const again: Readonly<Record<string, "hit" | "miss">> = { asks: "miss", silent: "hit", uses: "miss" };
    for (const [name, cold] of Object.entries(again)) {
      await t.step(name, async () => {
        const argv = `rustc --crate-name p --crate-type bin ${name}.rs`.split(" ");
        if (name === "uses") argv.push("--extern", "macros=libmacros.rlib");
        await rig.expectSame(argv, { cold: "miss", warm: "hit", env: { EDITOR: "one" } });
        await rig.expectSame(argv, { cold, warm: "hit", env: { EDITOR: "two" } });
        await rig.expectSame(argv, { cold: "hit", warm: "hit", env: { EDITOR: "one" } });
      });
    }
  },
);

testWith(
  ["rustc", "cc"],
  "the text of a link that a macro reads is an input, wherever it leads",
  async (t) => {
    await using rig = await openRig({
      "macros.rs": `extern crate proc_macro;
#[proc_macro]
pub fn text(_: proc_macro::TokenStream) -> proc_macro::TokenStream {
    format!("{:?}", format!("{:?}", std::fs::read_link("link").ok())).parse().unwrap()
}
`,
      "uses.rs": `pub fn f() -> &'static str { macros::text!() }\n`,
      "there": "",
      "link": "",
    });
    const macros = "--crate-name macros --crate-type proc-macro macros.rs --extern proc_macro";
    assertOk(await rig.wrapped(["rustc", ...macros.split(" ")]));
    const argv = "rustc --crate-name p --crate-type lib uses.rs --extern macros=libmacros.so".split(" ");
    for (const target of ["nowhere", "./nowhere", "there", "./there"]) {
      await t.step(target, async () => {
        Deno.removeSync(rig.at("link"), { recursive: true });
        Deno.symlinkSync(target, rig.at("link"));
        await rig.settled();
        await rig.expectSame(argv, { cold: "miss", warm: "hit" });
      });
    }
    await t.step("no link", async () => {
      Deno.removeSync(rig.at("link"));
      rig.write({ link: "" });
      await rig.settled();
      await rig.expectSame(argv, { cold: "miss", warm: "hit" });
    });
  },
);

testWith(["rustc", "cc"], "a failure that comes of the moment is not kept", async (t) => {
  const moments: readonly (readonly [what: string, args: readonly string[], spoil: (rig: Rig) => void])[] = [
    ["a library that may not be written", LIB, (rig) => lock(rig, "libq.rlib")],
    ["a program that may not be written", MAIN, (rig) => lock(rig, "p")],
    ["what the system refuses", [...LIB, "--emit=mir=q.rs/q.mir"], () => {}],
  ];
  for (const [what, args, spoil] of moments) {
    await t.step(what, async () => {
      await using rig = await openRig(SOURCES);
      spoil(rig);
      const { reasons } = await rig.counting(() => rig.wrapped(["rustc", ...args]));
      assert.deepEqual(reasons, { "tool-failed": 1 });
    });
  }
});

function lock(rig: Rig, path: string): void {
  rig.write({ [path]: "" });
  Deno.chmodSync(rig.at(path), 0o444);
}

/** Profiles in the text form, for programs that run this often. */
const profile = (count: number) => `:ir\nmain\n1\n1\n${count}\n`;

testWith(["rustc", "cc", "llvm-profdata"], "a profile is an input", async (t) => {
  await using rig = await openRig({ ...SOURCES, "few.txt": profile(1), "many.txt": profile(1000) });
  const merge = async (from: string, to: string) =>
    assertOk(await rig.bare(["llvm-profdata", "merge", from, "-o", to]));
  for (const args of [LIB, MAIN]) {
    await t.step(args.join(" "), async () => {
      const use = ["rustc", ...args, "-O", "-C", "profile-use=used.profdata"];
      await merge("few.txt", "used.profdata");
      await merge("few.txt", "same.profdata");
      await rig.settled();
      await rig.expectSame(["rustc", ...args, "-O"], { cold: "miss", warm: "hit" });
      await rig.expectSame(use, { cold: "miss", warm: "hit" });
      await merge("many.txt", "used.profdata");
      await rig.settled();
      await rig.expectSame(use, { cold: "miss", warm: "hit" });
      await merge("few.txt", "used.profdata");
      await rig.settled();
      await rig.expectSame(use, { cold: "hit", warm: "hit" });
      const other = ["rustc", ...args, "-O", "-C", "profile-use=same.profdata"];
      await rig.expectSame(other, { cold: "miss", warm: "hit" });
    });
  }
  await t.step("one that isn't there", async () => {
    const argv = ["rustc", ...LIB, "-C", "profile-use=none.profdata"];
    await rig.expectSame(argv, { cold: "miss", warm: "hit" });
  });
});

/** All that a crate needs that has nothing of the standard library. */
const BARE = `#![feature(no_core, lang_items)]
#![no_core]
#![allow(internal_features)]
#[lang = "pointee_sized"]
pub trait PointeeSized {}
#[lang = "meta_sized"]
pub trait MetaSized: PointeeSized {}
#[lang = "sized"]
pub trait Sized: MetaSized {}
pub fn f() {}
`;

testWith(["rustc"], "what describes a target is an input", async (t) => {
  await using rig = await openRig({ "q.rs": BARE });
  const env = { RUSTC_BOOTSTRAP: "1" };
  const unstable = ["-Z", "unstable-options"];
  const host = /^host: (.*)$/m.exec(text((await rig.bare(["rustc", "-vV"])).stdout))?.[1] ?? "";
  const asked = ["rustc", ...unstable, "--print", "target-spec-json", "--target", host];
  const spec = text((await rig.bare(asked, { env })).stdout);
  const narrow = spec.replace(/"max-atomic-width": \d+/, `"max-atomic-width": 32`);
  assert.notEqual(narrow, spec);
  await t.step("without -Z unstable-options it's refused as by the compiler", async () => {
    rig.write({ "mine.json": spec });
    await rig.settled();
    await rig.expectSame(["rustc", ...LIB, "--target", "mine.json"], { cold: "miss", warm: "hit" });
  });
  const cases: readonly (readonly [target: string, file: string, more: Readonly<Record<string, string>>])[] =
    [
      ["mine.json", "mine.json", {}],
      ["theirs", "targets/theirs.json", { RUST_TARGET_PATH: "targets" }],
    ];
  for (const [target, file, more] of cases) {
    await t.step(`--target ${target}`, async () => {
      rig.write({ [file]: spec });
      await rig.settled();
      const around = { env: { ...env, ...more } };
      const compile = ["rustc", ...LIB, ...unstable, "--target", target];
      const ask = ["rustc", ...unstable, "--print", "cfg", "--target", target];
      await rig.expectSame(compile, { cold: "miss", warm: "hit", ...around });
      await rig.expectSame(ask, { cold: "miss", warm: "hit", ...around });
      rig.write({ [file]: narrow });
      await rig.settled();
      await rig.expectSame(compile, { cold: "miss", warm: "hit", ...around });
      await rig.expectSame(ask, { cold: "miss", warm: "hit", ...around });
      rig.write({ [file]: spec });
      await rig.settled();
      await rig.expectSame(compile, { cold: "hit", warm: "hit", ...around });
    });
  }
  await t.step("a program for it has a name that is not known", async () => {
    const program = ["rustc", "--crate-name", "p", "--crate-type", "cdylib", "q.rs", ...unstable];
    const { reasons } = await rig.counting(() => rig.wrapped([...program, "--target", "mine.json"], { env }));
    assert.deepEqual(reasons, { "unsupported-target": 1 });
  });
});
