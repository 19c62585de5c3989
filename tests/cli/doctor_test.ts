import assert from "node:assert/strict";
import { assertOk, launcher, Rig, testWith, text } from "../rig.ts";
import { examine } from "./doctor.ts";

const bin = () => launcher.prefix[0]!.replace(/\/[^/]*$/, "");

testWith(
  ["gcc"],
  "doctor finds nothing wrong with a good installation, and compiles a file twice",
  async () => {
    await using rig = await Rig.open();
    const env = { PATH: `${bin()}:/usr/bin:/bin` };
    const [code, report] = await examine(rig, env);
    assert.deepEqual([code, report.problems], [0, 0], JSON.stringify(report));
    const compiled = report.findings.find(({ check }) => check === "real-compile");
    assert.match(
      compiled?.text ?? "",
      /gcc through zccache: \d+ ms the first time, \d+ ms from the cache, the same bytes$/,
    );
    const checks = new Set(report.findings.map(({ check }) => check));
    assert.deepEqual([...checks], [
      "versions",
      "installation",
      "environment",
      "cache-root",
      "room",
      "file-system",
      "trouble",
      "compilers",
      "path-order",
      "real-compile",
      "daemon",
      "watching",
    ]);
    for (const { level, text, remedy } of report.findings) {
      if (level === "warning" || level === "problem") assert.ok(remedy !== undefined, text);
    }
    const shown = await rig.wrapped(["doctor"], { env });
    assertOk(shown);
    assert.match(
      text(shown.stdout),
      /^versions\n {2}ok +zccache [\s\S]*\n0 problem\(s\), \d+ warning\(s\), \d+ note\(s\)\n$/,
    );
  },
);

testWith(["gcc"], "doctor exits 1 when something is broken, and says what", async () => {
  await using rig = await Rig.open();
  const problems = async (env: Readonly<Record<string, string>>) => {
    const [code, report] = await examine(rig, env);
    assert.equal(code, 1);
    return report.findings.filter(({ level }) => level === "problem").map(({ check }) => check);
  };
  assert.deepEqual(await problems({ ZCCACHE_DISABLE: "1" }), ["environment"]);
  assert.deepEqual(await problems({ PATH: rig.base }), ["compilers"]);
  rig.write({ "a-file": "" });
  assert.deepEqual(await problems({ ZCCACHE_CACHE_DIR: rig.at("a-file") }), ["cache-root"]);
  // a compiler whose results can't be kept: what it makes depends on the clock
  rig.write({ "bin/gcc": '#!/bin/sh\ndate > /dev/null\nexec /usr/bin/gcc "$@"\n' });
  Deno.chmodSync(rig.at("bin/gcc"), 0o755);
  assert.deepEqual(await problems({ PATH: `${rig.at("bin")}:/usr/bin:/bin` }), ["real-compile"]);
});
