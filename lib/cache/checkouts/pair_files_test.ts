import assert from "node:assert/strict";
import { openFileView } from "../../files/mod.ts";
import { InputSet, PairTable } from "../../store/mod.ts";
import { PairFiles } from "./pair_files.ts";
import { Paths } from "../paths.ts";

Deno.test("PairFiles finds the files of sets, seen from each folder, also after a link leads elsewhere", async () => {
  const root = await Deno.makeTempDir();
  using view = openFileView({ watch: true });
  try {
    for (const folder of ["one", "two", "real/a", "real/b"]) {
      await Deno.mkdir(`${root}/${folder}`, { recursive: true });
    }
    await Deno.symlink(`${root}/real/a`, `${root}/link`);
    const links = new Paths(view);
    const files = new PairFiles(view);
    const table = new PairTable();
    const pairs = [`${root}/x.h`, "y.h", "../link/../z.h", "deep/w.h"].map((path) =>
      table.add(path, "content")
    );
    const paths = (folder: string, which = pairs) => {
      const name = `${root}/${folder}`;
      const seat = { name, resolve: (path: string) => links.resolve(name, path) };
      return Array.from(files.idsOf(new InputSet(table, which), seat), (id) => view.pathOf(id));
    };
    const seenFrom = (folder: string, z: string) =>
      ["x.h", `${folder}/y.h`, z, `${folder}/deep/w.h`].map((name) => `${root}/${name}`);
    view.barrier();
    assert.deepEqual(paths("one"), seenFrom("one", "real/z.h"));
    assert.deepEqual(paths("two"), seenFrom("two", "real/z.h"));
    assert.deepEqual(paths("one", [pairs[3]!, pairs[0]!]), [`${root}/x.h`, `${root}/one/deep/w.h`]);
    await Deno.mkdir(`${root}/real/b/c`);
    await Deno.remove(`${root}/link`);
    await Deno.symlink(`${root}/real/b/c`, `${root}/link`);
    view.barrier();
    assert.deepEqual(paths("one"), seenFrom("one", "real/b/z.h"));
    assert.deepEqual(paths("two"), seenFrom("two", "real/b/z.h"));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("PairFiles asks again where crooked paths lead, of the sets that are asked for alone", async () => {
  const root = await Deno.makeTempDir();
  using view = openFileView({ watch: true });
  try {
    await Deno.mkdir(`${root}/a/b`, { recursive: true });
    const files = new PairFiles(view);
    const table = new PairTable();
    const links = new Paths(view);
    const resolved: string[] = [];
    const resolve = (path: string) => {
      resolved.push(path);
      return links.resolve(root, path);
    };
    const names = ["a/../one.h", `${root}/a/b/../two.h`, "three.h"];
    const sets = names.map((path) => new InputSet(table, [table.add(path, "content")]));
    const ask = (which: number[]) => {
      view.barrier();
      resolved.length = 0;
      for (const set of which) files.idsOf(sets[set]!, { name: root, resolve });
      return resolved.toSorted();
    };
    assert.deepEqual(ask([0, 1, 2]), names.toSorted());
    assert.deepEqual(ask([0, 1, 2]), []);
    // a name that was asked for appears
    assert.equal(view.exists(`${root}/new`), false);
    await Deno.writeTextFile(`${root}/new`, "");
    assert.deepEqual(ask([1, 2]), [names[1]]);
    assert.deepEqual(ask([0, 1, 2]), [names[0]]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
