import assert from "node:assert/strict";
import { type Checks, expectChange, now, of, OLD, waitMs } from "./bench.ts";

/** What is promised of the state of a file, one row a kind of change. */
export const STATES: Checks = [
  ["an edit of the same size and mtime", ({ view, root }) => {
    const path = `${root}/a.h`;
    Deno.writeTextFileSync(path, "int a;");
    Deno.utimeSync(path, OLD, OLD);
    expectChange(view, path, () => {
      Deno.writeTextFileSync(path, "int b;");
      Deno.utimeSync(path, OLD, OLD);
    });
    assert.equal(now(view, path), of("int b;"));
  }],
  ["an append and a truncation", ({ view, root }) => {
    const path = `${root}/a.h`;
    Deno.writeTextFileSync(path, "one\n");
    expectChange(view, path, () => Deno.writeTextFileSync(path, "two\n", { append: true }));
    assert.equal(now(view, path), of("one\ntwo\n"));
    expectChange(view, path, () => Deno.truncateSync(path, 3));
    assert.equal(now(view, path), of("one"));
  }],
  ["a rename over the file", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/a.h`, "old");
    Deno.writeTextFileSync(`${root}/b.h`, "new");
    Deno.utimeSync(`${root}/b.h`, OLD, OLD);
    expectChange(view, `${root}/a.h`, () => Deno.renameSync(`${root}/b.h`, `${root}/a.h`));
    assert.equal(now(view, `${root}/a.h`), of("new"));
  }],
  ["a rename away and back", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/a.h`, "text");
    expectChange(view, `${root}/a.h`, () => Deno.renameSync(`${root}/a.h`, `${root}/b.h`));
    assert.equal(now(view, `${root}/a.h`), "absent");
    Deno.renameSync(`${root}/b.h`, `${root}/a.h`);
    assert.equal(now(view, `${root}/a.h`), of("text"));
  }],
  ["deletion and another file of the same size", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/a.h`, "one");
    expectChange(view, `${root}/a.h`, () => Deno.removeSync(`${root}/a.h`));
    assert.equal(now(view, `${root}/a.h`), "absent");
    Deno.writeTextFileSync(`${root}/a.h`, "two");
    assert.equal(now(view, `${root}/a.h`), of("two"));
  }],
  ["a touch", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/a.h`, "text");
    assert.equal(now(view, `${root}/a.h`), of("text"));
    Deno.utimeSync(`${root}/a.h`, OLD, OLD);
    assert.equal(now(view, `${root}/a.h`), of("text"));
  }],
  ["a file that nobody may read, and may again", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/a.h`, "text");
    assert.equal(now(view, `${root}/a.h`), of("text"));
    Deno.chmodSync(`${root}/a.h`, 0o000);
    assert.equal(now(view, `${root}/a.h`), Deno.uid() === 0 ? of("text") : "unreadable");
    Deno.chmodSync(`${root}/a.h`, 0o600);
    assert.equal(now(view, `${root}/a.h`), of("text"));
  }],
  ["a folder in place of the file", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/a.h`, "text");
    expectChange(view, `${root}/a.h`, () => {
      Deno.removeSync(`${root}/a.h`);
      Deno.mkdirSync(`${root}/a.h`);
    });
    assert.equal(now(view, `${root}/a.h`), "folder");
  }],
  ["a retargeted link to a file", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/one.h`, "one");
    Deno.writeTextFileSync(`${root}/two.h`, "two");
    Deno.symlinkSync("one.h", `${root}/a.h`);
    expectChange(view, `${root}/a.h`, () => {
      Deno.symlinkSync("two.h", `${root}/fresh`);
      Deno.renameSync(`${root}/fresh`, `${root}/a.h`);
    });
    assert.equal(now(view, `${root}/a.h`), of("two"));
  }],
  ["an edit of a link's target in another folder", ({ view, root }) => {
    Deno.mkdirSync(`${root}/there`);
    Deno.writeTextFileSync(`${root}/there/a.h`, "one");
    Deno.symlinkSync(`${root}/there/a.h`, `${root}/link.h`);
    Deno.symlinkSync("link.h", `${root}/chain.h`);
    expectChange(view, `${root}/chain.h`, () => Deno.writeTextFileSync(`${root}/there/a.h`, "two"));
    assert.equal(now(view, `${root}/chain.h`), of("two"));
  }],
  ["a retargeted link to a folder", ({ view, root }) => {
    for (const name of ["v1", "v2"]) {
      Deno.mkdirSync(`${root}/${name}/sub`, { recursive: true });
      Deno.writeTextFileSync(`${root}/${name}/sub/a.h`, name);
    }
    Deno.symlinkSync("v1", `${root}/cur`);
    expectChange(view, `${root}/cur/sub/a.h`, () => {
      Deno.removeSync(`${root}/cur`);
      Deno.symlinkSync("v2", `${root}/cur`);
    });
    assert.equal(now(view, `${root}/cur/sub/a.h`), of("v2"));
  }],
  ["a link that climbs out of another link's target", ({ view, root }) => {
    for (const name of ["p", "q"]) {
      Deno.mkdirSync(`${root}/${name}/in`, { recursive: true });
      Deno.writeTextFileSync(`${root}/${name}/a.h`, name);
    }
    Deno.symlinkSync("p/in", `${root}/d`);
    Deno.symlinkSync("d/../a.h", `${root}/x.h`);
    expectChange(view, `${root}/x.h`, () => {
      Deno.removeSync(`${root}/d`);
      Deno.symlinkSync("q/in", `${root}/d`);
    });
    assert.equal(now(view, `${root}/x.h`), of("q"));
  }],
  ["an edit of a file that links in a ring once passed by", ({ view, root }) => {
    Deno.symlinkSync("q/../x", `${root}/p`);
    Deno.symlinkSync("p/../x", `${root}/q`);
    for (const name of ["p", "q"]) assert.equal(now(view, `${root}/${name}`), "unreadable");
    for (const [name, target] of [["p", "q"], ["q", "x"]] as const) {
      Deno.symlinkSync(target, `${root}/fresh`);
      Deno.renameSync(`${root}/fresh`, `${root}/${name}`);
    }
    Deno.writeTextFileSync(`${root}/x`, "one");
    assert.equal(now(view, `${root}/p`), of("one"));
    expectChange(view, `${root}/p`, () => Deno.writeTextFileSync(`${root}/x`, "two"));
  }],
  ["an old file of two names in the place of another", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/other`, "two");
    Deno.linkSync(`${root}/other`, `${root}/name`);
    waitMs(30); // Until its stat identity is old enough to be relied on.
    Deno.writeTextFileSync(`${root}/a.h`, "one");
    expectChange(view, `${root}/a.h`, () => {
      Deno.renameSync(`${root}/other`, `${root}/a.h`);
      waitMs(30);
    });
    assert.equal(now(view, `${root}/a.h`), of("two"));
  }],
  ["a loop of links, opened", ({ view, root }) => {
    Deno.symlinkSync("b", `${root}/a`);
    Deno.symlinkSync("a", `${root}/b`);
    assert.equal(now(view, `${root}/a`), "unreadable");
    Deno.removeSync(`${root}/b`);
    Deno.writeTextFileSync(`${root}/b`, "text");
    assert.equal(now(view, `${root}/a`), of("text"));
  }],
  ["a renamed parent and grandparent, another in its place", ({ view, root }) => {
    Deno.mkdirSync(`${root}/g/p`, { recursive: true });
    Deno.mkdirSync(`${root}/other/p`, { recursive: true });
    Deno.writeTextFileSync(`${root}/g/p/a.h`, "one");
    Deno.writeTextFileSync(`${root}/other/p/a.h`, "two");
    expectChange(view, `${root}/g/p/a.h`, () => Deno.renameSync(`${root}/g/p`, `${root}/g/q`));
    assert.equal(now(view, `${root}/g/p/a.h`), "absent");
    Deno.renameSync(`${root}/g/q`, `${root}/g/p`);
    expectChange(view, `${root}/g/p/a.h`, () => {
      Deno.renameSync(`${root}/g`, `${root}/gone`);
      Deno.renameSync(`${root}/other`, `${root}/g`);
    });
    assert.equal(now(view, `${root}/g/p/a.h`), of("two"));
    Deno.writeTextFileSync(`${root}/g/p/a.h`, "six");
    assert.equal(now(view, `${root}/g/p/a.h`), of("six"));
  }],
  ["a whole chain of folders that appears", ({ view, root }) => {
    const path = `${root}/a/b/c/x.h`;
    expectChange(view, path, () => {
      Deno.mkdirSync(`${root}/a/b/c`, { recursive: true });
      Deno.writeTextFileSync(path, "text");
    });
    assert.equal(now(view, path), of("text"));
    Deno.writeTextFileSync(path, "more");
    assert.equal(now(view, path), of("more"));
  }],
  ["an edit through another hard link", ({ view, root }) => {
    Deno.mkdirSync(`${root}/elsewhere`);
    Deno.writeTextFileSync(`${root}/elsewhere/name`, "one");
    Deno.linkSync(`${root}/elsewhere/name`, `${root}/a.h`);
    expectChange(view, `${root}/a.h`, () => Deno.writeTextFileSync(`${root}/elsewhere/name`, "two"));
    assert.equal(now(view, `${root}/a.h`), of("two"));
  }],
  ["an edit through a hard link made later", ({ view, root }) => {
    Deno.mkdirSync(`${root}/elsewhere`);
    Deno.writeTextFileSync(`${root}/a.h`, "one");
    expectChange(view, `${root}/a.h`, () => {
      Deno.linkSync(`${root}/a.h`, `${root}/elsewhere/name`);
      Deno.writeTextFileSync(`${root}/elsewhere/name`, "two");
    });
    assert.equal(now(view, `${root}/a.h`), of("two"));
    expectChange(view, `${root}/a.h`, () => Deno.writeTextFileSync(`${root}/elsewhere/name`, "six"));
    assert.equal(now(view, `${root}/a.h`), of("six"));
  }],
  ["an edit through another link to a file that came with its folder", ({ view, root }) => {
    for (const name of ["one", "two"]) {
      Deno.mkdirSync(`${root}/${name}`);
      Deno.writeTextFileSync(`${root}/${name}/a.h`, name);
    }
    assert.equal(now(view, `${root}/one/a.h`), of("one"));
    Deno.utimeSync(`${root}/one`, OLD, OLD);
    view.barrier();
    Deno.renameSync(`${root}/one`, `${root}/gone`);
    Deno.renameSync(`${root}/two`, `${root}/one`);
    assert.equal(now(view, `${root}/one/a.h`), of("two"));
    Deno.mkdirSync(`${root}/elsewhere`);
    Deno.linkSync(`${root}/one/a.h`, `${root}/elsewhere/name`);
    expectChange(view, `${root}/one/a.h`, () => Deno.writeTextFileSync(`${root}/elsewhere/name`, "six"));
  }],
];
