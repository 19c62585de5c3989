import assert from "node:assert/strict";
import { assertOk, Rig, testWith, text } from "../rig.ts";
import { allGone } from "../rig/daemon.ts";

const FILES = { "a.c": "int a;\n" };

const SHELLS = [["sh", "--shell"], ["bash", "--shell"], ["zsh", "--shell"], ["fish", "--fish"]] as const;

for (const [shell, option] of SHELLS) {
  testWith([shell, "gcc"], `session-start ${option} sets the variable in ${shell}`, async () => {
    await using rig = await Rig.open();
    rig.fresh({ ...FILES, "it's $a\\ place/.keep": "" });
    const zccache = rig.wrapper.prefix.join(" ");
    const command = `${zccache} session-start --stats --private-daemon --owner-pid ${Deno.pid} ${option}`;
    const root = `${rig.work}/it's $a\\ place`;
    const lines = [
      shell === "fish" ? `${command} | source` : `eval "$(${command})"`,
      `${zccache} gcc -c a.c`,
      `${zccache} session-stats "$ZCCACHE_SESSION_ID"`,
      "printenv ZCCACHE_CACHE_DIR",
      `${zccache} session-end "$ZCCACHE_SESSION_ID"`,
    ];
    await rig.settled();
    const ran = await rig.bare([shell, "-c", lines.join("\n")], { env: { ZCCACHE_CACHE_DIR: root } });
    assertOk(ran);
    assert.match(text(ran.stderr), /1 compilations: 0 hits, 1 misses/);
    assert.equal(text(ran.stdout), `${root}\n`);
    assert.ok(await allGone(root, 5000), "the private daemon leaves with its session");
  });
}

testWith(["gcc", "jq", "bash"], "the one line of JSON works as the documents show", async () => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  const zccache = rig.wrapper.prefix.join(" ");
  const script = `
    result=$(${zccache} session-start --stats --journal build.jsonl)
    session_id=$(echo "$result" | jq -r .session_id)
    export ZCCACHE_SESSION_ID=$session_id
    ${zccache} gcc -c a.c
    ${zccache} session-end $session_id 2>/dev/null
    echo "$result" | jq -r .journal_path
    jq -r .outcome build.jsonl`;
  const ran = await rig.bare(["bash", "-ec", script]);
  assertOk(ran);
  assert.equal(text(ran.stdout), `${rig.at("build.jsonl")}\nmiss\n`);
});
