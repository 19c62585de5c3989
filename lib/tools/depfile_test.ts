import assert from "node:assert/strict";
import { parseDepfile } from "./depfile.ts";

const ROWS:
  readonly (readonly [text: string, targets: readonly string[], prerequisites: readonly string[]])[] = [
    ["a.o: a.c\n", ["a.o"], ["a.c"]],
    ["a.o: a.c", ["a.o"], ["a.c"]],
    ["a.o:\n", ["a.o"], []],
    ["a.o b.o: a.c h.h\n", ["a.o", "b.o"], ["a.c", "h.h"]],
    ["a.o : a.c\n", ["a.o"], ["a.c"]],
    ["a.o: a.c \\\n h.h \\\n  i.h\n", ["a.o"], ["a.c", "h.h", "i.h"]],
    ["a.o: \\\n a.c\\\n h.h\n", ["a.o"], ["a.c", "h.h"]],
    ["a.o: a.c \\\r\n h.h\r\n", ["a.o"], ["a.c", "h.h"]],
    ["a.o: a.c\n\nh.h:\n\ni\\ j.h:\n", ["a.o"], ["a.c"]],
    ["a.o: a.c h.h\nh.h:\ni.h:\n", ["a.o"], ["a.c", "h.h"]],
    ["a.o: a\\ b.c c\\#d.h e$$f.h\n", ["a.o"], ["a b.c", "c#d.h", "e$f.h"]],
    ["k\\\\\\ l.o: k\\\\\\ l.c\n", ["k\\ l.o"], ["k\\ l.c"]],
    ["a.o: i\\j.c dir\\\\x.h\n", ["a.o"], ["i\\j.c", "dir\\\\x.h"]],
    ["C:/o/a.o: C:/s/a.c D:\\h.h\n", ["C:/o/a.o"], ["C:/s/a.c", "D:\\h.h"]],
    ["g:h.o: g:h.c\n", ["g:h.o"], ["g:h.c"]],
    ["a.o: a.c ü.h\n", ["a.o"], ["a.c", "ü.h"]],
    ["\na.o: a.c\n", ["a.o"], ["a.c"]],
  ];
for (const [text, targets, prerequisites] of ROWS) {
  Deno.test(`parseDepfile() reads ${JSON.stringify(text)}`, () => {
    assert.deepEqual(parseDepfile(text), { targets, prerequisites });
  });
}

for (const text of ["", "\n", "a.c b.c\n", ": a.c\n", "a.o: a.c\nb.o: b.c\n", "a.o: a.c\n\trecipe\n"]) {
  Deno.test(`parseDepfile() refuses ${JSON.stringify(text)}`, () =>
    assert.equal(parseDepfile(text), undefined));
}

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
