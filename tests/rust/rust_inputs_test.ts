import assert from "node:assert/strict";
import { assertOk, Rig, testWith, text } from "../rig.ts";
import { rustEnvironment } from "../rig/rust.ts";

const LIB = "--crate-name q --crate-type lib q.rs".split(" ");
const MAIN = "--crate-name p --crate-type bin main.rs".split(" ");
const SOURCES = {
  "q.rs": "pub fn f() -> u32 { if cfg!(other) { 2 } else { 1 } }\n",
  "main.rs": `fn main() { println!("{}", if cfg!(other) { 2 } else { 1 }); }\n`,
};

async function openRig(files: Readonly<Record<string, string>>): Promise<Rig> {
  const rig = await Rig.open({ env: rustEnvironment() });
  rig.fresh(files);
  return rig;
}

testWith(
  ["rustc"],
  "a run that is profiled, or leaves what it had in between, is not kept",
  async () => {
    await using rig = await openRig(SOURCES);
    const env = { RUSTC_BOOTSTRAP: "1" };
    for (const [options, reason] of [["-Z self-profile", "time-trace"], ["-C save-temps", "save-temps"]]) {
      const argv = ["rustc", ...LIB, ...options!.split(" ")];
      const { reasons } = await rig.counting(() => rig.wrapped(argv, { env }));
      assert.deepEqual(reasons, { [reason!]: 1 });
    }
  },
);

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
