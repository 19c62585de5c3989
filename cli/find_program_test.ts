import assert from "node:assert/strict";
import { findProgram } from "./find_program.ts";

async function withFolder(body: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("findProgram() takes the first runnable file on PATH", () =>
  withFolder((folder) => {
    for (const name of ["a", "b", "c"]) Deno.mkdirSync(`${folder}/${name}`);
    Deno.writeTextFileSync(`${folder}/a/tool`, "", { mode: 0o644 });
    Deno.mkdirSync(`${folder}/b/tool`);
    Deno.writeTextFileSync(`${folder}/c/tool`, "", { mode: 0o755 });
    const path = `${folder}/none:${folder}/a:${folder}/b:${folder}/c`;
    assert.deepEqual(findProgram("tool", path), { kind: "found", path: `${folder}/c/tool` });
  }));

Deno.test("findProgram() says what the shell says", () =>
  withFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/plain`, "", { mode: 0o644 });
    const rows: [string, number, string][] = [
      ["nothing", 127, "nothing: command not found"],
      ["plain", 126, `${folder}/plain: Permission denied`],
      [`${folder}/none`, 127, `${folder}/none: No such file or directory`],
      [`${folder}/plain/x`, 127, `${folder}/plain/x: No such file or directory`],
      [folder, 126, `${folder}: Is a directory`],
    ];
    for (const [name, exit, message] of rows) {
      assert.deepEqual(findProgram(name, folder), { kind: "not-runnable", exit, message });
    }
  }));
