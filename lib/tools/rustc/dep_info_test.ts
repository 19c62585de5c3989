import assert from "node:assert/strict";
import { parseDepInfo } from "./dep_info.ts";

const TEXT = String.raw`out/q.d: src/we\ ird/x.rs src/a\b:c#d$e.txt

out/libq.rmeta: src/we\ ird/x.rs src/a\b:c#d$e.txt

src/we\ ird/x.rs:
src/a\b:c#d$e.txt:

# env-dep:LINES=a\nb\\c=d
# env-dep:EMPTY=
# env-dep:NONE
`;

Deno.test("parseDepInfo() reads files and variables", () => {
  const info = parseDepInfo(TEXT);
  assert.deepEqual(info?.files, ["src/we ird/x.rs", String.raw`src/a\b:c#d$e.txt`]);
  assert.deepEqual([...info!.variables], [["LINES", "a\nb\\c=d"], ["EMPTY", ""], ["NONE", undefined]]);
});

for (const text of ["", "no rule\n", "# something else\na: b\n"]) {
  Deno.test(`parseDepInfo() refuses ${JSON.stringify(text)}`, () => {
    assert.equal(parseDepInfo(text), undefined);
  });
}
