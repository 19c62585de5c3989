import assert from "node:assert/strict";
import { MADE_ANEW, WRITTEN_INTO } from "../../lib/core/mod.ts";
import { deliver } from "./deliver.ts";
import { withFolder } from "../../testing/folder.ts";

function withBlob(body: (folder: string) => void): Promise<void> {
  return withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/blob`, "blob", { mode: 0o444 });
    await Deno.chmod(`${folder}/blob`, 0o444);
    body(folder);
  });
}

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();
}

const inline = new TextEncoder().encode("inline");

Deno.test("deliver() puts copies and inline bytes in place, with the caller's mask", () =>
  withBlob((folder) => {
    Deno.writeTextFileSync(`${folder}/a.o`, "older and longer");
    const delivered = deliver([
      { dest: `${folder}/a.o`, mode: 0o666, from: `${folder}/blob` },
      { dest: `${folder}/tool`, mode: 0o777, from: `${folder}/blob` },
      { dest: `${folder}/a.d`, mode: 0o666, inline },
    ], "auto");
    assert.deepEqual(delivered, { ok: true, value: true });
    assert.deepEqual(names(folder), ["a.d", "a.o", "blob", "tool"]);
    assert.equal(Deno.readTextFileSync(`${folder}/a.o`), "blob");
    assert.equal(Deno.readTextFileSync(`${folder}/a.d`), "inline");
    const mode = (name: string) => (Deno.statSync(`${folder}/${name}`).mode ?? 0) & 0o777;
    assert.equal(mode("a.o"), 0o666 & ~Deno.umask());
    assert.equal(mode("tool"), 0o777 & ~Deno.umask());
    assert.equal(mode("a.d"), 0o666 & ~Deno.umask());
    assert.notEqual(Deno.statSync(`${folder}/a.o`).ino, Deno.statSync(`${folder}/blob`).ino);
  }));

Deno.test("deliver() writes into what the tool would write into, when everything else is there", () =>
  withBlob((folder) => {
    const mode = MADE_ANEW | WRITTEN_INTO | 0o666;
    const files = [
      { dest: `${folder}/a.d`, mode, inline },
      { dest: `${folder}/a.s`, mode, from: `${folder}/blob` },
      { dest: `${folder}/new`, mode, inline },
    ];
    for (const { dest } of files.slice(0, 2)) {
      Deno.writeTextFileSync(dest, "older and longer", { mode: 0o600 });
    }
    const gone = { dest: `${folder}/a.o`, mode: 0o666, from: `${folder}/gone` };
    assert.equal(deliver([...files, gone], "auto").ok, false);
    assert.equal(Deno.readTextFileSync(`${folder}/a.d`), "older and longer");
    assert.deepEqual(names(folder), ["a.d", "a.s", "blob"]);
    assert.deepEqual(deliver(files, "auto"), { ok: true, value: true });
    assert.deepEqual(files.map(({ dest }) => Deno.readTextFileSync(dest)), ["inline", "blob", "inline"]);
    const modes = files.map(({ dest }) => Deno.statSync(dest).mode! & 0o777);
    assert.deepEqual(modes, [0o600, 0o600, 0o666 & ~Deno.umask()]);
    assert.deepEqual(names(folder), ["a.d", "a.s", "blob", "new"]);
  }));

Deno.test("deliver() gives each place bytes of its own, and none where a clone is demanded", () =>
  withBlob((folder) => {
    const files = [{ dest: `${folder}/a.o`, mode: 0o666, from: `${folder}/blob` }];
    for (const delivery of ["auto", "copy"] as const) {
      assert.deepEqual(deliver(files, delivery), { ok: true, value: true });
      assert.equal(Deno.statSync(`${folder}/blob`).nlink, 1);
      Deno.removeSync(`${folder}/a.o`);
    }
    assert.equal(deliver(files, "reflink").ok, false);
    assert.deepEqual(names(folder), ["blob"]);
  }));

Deno.test("deliver() leaves everything alone if one output is no plain file", () =>
  withBlob((folder) => {
    Deno.writeTextFileSync(`${folder}/target`, "kept");
    const unusual: [string, (path: string) => void][] = [
      ["a link", (path) => Deno.symlinkSync("target", path)],
      ["a hard-linked file", (path) => Deno.linkSync(`${folder}/target`, path)],
      ["a second name of the blob", (path) => Deno.linkSync(`${folder}/blob`, path)],
      ["a folder", (path) => Deno.mkdirSync(path)],
    ];
    for (const [what, make] of unusual) {
      make(`${folder}/odd`);
      const before = names(folder);
      const delivered = deliver([
        { dest: `${folder}/new.o`, mode: 0o666, from: `${folder}/blob` },
        { dest: `${folder}/odd`, mode: 0o666, inline },
      ], "auto");
      assert.deepEqual(delivered, { ok: false, error: "an output is not a plain file" }, what);
      assert.deepEqual(names(folder), before, what);
      assert.equal(Deno.readTextFileSync(`${folder}/target`), "kept", what);
      Deno.removeSync(`${folder}/odd`);
    }
  }));

Deno.test("deliver() leaves nothing behind when a blob or a folder is missing", () =>
  withBlob((folder) => {
    for (const dest of [`${folder}/b.o`, `${folder}/none/b.o`]) {
      const from = dest.includes("none") ? `${folder}/blob` : `${folder}/gone`;
      const delivered = deliver([
        { dest: `${folder}/a.o`, mode: 0o666, inline },
        { dest, mode: 0o666, from },
      ], "copy");
      assert.equal(delivered.ok, false);
      assert.deepEqual(names(folder), ["blob"]);
    }
  }));
