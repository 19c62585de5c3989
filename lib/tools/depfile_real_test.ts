import assert from "node:assert/strict";
import { parseDepfile } from "./depfile.ts";

for (const tool of ["gcc", "clang"]) {
  Deno.test(`parseDepfile() reads back the names that ${tool} escapes`, async () => {
    const folder = await Deno.makeTempDir();
    const names = [
      "a b.c",
      "c#d.c",
      "e$f.c",
      "g:h.c",
      "two  blanks.c",
      "ü\u{1f600}.c",
      "x%y~.c",
      "(p)&;.c",
    ];
    // clang leaves a tab unescaped, so that nobody can read it back.
    if (tool === "gcc") names.push("tab\tx.c");
    for (const name of names) {
      await Deno.writeTextFile(`${folder}/${name}`, "");
      const args = ["-c", name, "-MD", "-MF", "deps", "-MP", "-o", `${name}.o`];
      assert.equal((await new Deno.Command(tool, { args, cwd: folder }).output()).code, 0);
      const found = parseDepfile(await Deno.readTextFile(`${folder}/deps`));
      assert.deepEqual(found?.targets, [`${name}.o`]);
      assert.equal(found?.prerequisites[0], name);
    }
    await Deno.remove(folder, { recursive: true });
  });
}
