import assert from "node:assert/strict";
import { openFileView } from "../../files/mod.ts";
import { hintsOf } from "./hints.ts";

Deno.test("hintsOf() names the highest folder that is missing, and leaves folders out", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    using view = openFileView({ watch: false });
    Deno.mkdirSync(`${root}/folder`);
    Deno.writeTextFileSync(`${root}/folder/file`, "");
    Deno.symlinkSync("/none/at/all", `${root}/link`);
    const paths = [
      "link",
      "folder",
      "folder/file",
      "folder/none",
      "a/b/c",
      "a/b/d",
      "a",
      "e/f",
      "folder/none",
    ];
    assert.deepEqual(hintsOf(view, paths.map((path) => `${root}/${path}`)), {
      absent: ["folder/none", "a", "e"].map((path) => `${root}/${path}`),
      files: [`${root}/link`, `${root}/folder/file`],
    });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
