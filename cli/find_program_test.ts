import assert from "node:assert/strict";
import { findProgram } from "./find_program.ts";
import { withFolder } from "../testing/folder.ts";

function search(path: string, own?: string) {
  const ino = own === undefined ? undefined : Deno.statSync(own).ino;
  return { path, isOwn: (file: Deno.FileInfo) => file.ino === ino };
}

Deno.test("findProgram() passes over links to zccache, also a path to one", () =>
  withFolder((folder) => {
    for (const name of ["a", "b"]) Deno.mkdirSync(`${folder}/${name}`);
    Deno.writeTextFileSync(`${folder}/zccache`, "", { mode: 0o755 });
    Deno.symlinkSync("../zccache", `${folder}/a/gcc`);
    Deno.writeTextFileSync(`${folder}/b/gcc`, "", { mode: 0o755 });
    const found = { kind: "found", path: `${folder}/b/gcc`, skippedOwn: true };
    const path = `${folder}/a:${folder}/b`;
    assert.deepEqual(findProgram("gcc", search(path, `${folder}/zccache`)), found);
    assert.deepEqual(findProgram(`${folder}/a/gcc`, search(path, `${folder}/zccache`)), found);
    assert.equal(findProgram("gcc", search(`${folder}/a`, `${folder}/zccache`)).kind, "not-runnable");
  }));

Deno.test("findProgram() takes the first runnable file on PATH", () =>
  withFolder((folder) => {
    for (const name of ["a", "b", "c"]) Deno.mkdirSync(`${folder}/${name}`);
    Deno.writeTextFileSync(`${folder}/a/tool`, "", { mode: 0o644 });
    Deno.mkdirSync(`${folder}/b/tool`);
    Deno.writeTextFileSync(`${folder}/c/tool`, "", { mode: 0o755 });
    const path = `${folder}/none:${folder}/a:${folder}/b:${folder}/c`;
    assert.deepEqual(findProgram("tool", search(path)), {
      kind: "found",
      path: `${folder}/c/tool`,
      skippedOwn: false,
    });
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
      assert.deepEqual(findProgram(name, search(folder)), { kind: "not-runnable", exit, message });
    }
  }));
