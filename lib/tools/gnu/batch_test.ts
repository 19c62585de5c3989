import assert from "node:assert/strict";
import { batch, plan } from "./_parsed_call.ts";

Deno.test("parseGnu() plans each of several sources as if it were alone", () => {
  for (const family of ["gcc", "clang"] as const) {
    const together = batch("-Ix -c a.c -O2 -x c++ -MD b.c -Iy", { family });
    const alone = [
      plan("-Ix -c a.c -O2 -MD -Iy", { family }),
      plan("-Ix -c -O2 -x c++ -MD b.c -Iy", { family }),
    ];
    for (const [index, one] of alone.entries()) {
      const its = together.plans[index]!;
      assert.deepEqual(its.recipe.facts, one.recipe.facts);
      assert.deepEqual([its.source, its.outputs, its.search], [one.source, one.outputs, one.search]);
      assert.deepEqual([its.discovery, its.inputs, its.language], [one.discovery, one.inputs, one.language]);
    }
    assert.equal(together.lists, false);
    assert.deepEqual(together.runArgs([1], "dep"), "-Ix -c -O2 -x c++ -MD b.c -Iy".split(" "));
  }
});

Deno.test("parseGnu() runs several sources as they came, some of them with what is theirs, and asks for lists", () => {
  const files = { "/w/args": "a.c b.c -O2" };
  const together = batch("-c @args c.c", { files });
  assert.ok(together.lists);
  assert.deepEqual(together.parsedFrom, ["/w/args"]);
  assert.deepEqual(together.runArgs([0, 1, 2], "dep"), ["-c", "@args", "c.c", "-MD", "-MF", "dep"]);
  assert.deepEqual(together.runArgs([0, 2], "dep"), ["-c", "a.c", "-O2", "c.c", "-MD", "-MF", "dep"]);
  const filtered = batch("-c -MMD -MP a.c b.c");
  assert.ok(!filtered.lists);
  assert.deepEqual(filtered.runArgs([0, 1], "dep"), ["-c", "-MD", "-MP", "a.c", "b.c"]);
  const huge = { "/w/args": `${"-DLONG=12345678901234567890 ".repeat(20_000)} a.c b.c` };
  assert.deepEqual(batch("-c @args", { files: huge }).runArgs([1], "d"), ["-c", "@args", "-MD", "-MF", "d"]);
});
