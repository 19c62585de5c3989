import assert from "node:assert/strict";
import { openFileView } from "../files/mod.ts";
import { Witness } from "./witness.ts";

/** Looks at a file after an edit of which no notice was taken yet. */
async function witnessing(
  edit: (folder: string) => void,
): Promise<{ first: boolean; belied: string | undefined }> {
  const folder = await Deno.makeTempDir();
  try {
    Deno.mkdirSync(`${folder}/one`);
    Deno.mkdirSync(`${folder}/two`);
    Deno.writeTextFileSync(`${folder}/one/a.h`, "1");
    Deno.symlinkSync("one", `${folder}/current`);
    using view = openFileView({ watch: true });
    view.watchFolder(folder);
    view.watchFolder(`${folder}/current`);
    view.barrier();
    const witness = new Witness(view);
    edit(folder);
    const id = view.track(`${folder}/current/a.h`);
    view.state(id);
    view.namesIn(folder);
    const first = witness.untouched(id) && witness.sameNames(folder);
    return { first, belied: witness.belied()?.slice(folder.length) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const LINUX = Deno.build.os === "linux";

for (
  const [what, edit, belied] of [
    [
      "a file is edited",
      (folder: string) => Deno.writeTextFileSync(`${folder}/one/a.h`, "2"),
      "/current/a.h",
    ],
    ["a file goes", (folder: string) => Deno.removeSync(`${folder}/one/a.h`), "/current/a.h"],
    ["a link is retargeted", (folder: string) => {
      Deno.symlinkSync("two", `${folder}/next`);
      Deno.renameSync(`${folder}/next`, `${folder}/current`);
    }, "/current/a.h"],
    ["a name comes", (folder: string) => Deno.writeTextFileSync(`${folder}/b.h`, ""), ""],
    ["nothing happens", () => {}, undefined],
  ] as const
) {
  Deno.test(`Witness finds out that ${what} between the last notice and the look`, async () => {
    const { first, belied: path } = await witnessing(edit);
    // by stamps alone it shows at once, as the file is younger than the run
    assert.ok(!LINUX || first);
    assert.equal(path, belied);
  });
}
