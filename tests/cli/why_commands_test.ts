import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { assertOk, Rig, testWith, text, typescript, which } from "../rig.ts";
import { blobsOf, damage } from "../rig/blobs.ts";
import { compiled, told, why } from "./why.ts";

testWith(
  ["gcc", "clang"],
  "why tells another compiler, and one that was exchanged in its place",
  async () => {
    await using rig = await Rig.open();
    rig.fresh({ "a.c": "int a;\n" });
    await compiled(rig, ["gcc", "-c", "a.c"]);
    await compiled(rig, ["clang", "-c", "a.c"]);
    const other = await why(rig, "a.c");
    assert.equal(other.record.reason, "command-changed");
    const kinds = other.record.because?.differences?.map(({ kind, name, was, now }) =>
      [kind, name ?? "", was, now].join(" ")
    );
    assert.ok(kinds?.includes("setting family gcc clang"), JSON.stringify(kinds));
    assert.ok(
      kinds?.some((kind) => /^program .*gcc version.*clang version/.test(kind)),
      JSON.stringify(kinds),
    );
    const script = `#!/bin/sh\nexec ${which("gcc")} "$@"\n`;
    const bin = rig.folder({ gcc: script }, "bin");
    Deno.chmodSync(`${bin}/gcc`, 0o755);
    await rig.settled(bin);
    const env = { PATH: `${bin}:/usr/bin:/bin` };
    await compiled(rig, ["gcc", "-c", "a.c"], { env });
    rig.write({ gcc: script.replace("exec", "# another release\nexec") }, bin);
    await rig.settled(bin);
    await compiled(rig, ["gcc", "-c", "a.c"], { env });
    assert.deepEqual(told(await why(rig, "a.c")), ["tool-changed", { kind: "program", name: `${bin}/gcc` }]);
  },
);

testWith(["gcc"], "why tells a damaged result from one that was evicted", async () => {
  const large = (seed: number) => `char big[60000] = { ${seed} };\n`;
  await using rig = await Rig.open({ env: { ZCCACHE_CACHE_SIZE_BYTES: "100000" } });
  rig.fresh({ "a.c": large(1), "b.c": large(2) });
  await compiled(rig, ["gcc", "-c", "a.c"]);
  for (const blob of blobsOf(rig.root).keys()) damage(blob, "flipped");
  await compiled(rig, ["gcc", "-c", "a.c"]);
  const damaged = await why(rig, "a.c");
  assert.deepEqual([damaged.record.reason, damaged.record.detail], ["result-gone", "damaged"]);
  await rig.endDaemon();
  {
    // so that it counts as idle, which takes a minute
    using index = new DatabaseSync(`${rig.root}/index.sqlite`);
    index.exec("update results set used = 1");
  }
  await compiled(rig, ["gcc", "-c", "b.c"]);
  await rig.wrapped(["status"]);
  while (blobsOf(rig.root).size > 1) await new Promise((resolve) => setTimeout(resolve, 10));
  await compiled(rig, ["gcc", "-c", "a.c"]);
  const evicted = await why(rig, "a.c");
  assert.deepEqual([evicted.record.reason, evicted.record.detail], ["result-gone", "evicted"]);
  assert.match(evicted.explanation?.remedy ?? "", /ZCCACHE_CACHE_SIZE_BYTES/);
});

testWith(["gcc"], "why tells of links and of several sources in one command", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int main(void) { return 0; }\n", "b.c": "int b;\n" });
  await compiled(rig, ["gcc", "-c", "a.c", "b.c"]);
  rig.write({ "b.c": "long b;\n" });
  await rig.settled();
  await compiled(rig, ["gcc", "-c", "a.c", "b.c"]);
  for (const source of ["a.c", "b.c"]) {
    assert.deepEqual(told(await why(rig, source)), ["input-changed", { kind: "file", name: rig.at("b.c") }]);
  }
  await compiled(rig, ["gcc", "a.o", "-o", "program"]);
  await compiled(rig, ["gcc", "a.o", "-s", "-o", "program"]);
  const link = await why(rig, "program");
  assert.deepEqual([link.record.outcome, ...told(link) as unknown[]], [
    "link_miss",
    "command-changed",
    { kind: "argument", now: "-s" },
  ]);
});

testWith(
  ["gcc", "ar"],
  "why tells that an archive which is added to held something else before",
  async () => {
    await using rig = await Rig.open();
    rig.fresh({ "a.c": "int a;\n", "b.c": "int b;\n" });
    await compiled(rig, ["gcc", "-c", "a.c", "b.c"]);
    const add = (member: string) => compiled(rig, ["ar", "rcs", "lib.a", member]);
    const changed = ["input-changed", { kind: "file", name: rig.at("lib.a") }];
    await add("a.o");
    // over the archive that it made itself
    await add("a.o");
    assert.deepEqual(told(await why(rig, "lib.a")), changed);
    await add("b.o");
    await add("a.o");
    assert.deepEqual(told(await why(rig, "lib.a")), changed);
    Deno.removeSync(rig.at("lib.a"));
    await rig.settled();
    await add("a.o");
    assert.equal((await why(rig, "lib.a")).record.outcome, "link_hit");
  },
);

testWith(["gcc"], "why --session adds up a build's reasons and what changed", async () => {
  for (const wrapper of [undefined, typescript]) {
    await using rig = await Rig.open(wrapper === undefined ? {} : { wrapper });
    rig.fresh({ "a.c": '#include "h.h"\n', "b.c": '#include "h.h"\n', "h.h": "int h;\n" });
    const session = crypto.randomUUID();
    const env = { ZCCACHE_SESSION_ID: session };
    for (const source of ["a.c", "b.c"]) await compiled(rig, ["gcc", "-c", source]);
    rig.write({ "h.h": "long h;\n" });
    await rig.settled();
    for (const source of ["a.c", "b.c", "a.c"]) await compiled(rig, ["gcc", "-c", source], { env });
    await rig.wrapped(["gcc", "-E", "a.c"], { env });
    const outcome = await rig.wrapped(["why", "--session", session, "--json"]);
    assertOk(outcome);
    const object = JSON.parse(text(outcome.stdout));
    assert.deepEqual([object.commands, object.hits], [4, 1]);
    const rows = object.reasons.map((
      { reason, count }: { reason: string; count: number },
    ) => [reason, count]);
    assert.deepEqual(rows, [["input-changed", 2], ["preprocess-only", 1]]);
    assert.deepEqual(object.reasons[0].examples, [rig.at("a.c"), rig.at("b.c")]);
    assert.equal(object.changes.length, 1);
    assert.deepEqual([object.changes[0].name, object.changes[0].count], [rig.at("h.h"), 2]);
    const shown = text((await rig.wrapped(["why", `--session=${session}`])).stdout);
    assert.match(shown, /2 +\d+ms +input-changed \(2\): .*\n +a\.c, b\.c\n[\s\S]*2 +\d+ms +file h\.h\n$/);
    assert.equal((await rig.wrapped(["why", "--session", crypto.randomUUID()])).code, 1);
  }
});

testWith(["gcc"], "why works without a daemon, and shows no control characters", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a\x1b[31m.c": "int a;\n" });
  await compiled(rig, ["gcc", "-c", "a\x1b[31m.c", "-o", "a.o"]);
  await rig.endDaemon();
  const outcome = await rig.wrapped(["why", "a.o"]);
  assertOk(outcome);
  const shown = text(outcome.stdout);
  assert.match(shown, /first-seen/);
  assert.ok(!shown.includes("\x1b") && shown.includes("\\x1b[31m"), shown);
});
