import assert from "node:assert/strict";
import { PathMap } from "../../core/mod.ts";
import { FakeFileView } from "../../files/fake.ts";
import { openFileView } from "../../files/mod.ts";
import { ListedPaths } from "./listed_paths.ts";
import { Paths } from "../paths.ts";

Deno.test("ListedPaths remembers what the lists of many commands name, and not what one command does", () => {
  const view = new FakeFileView();
  const listed = new ListedPaths(view, new Paths(view));
  const own = Int32Array.of(view.track("/p/a.c"));
  const spelled = listed.of({ cwd: "/p", roots: undefined, own });
  assert.deepEqual(spelled("a.c"), { id: own[0], kept: "a.c" });
  assert.notEqual(spelled("a.c"), spelled("a.c"));
  assert.equal(spelled("x.h"), spelled("x.h"));
});

Deno.test("ListedPaths tells where each lister's spellings lead, also after a link does elsewhere", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  using view = openFileView({ watch: true });
  const listed = new ListedPaths(view, new Paths(view));
  try {
    for (const name of ["one", "two"]) {
      await Deno.mkdir(`${root}/${name}/deep`, { recursive: true });
      await Deno.symlink(`${name}/deep`, `${root}/to-${name}`);
    }
    await Deno.rename(`${root}/to-one`, `${root}/link`);
    const roots = new PathMap([{ name: "root", path: root }]);
    const seen = (folder: string, path: string, shared?: PathMap) => {
      const { id, kept } = listed.of({ cwd: `${root}/${folder}`, roots: shared, own: new Int32Array(0) })(
        path,
      );
      return [view.pathOf(id).slice(root.length), kept.replace(root, "")];
    };
    view.barrier();
    for (const _ of ["asked", "remembered"]) {
      assert.deepEqual(seen("one", "a.h"), ["/one/a.h", "a.h"]);
      assert.deepEqual(seen("two", "a.h"), ["/two/a.h", "a.h"]);
      assert.deepEqual(seen("two", `${root}/b.h`), ["/b.h", "/b.h"]);
      assert.deepEqual(seen("two", `${root}/b.h`, roots), ["/b.h", "\u{2}root/b.h"]);
      assert.deepEqual(seen("two", "../link/../c.h"), ["/one/c.h", "../link/../c.h"]);
    }
    await Deno.rename(`${root}/to-two`, `${root}/link`);
    view.barrier();
    assert.deepEqual(seen("two", "../link/../c.h"), ["/two/c.h", "../link/../c.h"]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
