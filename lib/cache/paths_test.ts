import assert from "node:assert/strict";
import { openFileView } from "../files/mod.ts";
import { folderOf, nameOf, Paths } from "./paths.ts";

Deno.test("Paths.resolve() goes where the kernel goes, also behind links, also after they change", async () => {
  const root = await Deno.makeTempDir();
  using view = openFileView({ watch: true });
  const paths = new Paths(view);
  try {
    await Deno.mkdir(`${root}/real/deep`, { recursive: true });
    await Deno.mkdir(`${root}/plain`);
    await Deno.symlink(`${root}/real/deep`, `${root}/link`);
    for (
      const [spelled, wanted] of [
        ["a.h", "/a.h"],
        ["./a.h", "/a.h"],
        ["x//y/./a.h", "/x/y/a.h"],
        ["plain/../a.h", "/a.h"],
        ["link/../a.h", "/real/a.h"],
        ["gone/../a.h", "/gone/.../a.h"],
      ] as const
    ) {
      assert.equal(paths.resolve(root, spelled), `${root}${wanted}`, spelled);
    }
    await Deno.remove(`${root}/link`);
    await Deno.mkdir(`${root}/link`);
    view.barrier();
    assert.equal(paths.resolve(root, "link/../a.h"), `${root}/a.h`);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("Paths.resolve() notices a link that takes the place of another in one call", async () => {
  const root = await Deno.makeTempDir();
  using view = openFileView({ watch: true });
  const paths = new Paths(view);
  try {
    for (const name of ["one", "two"]) {
      await Deno.mkdir(`${root}/${name}/deep`, { recursive: true });
      await Deno.symlink(`${name}/deep`, `${root}/to-${name}`);
    }
    await Deno.rename(`${root}/to-one`, `${root}/link`);
    view.barrier();
    assert.equal(paths.resolve(root, "link/../a.h"), `${root}/one/a.h`);
    await Deno.rename(`${root}/to-two`, `${root}/link`);
    view.barrier();
    assert.equal(paths.resolve(root, "link/../a.h"), `${root}/two/a.h`);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("folderOf() and nameOf() split a path", () => {
  assert.deepEqual([folderOf("/a/b.c"), nameOf("/a/b.c")], ["/a", "b.c"]);
  assert.deepEqual([folderOf("/a"), nameOf("a")], ["/", "a"]);
});
