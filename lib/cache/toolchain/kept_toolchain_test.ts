import assert from "node:assert/strict";
import { digestText } from "../../core/mod.ts";
import { comparePrograms, keepToolchain, type KeptToolchain, keptToolchain } from "./kept_toolchain.ts";

function notes() {
  const values = new Map<string, string>();
  return {
    note: (name: string) => values.get(name),
    setNote: (name: string, value: string) => void values.set(name, value),
  };
}

const GCC: KeptToolchain = {
  files: [["/usr/bin/gcc", digestText("gcc")], ["/usr/libexec/cc1", digestText("cc1")]],
  absent: [],
  folders: ["/usr/include"],
  version: "gcc version 14.2.0",
  identity: digestText("one"),
};
const NEWER = {
  ...GCC,
  files: [GCC.files[0]!, ["/usr/libexec/cc1", digestText("cc1, newer")] as const],
  version: "gcc version 14.3.0",
  identity: digestText("two"),
};

Deno.test("keepToolchain() answers the question, and keeps the one before for comparison", () => {
  const kept = notes();
  for (const toolchain of [GCC, NEWER]) keepToolchain(kept, "question", toolchain);
  assert.deepEqual(keptToolchain(kept, "question"), NEWER);
  assert.equal(keptToolchain(kept, "another"), undefined);
  assert.deepEqual(comparePrograms(kept, digestText("one"), digestText("two")), [
    { kind: "program", was: "gcc version 14.2.0", now: "gcc version 14.3.0" },
    {
      kind: "program",
      name: "/usr/libexec/cc1",
      was: digestText("cc1").slice(0, 12),
      now: digestText("cc1, newer").slice(0, 12),
    },
  ]);
});

Deno.test("comparePrograms() says something even where nothing is known", () => {
  const [was, now] = [digestText("one"), digestText("two")];
  assert.deepEqual(comparePrograms(notes(), was, now), [{ kind: "program", was, now }]);
});
