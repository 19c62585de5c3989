import assert from "node:assert/strict";
import { isDigest } from "../../core/mod.ts";
import { type Checks, expectChange, now, of, OLD } from "./bench.ts";

/** The rest of the interface. */
export const REST: Checks = [
  ["gives a path one id, and the path of an id", ({ view, root }) => {
    const id = view.track(`${root}/a.h`);
    assert.equal(view.track(`${root}/a.h`), id);
    assert.equal(view.pathOf(id), `${root}/a.h`);
    assert.throws(() => view.pathOf(1_000_000), RangeError);
  }],
  ["gives size, mode and mtime in ns", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/a.h`, "text");
    Deno.chmodSync(`${root}/a.h`, 0o640);
    Deno.utimeSync(`${root}/a.h`, OLD, OLD);
    const stat = view.stat(view.track(`${root}/a.h`));
    assert.deepEqual(stat, {
      size: 4,
      mtimeNs: BigInt(OLD.getTime()) * 1_000_000n,
      ctimeNs: stat?.ctimeNs,
      mode: 0o100640,
    });
    assert.ok((stat?.ctimeNs ?? 0n) > (stat?.mtimeNs ?? 0n));
    assert.equal(view.stat(view.track(`${root}/none`)), undefined);
  }],
  ["tells folders and special files from files", ({ view, root }) => {
    assert.equal(now(view, root), "folder");
    assert.equal(now(view, "/"), "folder");
    assert.equal(now(view, "/dev/null"), "special");
    assert.equal(now(view, `${root}/none/below`), "absent");
    Deno.writeTextFileSync(`${root}/file`, "");
    assert.equal(now(view, `${root}/file/below`), "absent");
  }],
  ["reads names with spaces and letters beyond ASCII", ({ view, root }) => {
    Deno.mkdirSync(`${root}/große Häuser`);
    const path = `${root}/große Häuser/日本 .h`;
    Deno.writeTextFileSync(path, "one");
    expectChange(view, path, () => Deno.writeTextFileSync(path, "two"));
  }],
  ["knows a file again after it was released", ({ view, root }) => {
    Deno.mkdirSync(`${root}/tree`);
    Deno.writeTextFileSync(`${root}/tree/a.h`, "one");
    Deno.symlinkSync("tree/a.h", `${root}/link.h`);
    const id = view.track(`${root}/tree/a.h`);
    now(view, `${root}/tree/a.h`);
    now(view, `${root}/link.h`);
    const since = view.generation;
    assert.equal(view.release(`${root}/tree`), 1);
    assert.equal(view.changedSince(Int32Array.of(id), since), true);
    Deno.writeTextFileSync(`${root}/tree/a.h`, "two");
    view.barrier();
    assert.equal(view.state(id), of("two"));
    assert.equal(now(view, `${root}/link.h`), of("two"));
    Deno.removeSync(`${root}/tree`, { recursive: true });
    assert.equal(now(view, `${root}/tree/a.h`), "absent");
  }],
  ["gives facts about what it hashed", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/a.h`, "#include <x.h>\nchar const* built = __DATE__;\n");
    const state = now(view, `${root}/a.h`);
    assert.ok(isDigest(state));
    assert.equal(view.facts(state)?.usesDate, true);
    assert.deepEqual(view.facts(state)?.includes, ["<x.h"]);
    assert.equal(view.facts(of("never seen")), undefined);
  }],
];
