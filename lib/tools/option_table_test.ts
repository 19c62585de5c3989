import assert from "node:assert/strict";
import { OptionTable } from "./option_table.ts";

const base = new OptionTable([["-D", "either", 1], ["-f", "joined", 2], ["-foo", "none", 3], [
  "-o",
  "next",
  4,
]]);

for (
  const [argument, name] of [
    ["-D", "-D"],
    ["-DX", "-D"],
    ["-f", "-f"],
    ["-fo", "-f"],
    ["-foo", "-foo"],
    ["-foobar", "-f"],
    ["-o", "-o"],
    ["-ox", undefined],
    ["-", undefined],
    ["-q", undefined],
  ] as const
) {
  Deno.test(`OptionTable.find() takes ${argument} for ${name ?? "unknown"}`, () => {
    assert.equal(base.find(argument)?.name, name);
  });
}

Deno.test("OptionTable refuses rows out of order and duplicates", () => {
  assert.throws(() => new OptionTable([["-b", "none", 0], ["-a", "none", 0]]), RangeError);
  assert.throws(() => new OptionTable([["-a", "none", 0], ["-a", "none", 1]]), RangeError);
});

Deno.test("OptionTable extends another and overrides its rows", () => {
  const table = new OptionTable([["-foo", "joined", 9]], base);
  assert.equal(table.find("-foox")?.meaning, 9);
  assert.equal(table.find("-D")?.meaning, 1);
});
