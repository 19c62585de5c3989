import { assertOk, Rig, testWith } from "../rig.ts";
import { rustEnvironment } from "../rig/rust.ts";
import { eachRow, type Row } from "../rig/table.ts";

const SOURCES = {
  "q.rs": "pub fn f() -> u32 { 1 }\n",
  "user.rs": "pub fn u() -> u32 { q::f() }\n",
  "declares.rs": "extern crate q;\npub fn u() -> u32 { q::f() }\n",
  "renames.rs": "pub fn u() -> u32 { other::f() }\n",
  "bytes.rs": `pub static BYTES: &[u8] = include_bytes!("data.bin");\n`,
  "data.bin": "one",
  "deps/.keep": "",
};

const CRATE = "--crate-name q --crate-type lib q.rs --out-dir deps";
const user = (source: string) => `--crate-name user --crate-type lib ${source}`;
const env = { RUSTC_BOOTSTRAP: "1" };

/** Each way to name the crate that another one uses. */
const ROWS: readonly Row[] = [
  [`${user("user.rs")} --extern q=deps/libq.rlib`, "miss", "hit"],
  [`${user("user.rs")} --extern=q=deps/libq.rlib`, "hit or miss", "hit"],
  [`${user("renames.rs")} --extern other=deps/libq.rlib`, "miss", "hit"],
  [`${user("user.rs")} --extern q -L all=deps`, "miss", "hit"],
  [`${user("user.rs")} --extern q -L deps`, "hit", "hit"],
  [`${user("declares.rs")} -L crate=deps`, "miss", "hit"],
  [`${user("user.rs")} --extern q=deps/libq.rlib -L dependency=deps`, "miss", "hit"],
  [`${user("user.rs")} -Z unstable-options --extern priv:q=deps/libq.rlib`, "miss", "hit", { env }],
  [`${user("declares.rs")} -Z unstable-options --extern noprelude:q=deps/libq.rlib`, "miss", "hit", { env }],
  [user("bytes.rs"), "miss", "hit"],
];

testWith(
  ["rustc", "cc"],
  "crates that others use are known by content, however they are named",
  async (t) => {
    await using rig = await Rig.open({ env: rustEnvironment() });
    rig.fresh(SOURCES);
    const makeCrate = async () => {
      assertOk(await rig.wrapped(["rustc", ...CRATE.split(" ")]));
      await rig.settled();
    };
    await makeCrate();
    await t.step("at first", async (t) => await eachRow(t, { rig, compiler: "rustc" }, ROWS));
    rig.write({ "q.rs": "pub fn f() -> u32 { 2 }\npub fn g() {}\n", "data.bin": "two" });
    await makeCrate();
    await t.step("after an edit", async (t) => await eachRow(t, { rig, compiler: "rustc" }, ROWS));
  },
);
