import assert from "node:assert/strict";
import { testWith } from "../testing/needs.ts";
import { isRunning, ownerOf, parentOf } from "./owners.ts";

Deno.test("ownerOf() tells a process from a later one of its number, and from none", async () => {
  const child = new Deno.Command("sleep", { args: ["60"] }).spawn();
  const owner = ownerOf(child.pid);
  assert.ok(owner !== undefined && isRunning(owner));
  if (owner.startedTicks !== null) assert.ok(!isRunning({ ...owner, startedTicks: owner.startedTicks - 1 }));
  child.kill("SIGKILL");
  await child.status;
  assert.ok(!isRunning(owner));
  assert.equal(ownerOf(child.pid), undefined);
});

testWith(["linux"], "parentOf() tells who started a process", async () => {
  const child = new Deno.Command("sleep", { args: ["60"] }).spawn();
  assert.equal(parentOf(child.pid), Deno.pid);
  child.kill("SIGKILL");
  await child.status;
});
