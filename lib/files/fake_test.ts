import assert from "node:assert/strict";
import { digestText } from "../core/mod.ts";
import { FakeFileView } from "./fake.ts";

Deno.test("FakeFileView shows what is written and taken away, as a view would", () => {
  using view = new FakeFileView();
  const id = view.track("/p/a.h");
  assert.equal(view.state(id), "absent");
  const names = view.namesGeneration;
  const since = view.generation;
  view.write("/p/a.h", "#include <x.h>\n");
  assert.equal(view.changedSince(Int32Array.of(id), since), true);
  assert.equal(view.unchangedSince(id, since, 0), false);
  assert.notEqual(view.namesGeneration, names);
  assert.equal(view.exists("/p/a.h") && view.exists("/p"), true);
  assert.equal(view.state(id), digestText("#include <x.h>\n"));
  assert.equal(view.state(view.track("/p")), "folder");
  assert.deepEqual(view.facts(digestText("#include <x.h>\n"))?.includes, ["<x.h"]);
  assert.equal(view.changedSince(Int32Array.of(id), view.generation), false);
  view.remove("/p");
  assert.equal(view.state(id), "absent");
  assert.equal(view.exists("/p"), false);
});

Deno.test("FakeFileView doesn't move the names' generation for an edit", () => {
  using view = new FakeFileView();
  view.write("/a.h", "one");
  const names = view.namesGeneration;
  view.write("/a.h", "two");
  assert.equal(view.namesGeneration, names);
});
