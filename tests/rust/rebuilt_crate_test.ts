import assert from "node:assert/strict";
import { assertOk, Rig, testWith } from "../rig.ts";
import { FakeTool } from "../rig/fake_tool.ts";
import { rustEnvironment } from "../rig/rust.ts";

const SOURCES = {
  "a.rs": "pub fn f() -> u32 { 1 }\n",
  "c.rs": "pub fn f() -> u32 { 3 }\n",
  "b.rs": "pub fn f() -> u32 { below::f() }\n",
  "user.rs": "pub fn u() -> u32 { b::f() }\n",
};

/** What makes the cache take a compile for one all of whose inputs are told. */
const CARGO_LIKE = "--error-format=json --emit=dep-info,link";

const lib = (name: string) =>
  `rustc --crate-name ${name} --crate-type lib ${name}.rs ${CARGO_LIKE}`.split(" ");
const against = (below: string) => [...lib("b"), "--extern", `below=lib${below}.rlib`];
const USER = [...lib("user"), ..."--extern b=libb.rlib -L dependency=.".split(" ")];

/** Crates as other build systems than cargo have them made: their names say nothing of what they are made from. */
async function openRig(): Promise<Rig> {
  const rig = await Rig.open({ env: rustEnvironment() });
  rig.fresh(SOURCES);
  for (const name of ["a", "c"]) assertOk(await rig.wrapped(lib(name)));
  await rig.settled();
  return rig;
}

testWith(
  ["rustc", "cc"],
  "a crate that is built without the cache is not taken for the one before it",
  async () => {
    await using rig = await openRig();
    assertOk(await rig.wrapped(against("a")));
    await rig.settled();
    await rig.expectSame(USER, { cold: "miss", warm: "hit" });
    assertOk(await rig.bare(against("c")));
    await rig.settled();
    await rig.expectSame(USER, { cold: "miss", warm: "hit" });
    // another c, which is not the one that b was compiled against
    rig.write({ "c.rs": "pub fn f() -> u32 { 4 }\npub fn g() {}\n" });
    await rig.settled();
    assertOk(await rig.bare(lib("c")));
    await rig.settled();
    const { code } = await rig.expectSame(USER, { cold: "error", warm: "any" });
    assert.equal(code, 1);
  },
);

testWith(
  ["rustc", "cc", "linux"],
  "who used a crate whose result was not kept is not kept either",
  async () => {
    await using rig = await openRig();
    const slow = await FakeTool.build(rig, "rustc");
    const user = await FakeTool.build(rig, "rustc", ["-DSILENT"]);
    const [, ...making] = against("a");
    const [, ...using] = USER;
    slow.hold("after");
    const made = rig.wrapped([slow.path, ...making]);
    assert.equal(await slow.arrived(made), "held");
    user.hold("before");
    const used = rig.wrapped([user.path, ...using]);
    assert.equal(await user.arrived(used), "held");
    const { reasons } = await rig.counting(async () => {
      rig.write({ "b.rs": `${SOURCES["b.rs"]}pub fn more() {}\n` });
      slow.release();
      assertOk(await made);
      await rig.counters();
      user.release();
      assertOk(await used);
    });
    assert.deepEqual(reasons, { "input-changed-during-run": 1, "unknown-crate": 1 });
    user.letGo();
    await rig.settled();
    await rig.expectSame([user.path, ...using], { cold: "miss", warm: "hit" });
  },
);
