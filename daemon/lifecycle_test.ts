import assert from "node:assert/strict";
import { Lifecycle } from "./lifecycle.ts";

Deno.test("Lifecycle leaves once, for the first reason", () => {
  let left = 0;
  using lifecycle = new Lifecycle({ idleSecs: 0, isWaiting: () => false, leave: () => left++ });
  lifecycle.leave("asked");
  lifecycle.leave("outdated");
  assert.equal(left, 1);
  assert.equal(lifecycle.why, "asked");
});

Deno.test("Lifecycle leaves when idle, and not while requests keep coming", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  using lifecycle = new Lifecycle({ idleSecs: 0.05, isWaiting: () => false, leave: resolve });
  const began = performance.now();
  const busy = setInterval(() => lifecycle.touch(), 5);
  setTimeout(() => clearInterval(busy), 150);
  await promise;
  assert.equal(lifecycle.why, "idle");
  assert.ok(performance.now() - began >= 190);
});

Deno.test("Lifecycle does not leave while a tool runs", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isWaiting = true;
  using lifecycle = new Lifecycle({ idleSecs: 0.02, isWaiting: () => isWaiting, leave: resolve });
  await new Promise((resume) => setTimeout(resume, 100));
  assert.equal(lifecycle.why, undefined);
  isWaiting = false;
  await promise;
  assert.equal(lifecycle.why, "idle");
});

Deno.test("Lifecycle makes room for another daemon once nobody needs this one", async () => {
  let isWaiting = true;
  using lifecycle = new Lifecycle({ idleSecs: 0, quietMs: 20, isWaiting: () => isWaiting, leave: () => {} });
  lifecycle.yieldPlace();
  assert.equal(lifecycle.why, undefined, "there was a request a moment ago");
  await new Promise((resume) => setTimeout(resume, 40));
  lifecycle.yieldPlace();
  assert.equal(lifecycle.why, undefined, "a tool runs");
  isWaiting = false;
  lifecycle.hold(true);
  lifecycle.yieldPlace();
  assert.equal(lifecycle.why, undefined, "a session holds it");
  lifecycle.hold(false);
  lifecycle.touch();
  await new Promise((resume) => setTimeout(resume, 40));
  lifecycle.yieldPlace();
  assert.equal(lifecycle.why, "displaced");
});
