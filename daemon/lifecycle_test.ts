import assert from "node:assert/strict";
import { Lifecycle } from "./lifecycle.ts";

Deno.test("Lifecycle leaves once, for the first reason", () => {
  let left = 0;
  using lifecycle = new Lifecycle(0, () => left++);
  lifecycle.leave("asked");
  lifecycle.leave("outdated");
  assert.equal(left, 1);
  assert.equal(lifecycle.why, "asked");
});

Deno.test("Lifecycle leaves when idle, and not while requests keep coming", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  using lifecycle = new Lifecycle(0.05, resolve);
  const began = performance.now();
  const busy = setInterval(() => lifecycle.touch(), 5);
  setTimeout(() => clearInterval(busy), 150);
  await promise;
  assert.equal(lifecycle.why, "idle");
  assert.ok(performance.now() - began >= 190);
});
