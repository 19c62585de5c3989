import assert from "node:assert/strict";
import { Rig, testWith, text } from "./rig.ts";
import { skipRest, which } from "../testing/needs.ts";
import { rustEnvironment } from "./rig/rust.ts";
import { eachRow, type Row } from "./rig/table.ts";

const SOURCES = {
  "q.rs":
    `mod part;\npub fn f() -> u32 { part::g() + include_str!("text.txt").len() as u32 }\npub fn h(unused: u32) {}\n`,
  "part.rs": "pub fn g() -> u32 { 1 }\n",
  "text.txt": "text\n",
  "main.rs": `fn main() { println!("{}", option_env!("SAYS").unwrap_or("nothing")); }\n#[test]\nfn t() {}\n`,
  "macros.rs":
    `extern crate proc_macro;\n#[proc_macro]\npub fn m(x: proc_macro::TokenStream) -> proc_macro::TokenStream { x }\n`,
  "c.rs": `#[no_mangle]\npub extern "C" fn c() -> i32 { 1 }\n`,
  "bad.rs": "fn main() { 1 }\n",
  "args": "--crate-name\nq\n--crate-type\nlib\nq.rs\n",
  "out/.keep": "",
};

const LIB = "--crate-name q --crate-type lib q.rs";
const MAIN = "--crate-name p --crate-type bin main.rs";

/** A failing compile that is not cargo's is kept like any other: build scripts ask so what the compiler can do. */
const ROWS: readonly Row[] = [
  [LIB, "miss", "hit"],
  [`${LIB} --out-dir out`, "miss", "hit"],
  [`${LIB} --emit=metadata`, "miss", "hit"],
  [`${LIB} --emit=metadata=out/x.rmeta,dep-info=out/x.d`, "miss", "hit"],
  [`${LIB} --emit=dep-info,metadata,link -C extra-filename=-1`, "miss", "hit"],
  [`${LIB} --emit=asm,llvm-ir,obj,mir,llvm-bc`, "miss", "hit"],
  [`${LIB} -o out/named.rlib`, "miss", "hit"],
  [`${LIB} -O -C debuginfo=2 -C metadata=7`, "miss", "hit"],
  [
    `${LIB} --error-format=json --json=artifacts,diagnostic-rendered-ansi --emit=dep-info,link`,
    "miss",
    "hit",
  ],
  [`${LIB} --cap-lints allow`, "miss", "hit"],
  [`${LIB} -C target-cpu=native`, "miss", "hit"],
  ["@args", "hit or miss", "hit"],
  [MAIN, "miss", "hit"],
  [`${MAIN} --emit=dep-info,link --out-dir out -C opt-level=1`, "miss", "hit"],
  [`${MAIN} -C strip=symbols`, "miss", "hit"],
  [`${MAIN} --emit=dep-info,link`, "miss", "hit"],
  [`${MAIN} --emit=dep-info,link`, "miss", "hit", { env: { SAYS: "something" } }],
  ["--crate-name p --test main.rs", "miss", "hit"],
  ["--crate-name m --crate-type proc-macro macros.rs --extern proc_macro", "miss", "hit"],
  ["--crate-name c --crate-type staticlib c.rs", "miss", "hit"],
  ["--crate-name c --crate-type cdylib c.rs", "miss", "hit"],
  ["--crate-name c --crate-type dylib c.rs -C prefer-dynamic", "miss", "hit"],
  ["-vV", "miss", "hit"],
  ["--print sysroot", "miss", "hit"],
  ["--crate-name bad --crate-type bin bad.rs", "miss", "hit"],
  ["q.rs --crate-type lib", "uncacheable:no-crate-name", "uncacheable:no-crate-name"],
  [`${LIB} -g -C split-debuginfo=packed`, "uncacheable:unknown-option", "uncacheable:unknown-option"],
  [`${MAIN} -g -C split-debuginfo=unpacked`, "uncacheable:unknown-option", "uncacheable:unknown-option"],
  [`${MAIN} -g -C split-debuginfo=off`, "miss", "hit"],
];

testWith(["rustc", "cc"], "rustc's outputs come from the cache as they were", async (t) => {
  const home = await Deno.makeTempDir({ prefix: "zccache-cargo-" });
  try {
    await using rig = await Rig.open({ env: rustEnvironment(home) });
    rig.fresh(SOURCES);
    await eachRow(t, { rig, compiler: "rustc" }, ROWS);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

/** Toolchains that rustup has, the default one first. */
async function toolchains(rig: Rig): Promise<string[]> {
  if (which("rustup") === undefined) return [];
  const { stdout } = await rig.bare(["rustup", "toolchain", "list"]);
  const lines = text(stdout).split("\n").filter((line) => /^[a-z0-9]/.test(line));
  const names = lines.sort((a, b) => Number(/default/.test(b)) - Number(/default/.test(a)));
  return names.map((line) => line.split(" ", 1)[0]!);
}

testWith(["rustc"], "a toolchain is the one that rustup chooses", async (t) => {
  const home = await Deno.makeTempDir({ prefix: "zccache-cargo-" });
  try {
    await using rig = await Rig.open({ env: rustEnvironment(home) });
    const other = (await toolchains(rig)).find((name) => name.startsWith("nightly"));
    if (other === undefined) {
      return await skipRest(t, "needs a second toolchain of rustup's");
    }
    rig.fresh(SOURCES);
    const lib = LIB.split(" ");
    const profiled = ["rustc", `+${other}`, ...lib, "-Z", "self-profile"];
    await rig.expectSame(["rustc", ...lib], { cold: "miss", warm: "hit" });
    await t.step("by +NAME", async () => {
      await rig.expectSame(["rustc", `+${other}`, ...lib], { cold: "miss", warm: "hit" });
    });
    await t.step("by RUSTUP_TOOLCHAIN", async () => {
      const env = { RUSTUP_TOOLCHAIN: other };
      await rig.expectSame(["rustc", ...lib], { cold: "miss", warm: "hit", env });
    });
    await t.step("by rust-toolchain.toml, as long as it's there", async () => {
      rig.write({ "rust-toolchain.toml": `[toolchain]\nchannel = "${other}"\n` });
      await rig.expectSame(["rustc", ...lib], { cold: "hit", warm: "hit" });
      Deno.removeSync(rig.at("rust-toolchain.toml"));
      await rig.expectSame(["rustc", ...lib], { cold: "hit", warm: "hit" });
    });
    await t.step("a run that is profiled, or leaves what it had in between, is not kept", async () => {
      const { reasons } = await rig.counting(() => rig.wrapped(profiled));
      assert.deepEqual(reasons, { "time-trace": 1 });
      const saving = await rig.counting(() => rig.wrapped(["rustc", ...lib, "-C", "save-temps"]));
      assert.deepEqual(saving.reasons, { "save-temps": 1 });
    });
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
