import assert from "node:assert/strict";
import { Credit } from "./credit.ts";

Deno.test("Credit lets attempts in vain cost no more than their share of the compiles", () => {
  const credit = new Credit();
  let vain = 0;
  const compiles = 2000;
  for (let i = 0; i < compiles; i++) {
    if (credit.affords("/p", 0.3)) {
      credit.spend("/p", 0.3);
      vain += 0.3;
    }
    credit.earn("/p");
  }
  assert.ok(vain > 0);
  // one compile to begin with, then 3 % of them
  assert.ok(vain <= 1 + 0.03 * compiles + 0.3);
});

Deno.test("Credit goes on where attempts succeed, folder by folder", () => {
  const credit = new Credit();
  for (let i = 0; i < 100; i++) {
    credit.spend("/vain", 0.3);
    credit.gain("/good", 0.3);
  }
  assert.ok(credit.affords("/good", 1));
  assert.ok(!credit.affords("/vain", 0.01));
});
