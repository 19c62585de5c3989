import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { Rig, testWith } from "../rig.ts";
import { rustEnvironment } from "../rig/rust.ts";

/** Its metadata is there long before its code is. */
const SLOW = Array.from(
  { length: 800 },
  (_, i) => `pub fn f${i}(v: &mut Vec<String>) { v.push(format!("{} {}", v.len(), ${i})); v.sort(); }`,
).join("\n");

const ARGUMENTS = "--crate-name slow --crate-type lib slow.rs --emit=dep-info,metadata,link -C opt-level=2";
const MESSAGES = ["--error-format=json", "--json=artifacts,diagnostic-rendered-ansi"];

/** Attempts: the machine may be so busy that all is done before the first line is read. */
const ATTEMPTS = 3;

testWith(["rustc", "cc"], "cargo hears of a crate's metadata while its code is still made", async (t) => {
  await using rig = await Rig.open({ env: rustEnvironment() });
  rig.write({ "slow.rs": SLOW });
  const argv = ["rustc", ...ARGUMENTS.split(" "), ...MESSAGES];
  for (const [name, prefix] of [["bare", []], ["a miss", rig.wrapper.prefix]] as const) {
    await t.step(name, async () => {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        rig.fresh({ "slow.rs": `${SLOW}\n// ${name}, ${attempt}\n` });
        if (await toldEarly(rig, [...prefix, ...argv])) return;
      }
      assert.fail("the line about the metadata came when all was done");
    });
  }
});

/** Whether the first line about an artifact comes before the crate's code is there. */
async function toldEarly(rig: Rig, [program, ...args]: readonly string[]): Promise<boolean> {
  const child = new Deno.Command(program!, {
    args,
    cwd: rig.work,
    env: rig.env,
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let text = "";
  let early: boolean | undefined;
  for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (early === undefined && text.includes('"emit":"metadata"')) {
      early = !existsSync(rig.at("libslow.rlib"));
    }
  }
  assert.equal((await child.status).code, 0, text);
  assert.match(text, /"emit":"metadata"/);
  return early === true;
}
