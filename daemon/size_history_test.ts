import assert from "node:assert/strict";
import { LineFile, parseSizeLine } from "../lib/journal/mod.ts";
import { SizeHistory } from "./size_history.ts";

Deno.test("SizeHistory notes the size once for many changes, not for none, and what was dropped since the line before", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const path = `${folder}/size.jsonl`;
    const file = new LineFile(path, { complain: assert.fail });
    const lines = () => Deno.readTextFileSync(path).trimEnd().split("\n").map(parseSizeLine);
    let usage = { results: 1, bytes: 10, evicted: 0 };
    {
      await using history = new SizeHistory({ file, usage: () => usage, now: () => 7, waitMs: 5 });
      for (let i = 0; i < 100; i++) history.touch();
      usage = { results: 5, bytes: 50, evicted: 2 };
      await new Promise((resume) => setTimeout(resume, 50));
      await file.written();
      assert.deepEqual(lines(), [{ atMs: 7, results: 5, bytes: 50, evicted: 2 }]);
      history.touch();
      await new Promise((resume) => setTimeout(resume, 50));
      await file.written();
      assert.equal(lines().length, 1, "nothing changed");
      usage = { results: 4, bytes: 40, evicted: 5 };
      history.touch();
    }
    assert.deepEqual(
      lines().slice(1),
      [{ atMs: 7, results: 4, bytes: 40, evicted: 3 }],
      "at the end, at once",
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
