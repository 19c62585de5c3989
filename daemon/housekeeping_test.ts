import assert from "node:assert/strict";
import { Housekeeping } from "./housekeeping.ts";

Deno.test("Housekeeping works piece by piece once all is quiet, and then no more", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let pieces = 0;
  using housekeeping = new Housekeeping(() => {
    pieces++;
    if (pieces === 3) resolve();
    return Promise.resolve(pieces < 3);
  }, 10);
  assert.equal(pieces, 0);
  housekeeping.touch();
  housekeeping.touch();
  await promise;
  await new Promise((resume) => setTimeout(resume, 40));
  assert.equal(pieces, 3);
});

Deno.test("Housekeeping gives way to a request and goes on afterwards", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let pieces = 0;
  const housekeeping = new Housekeeping(() => {
    pieces++;
    if (pieces === 1) housekeeping.touch();
    else resolve();
    return Promise.resolve(true);
  }, 10);
  housekeeping.touch();
  await promise;
  housekeeping[Symbol.dispose]();
  assert.ok(pieces >= 2);
});
