import assert from "node:assert/strict";
import { LineFile, parseSizeLine } from "../lib/journal/mod.ts";
import { SizeHistory } from "./size_history.ts";

Deno.test("SizeHistory notes the size once for many changes, not for none, and what was dropped since the line before", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const path = `${folder}/size.jsonl`;
    const file = new LineFile(path, { complain: assert.fail });
    let now = { results: 5, bytes: 50, evicted: 2 };
    let asked = 0;
    const usage = () => {
      asked++;
      return now;
    };
    const linesOnce = async (times: number) => {
      while (asked < times) await new Promise((resume) => setTimeout(resume, 1));
      await file.written();
      return Deno.readTextFileSync(path).trimEnd().split("\n").map(parseSizeLine);
    };
    {
      await using history = new SizeHistory({ file, usage, now: () => 7, waitMs: 5 });
      for (let i = 0; i < 100; i++) history.touch();
      assert.deepEqual(await linesOnce(1), [{ atMs: 7, ...now }]);
      history.touch();
      assert.equal((await linesOnce(2)).length, 1, "nothing changed");
      now = { results: 4, bytes: 40, evicted: 5 };
      history.touch();
    }
    assert.deepEqual((await linesOnce(3))[1], { atMs: 7, results: 4, bytes: 40, evicted: 3 }, "at the end");
    assert.equal(asked, 3);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
