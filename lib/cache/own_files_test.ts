import assert from "node:assert/strict";
import { digestText } from "../core/mod.ts";
import { FakeFileView } from "../files/mod.ts";
import { OwnFiles } from "./own_files.ts";

const BASE = digestText("base");

Deno.test("OwnFiles.key is another with each content, and the same with the same", () => {
  const view = new FakeFileView();
  view.write("/p/a.c", "one");
  const own = new OwnFiles(view, BASE, [view.track("/p/a.c"), view.track("/p/none")]);
  const { key } = own;
  assert.notEqual(key, BASE);
  assert.deepEqual(own.states, [digestText("one"), "absent"]);
  assert.equal(own.refresh(view), false);
  view.write("/p/a.c", "two");
  assert.equal(own.key, key, "not before it is asked");
  assert.equal(own.refresh(view), true);
  assert.notEqual(own.key, key);
  assert.deepEqual(own.found(view)[0], { path: "/p/a.c", content: digestText("two") });
  view.write("/p/a.c", "one");
  assert.equal(own.refresh(view), true);
  assert.equal(own.key, key);
  view.write("/p/a.c", "one");
  assert.equal(own.refresh(view), false, "written again, but the same");
});

Deno.test("OwnFiles.key is the call's own where it names no files", () => {
  const view = new FakeFileView();
  const own = new OwnFiles(view, BASE, []);
  assert.equal(own.refresh(view), false);
  assert.equal(own.key, BASE);
});
