import assert from "node:assert/strict";
import { digestText, PathMap } from "../../core/mod.ts";
import { Siblings } from "./siblings.ts";

const command = (path: string, base: string, anyCompiler: string) => ({
  roots: new PathMap([{ name: "root", path }]),
  base: digestText(base),
  anyCompiler: digestText(anyCompiler),
});

Deno.test("Siblings tell what another checkout has otherwise, and nothing about one's own past", () => {
  const siblings = new Siblings();
  assert.equal(siblings.reason(command("/a", "b1", "c1"), "first-seen"), "first-seen");
  assert.equal(siblings.reason(command("/a", "b1", "c1"), "input-changed"), "input-changed");
  assert.equal(siblings.reason(command("/b", "b1", "c1"), "first-seen"), "content_hash_mismatch");
  assert.equal(siblings.reason(command("/b", "b1", "c1"), "input-changed"), "input-changed");
  assert.equal(siblings.reason(command("/c", "b2", "c1"), "first-seen"), "toolchain_mismatch");
  assert.equal(siblings.reason(command("/c", "b3", "c1"), "tool-changed"), "tool-changed");
  assert.equal(siblings.reason(command("/d", "b1", "c1"), "result-gone"), "result-gone");
});
