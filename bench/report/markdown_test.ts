import assert from "node:assert/strict";
import type { Outcome } from "../scenarios/scenario.ts";
import { comparison, outcomeTable, replaceBetween } from "./markdown.ts";
import type { Results } from "./results.ts";

const outcome: Outcome = {
  name: "hit",
  title: "One hit",
  how: "A loop.",
  unit: "ms",
  budget: "≤ 1 ms",
  rows: [
    { group: "", who: "bare", samples: [400] },
    { group: "", who: "/bin/true", samples: [0.5] },
    { group: "", who: "zccache", samples: [0.9, 1, 1.1] },
    { group: "", who: "sccache", samples: [], note: "nothing" },
  ],
};

Deno.test("outcomeTable() gives medians, quarters and both ratios", () => {
  const [header, rows] = outcomeTable(outcome);
  assert.deepEqual(header, ["", "ms", "of bare", "of /bin/true"]);
  assert.deepEqual(rows[2], ["zccache", "1.00 (0.950 – 1.05)", "0.250 %", "2.00 ×"]);
});

Deno.test("comparison() has a column for every program, and a dash for what was not measured", () => {
  const machine = {
    processor: "P",
    cores: 2,
    memoryGib: 4,
    system: "S",
    kernel: "K",
    compiler: "gcc",
    deno: "2",
  };
  const results: Results = {
    format: 1,
    date: "2026-01-02T00:00:00Z",
    load: [0, 1],
    quick: false,
    machine,
    versions: {},
    outcomes: [outcome],
  };
  assert.match(comparison(results), /\| One hit \| 400 ms \| 1\.00 ms \| – \| – \| ≤ 1 ms \|/);
});

Deno.test("replaceBetween() replaces what is between the marks and nothing else", () => {
  const text = "a\n<!-- bench:start -->\nold\n<!-- bench:end -->\nz\n";
  assert.equal(
    replaceBetween(text, "bench", "new"),
    "a\n<!-- bench:start -->\n\nnew\n\n<!-- bench:end -->\nz\n",
  );
  assert.throws(() => replaceBetween("no marks", "bench", "new"), /Cannot write/);
});
