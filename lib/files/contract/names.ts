import assert from "node:assert/strict";
import { isDigest } from "../../core/mod.ts";
import { type Checks, exchange, expectNames } from "./bench.ts";

/** What is promised of names. */
export const NAMES: Checks = [
  ["a name that comes and goes", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/other.h`, "");
    expectNames(view, `${root}/a.h`, () => Deno.writeTextFileSync(`${root}/a.h`, ""), true);
    expectNames(view, `${root}/a.h`, () => Deno.renameSync(`${root}/a.h`, `${root}/b.h`), false);
    expectNames(view, `${root}/a.h`, () => Deno.symlinkSync("nowhere", `${root}/a.h`), true);
    expectNames(view, `${root}/a.h`, () => Deno.removeSync(`${root}/a.h`), false);
    expectNames(view, `${root}/a.h`, () => Deno.mkdirSync(`${root}/a.h`), true);
  }],
  ["names that are exchanged in one call", ({ view, root }) => {
    Deno.mkdirSync(`${root}/sub`);
    const paths = ["a.h", "b.h", "sub/c.h"].map((name) => `${root}/${name}`);
    for (const path of paths) Deno.writeTextFileSync(path, path);
    for (const [one, other] of [[0, 1], [1, 0], [0, 2], [2, 1]] as const) {
      view.barrier();
      assert.deepEqual(paths.map((path) => view.exists(path)), [true, true, true]);
      exchange(paths[one]!, paths[other]!);
    }
    // there and back, which the kernel tells in the same words
    Deno.removeSync(paths[1]!);
    view.barrier();
    assert.deepEqual(paths.map((path) => view.exists(path)), [true, false, true]);
    Deno.renameSync(paths[0]!, paths[1]!);
    Deno.renameSync(paths[1]!, paths[0]!);
    view.barrier();
    assert.deepEqual(paths.map((path) => view.exists(path)), [true, false, true]);
  }],
  ["a name below folders that aren't there yet", ({ view, root }) => {
    const path = `${root}/a/b/c/x.h`;
    expectNames(view, path, () => {
      Deno.mkdirSync(`${root}/a/b/c`, { recursive: true });
      Deno.writeTextFileSync(path, "");
    }, true);
    expectNames(view, path, () => Deno.removeSync(`${root}/a`, { recursive: true }), false);
  }],
  ["a name in a full folder that is moved there", ({ view, root }) => {
    Deno.mkdirSync(`${root}/full/sub`, { recursive: true });
    Deno.writeTextFileSync(`${root}/full/sub/x.h`, "");
    expectNames(view, `${root}/in/sub/x.h`, () => Deno.renameSync(`${root}/full`, `${root}/in`), true);
    expectNames(view, `${root}/in/sub/x.h`, () => Deno.renameSync(`${root}/in`, `${root}/out`), false);
  }],
  ["a name behind a link to a folder", ({ view, root }) => {
    for (const name of ["v1", "v2"]) Deno.mkdirSync(`${root}/${name}`);
    Deno.writeTextFileSync(`${root}/v2/x.h`, "");
    Deno.symlinkSync("v1", `${root}/cur`);
    expectNames(view, `${root}/cur/x.h`, () => {
      Deno.symlinkSync("v2", `${root}/fresh`);
      Deno.renameSync(`${root}/fresh`, `${root}/cur`);
    }, true);
    Deno.symlinkSync("v1", `${root}/fresh`);
    view.exists(`${root}/names are known`);
    expectNames(view, `${root}/cur/x.h`, () => Deno.renameSync(`${root}/fresh`, `${root}/cur`), false);
    Deno.symlinkSync("v2", `${root}/fresh`);
    expectNames(view, `${root}/cur/x.h`, () => Deno.renameSync(`${root}/fresh`, `${root}/cur`), true);
    expectNames(view, `${root}/cur/x.h`, () => Deno.removeSync(`${root}/v2/x.h`), false);
    expectNames(view, `${root}/cur/x.h`, () => Deno.writeTextFileSync(`${root}/v2/x.h`, ""), true);
  }],
  ["a name below a file that a link to a folder replaces", ({ view, root }) => {
    Deno.mkdirSync(`${root}/v1`);
    Deno.writeTextFileSync(`${root}/v1/x.h`, "");
    Deno.writeTextFileSync(`${root}/cur`, "no folder");
    Deno.symlinkSync("v1", `${root}/fresh`);
    view.exists(`${root}/names are known`);
    expectNames(view, `${root}/cur/x.h`, () => Deno.renameSync(`${root}/fresh`, `${root}/cur`), true);
  }],
  ["a file that a link replaces", ({ view, root }) => {
    const path = `${root}/a.h`;
    Deno.mkdirSync(`${root}/folder`);
    for (const target of ["folder", "nowhere"]) {
      Deno.writeTextFileSync(path, "");
      Deno.symlinkSync(target, `${root}/fresh`);
      view.barrier();
      assert.ok(view.exists(path) && isDigest(view.state(view.track(path))));
      const before = view.namesGeneration;
      Deno.renameSync(`${root}/fresh`, path);
      view.barrier();
      assert.notEqual(view.namesGeneration, before, `a link to ${target}`);
      Deno.removeSync(path);
    }
  }],
];
