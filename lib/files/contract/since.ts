import assert from "node:assert/strict";
import { type Checks, now, OLD } from "./bench.ts";

/** What is promised of a file since a moment, whether it was tracked by then or not. */
export const SINCE: Checks = [
  ["says that an old file was not changed", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/a.h`, "text");
    const path = "/proc/self/exe"; // Certainly older than the test, and never tracked.
    view.barrier();
    const target = Deno.realPathSync(Deno.build.os === "linux" ? path : Deno.execPath());
    assert.equal(view.unchangedSince(view.track(target), view.generation, Date.now() + 60_000), true);
  }],
  ["says that a tracked file was changed", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/a.h`, "text");
    now(view, `${root}/a.h`);
    const since = view.generation;
    const startedAtMs = Date.now();
    Deno.writeTextFileSync(`${root}/a.h`, "more");
    view.barrier();
    assert.equal(view.unchangedSince(view.track(`${root}/a.h`), since, startedAtMs), false);
    Deno.writeTextFileSync(`${root}/a.h`, "text");
    Deno.utimeSync(`${root}/a.h`, OLD, OLD);
    view.barrier();
    now(view, `${root}/a.h`);
    assert.equal(view.unchangedSince(view.track(`${root}/a.h`), since, startedAtMs), false, "there and back");
  }],
  ["says that a file that wasn't tracked was changed", ({ view, root }) => {
    Deno.mkdirSync(`${root}/in/sub`, { recursive: true });
    Deno.writeTextFileSync(`${root}/in/sub/a.h`, "text");
    view.watchFolder(`${root}/in/sub`);
    view.barrier();
    const since = view.generation;
    const startedAtMs = Date.now();
    Deno.writeTextFileSync(`${root}/in/sub/a.h`, "more");
    Deno.utimeSync(`${root}/in/sub/a.h`, OLD, OLD);
    view.barrier();
    assert.equal(view.unchangedSince(view.track(`${root}/in/sub/a.h`), since, startedAtMs), false);
  }],
  ["says that another name's writes changed a file tracked late", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/a.h`, "text");
    Deno.symlinkSync("a.h", `${root}/link.h`);
    now(view, `${root}/link.h`);
    const since = view.generation;
    const startedAtMs = Date.now();
    Deno.writeTextFileSync(`${root}/a.h`, "more");
    view.barrier();
    now(view, `${root}/a.h`);
    for (const name of ["a.h", "link.h"]) {
      assert.equal(view.unchangedSince(view.track(`${root}/${name}`), since, startedAtMs), false, name);
    }
  }],
  ["says that a file is gone, or came", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/a.h`, "text");
    view.watchFolder(root);
    view.barrier();
    const since = view.generation;
    const startedAtMs = Date.now();
    Deno.renameSync(`${root}/a.h`, `${root}/b.h`);
    view.barrier();
    for (const name of ["a.h", "b.h"]) {
      assert.equal(view.unchangedSince(view.track(`${root}/${name}`), since, startedAtMs), false, name);
    }
  }],
];
