import assert from "node:assert/strict";
import { assertOk, Rig, testWith } from "../rig.ts";
import { rustEnvironment } from "../rig/rust.ts";
import { watchesIn } from "../rig/watches.ts";

const CRATE = "rustc --crate-name q --crate-type lib q.rs --emit=metadata,link --out-dir deps".split(" ");
const USER = "rustc --crate-name p --crate-type bin main.rs --extern q=deps/libq.rlib".split(" ");

testWith(
  ["rustc", "cc"],
  "a delivered crate's files are looked at before anybody asks, and again when they change",
  async () => {
    await using rig = await Rig.open({ env: rustEnvironment() });
    rig.fresh({
      // more than what is compared with its original only from some size on
      "q.rs": `pub static LARGE: [u8; 200_000] = [7; 200_000];\npub fn f() -> u8 { LARGE[1] }\n`,
      "main.rs": 'fn main() { println!("{}", q::f()); }\n',
      "deps/.keep": "",
    });
    const deps = rig.at("deps");
    const [rlib, rmeta] = [`${deps}/libq.rlib`, `${deps}/libq.rmeta`];
    assertOk(await rig.wrapped(CRATE));
    await rig.settled();
    await rig.expectSame(USER, { cold: "miss", warm: "hit" });
    Deno.removeSync(rlib);
    Deno.removeSync(rmeta);
    await rig.settled();
    const before = watchesIn(rig, deps);
    assertOk(await rig.wrapped(CRATE));
    // files are watched one by one once it's known what they are
    for (let i = 0; watchesIn(rig, deps) < before + 2; i++) {
      assert.ok(i < 200, "nobody looked");
      await new Promise((resume) => setTimeout(resume, 10));
    }
    await rig.expectSame(USER, { cold: "hit", warm: "hit" });
    const bytes = Deno.readFileSync(rlib);
    const at = bytes.findIndex((_, i) => bytes.subarray(i, i + 100).every((byte) => byte === 7));
    assert.ok(at > 0);
    bytes[at + 1] = 8;
    Deno.writeFileSync(rlib, bytes);
    await rig.expectSame(USER, { cold: "miss", warm: "hit" });
  },
);
