import assert from "node:assert/strict";
import { digestText } from "../../core/mod.ts";
import { FakeFileView } from "../../files/mod.ts";
import { CratesInWork } from "./crates_in_work.ts";

const PATH = "/p/libb.rlib";
const BELOW = [["liba.rlib", "1"]] as const;

function begun(files: Record<string, string> = {}) {
  const view = new FakeFileView();
  for (const [path, text] of Object.entries(files)) view.write(path, text);
  const inWork = new CratesInWork(view);
  inWork.begin("run", [PATH], BELOW);
  const found = () => inWork.at(PATH, view.state(view.track(PATH)));
  return { view, inWork, found };
}

Deno.test("CratesInWork knows a file from when its compiler writes it until that is filed", () => {
  const { view, inWork, found } = begun();
  assert.equal(found(), undefined);
  view.write(PATH, "b");
  assert.deepEqual(found(), BELOW);
  assert.deepEqual(inWork.of(digestText("b")), BELOW);
  inWork.ended("run");
  assert.deepEqual(found(), BELOW);
  inWork.forget("run");
  assert.equal(found(), undefined);
  assert.equal(inWork.of(digestText("b")), undefined);
});

Deno.test("CratesInWork knows nothing of what stood there before its compiler wrote, or came after", () => {
  const { view, inWork, found } = begun({ [PATH]: "b of another time" });
  assert.equal(found(), undefined);
  view.write(PATH, "b");
  inWork.ended("run");
  view.write(PATH, "c");
  assert.equal(found(), undefined);
});

Deno.test("CratesInWork answers by the last of two that write one file", () => {
  const { view, inWork, found } = begun();
  const others = [["libc.rlib", "2"]] as const;
  inWork.begin("late", [PATH], others);
  view.write(PATH, "b");
  inWork.forget("run");
  assert.deepEqual(found(), others);
});

Deno.test("CratesInWork tells what a run was compiled against until it is over, whatever became of its files", () => {
  const { view, inWork } = begun({ [PATH]: "b" });
  inWork.ended("run");
  view.remove(PATH);
  assert.deepEqual(inWork.madeFrom("run"), BELOW);
  inWork.forget("run");
  assert.equal(inWork.madeFrom("run"), undefined);
});
