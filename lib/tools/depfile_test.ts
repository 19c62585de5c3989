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
