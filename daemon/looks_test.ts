import assert from "node:assert/strict";
import { isFleeting, Looks } from "./looks.ts";

Deno.test("isFleeting() is true of probes, and of what cargo was asked for unless a source was edited", () => {
  for (
    const [fleeting, reason, expected] of [
      ["always", "input-changed", true],
      ["at-first", "first-seen", true],
      ["at-first", "input-changed", false],
      [undefined, "first-seen", false],
    ] as const
  ) assert.equal(isFleeting({ fleeting }, { reason }), expected, `${fleeting} ${reason}`);
});

Deno.test("Looks waits until everything was looked at, filed or not", async () => {
  const looks = new Looks();
  const [looked, filed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const witness = { done: looked.promise } as NonNullable<Parameters<Looks["begin"]>[0]["witness"]>;
  looks.begin({ witness }, new Promise(() => {}));
  looks.begin({ witness: undefined }, filed.promise);
  let done = false;
  const all = looks.done().then(() => done = true);
  looked.resolve();
  await looked.promise;
  assert.equal(done, false);
  filed.resolve();
  await all;
});
