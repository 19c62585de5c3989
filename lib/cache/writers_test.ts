import assert from "node:assert/strict";
import { digestText } from "../core/mod.ts";
import { FakeFileView } from "../files/fake.ts";
import { Paths } from "./paths.ts";
import { Witness } from "./witness.ts";
import { Writers } from "./writers.ts";

function scene() {
  const view = new FakeFileView();
  view.write("/w/a.h", "1");
  const writers = new Writers(new Paths(view));
  const begin = (context: string, ...writes: string[]) =>
    writers.begin({ unit: { cwd: "/w", writes }, context: digestText(context), witness: new Witness(view) });
  return { view, writers, begin };
}

Deno.test("Writers find out two commands that write one file at once, however it is spelled", () => {
  const { writers, begin } = scene();
  const [first, second, other] = [begin("a", "x.d", "x.o"), begin("b", "./x.o"), begin("c", "y.o")];
  assert.equal(writers.spoiltOf(first), "/w/x.o");
  assert.equal(writers.spoiltOf(second), "/w/x.o");
  assert.equal(writers.spoiltOf(other), undefined);
  assert.equal(writers.none, false);
  for (const run of [first, second, other]) writers.end(run);
  assert.equal(writers.none, true);
  assert.equal(writers.spoiltOf(first), "/w/x.o", "it is told of afterwards");
  assert.equal(writers.spoiltOf(begin("d", "x.o")), undefined, "one after the other");
});

Deno.test("Writers are spoilt by what is delivered over their files, but for their own result", () => {
  const { writers, begin } = scene();
  const run = begin("a", "x.o");
  writers.delivered(digestText("a"), "/w/x.o");
  writers.delivered(digestText("b"), "/w/y.o");
  assert.equal(writers.spoiltOf(run), undefined);
  writers.delivered(digestText("b"), "/w/x.o");
  assert.equal(writers.spoiltOf(run), "/w/x.o");
});

Deno.test("of one command twice at once, the later run reaches back to where the earlier one began", () => {
  const { view, begin } = scene();
  const id = view.track("/w/a.h");
  view.state(id);
  view.barrier();
  const first = begin("a", "x.o");
  view.write("/w/a.h", "2");
  view.barrier();
  const [alone, second] = [begin("a", "y.o"), begin("a", "x.o")];
  assert.equal(alone.witness.untouched(id), true);
  assert.equal(second.witness.untouched(id), false, "it may hold what the first one read");
  assert.equal(first.witness.untouched(id), false);
});
