import assert from "node:assert/strict";
import { messagesBySource } from "./messages_by_source.ts";

const SOURCES = ["a.c", "dir/b.c", "c.c"];

const A = "a.c: In function ‘f’:\na.c:1:9: warning: unused [-Wunused]\n    1 | int x;\n      |     ^\n";
const B = "In file included from h2.h:1,\n                 from dir/b.c:1:\nh.h:2:5: warning: w\n" +
  "h2.h:9:1: note: n\n";

Deno.test("messagesBySource() parts gcc's messages where a source is named", () => {
  assert.deepEqual(messagesBySource("gcc", "", SOURCES), ["", "", ""]);
  assert.deepEqual(messagesBySource("gcc", A + B, SOURCES), [A, B, ""]);
  const failed = "c.c:1:2: error: e\ncc1: all warnings being treated as errors\n";
  assert.deepEqual(messagesBySource("gcc", B + failed, SOURCES), ["", B, failed]);
  const fatal = "a.c:1:10: fatal error: x.h: No such file\n    1 | #include <x.h>\ncompilation terminated.\n";
  assert.deepEqual(messagesBySource("gcc", fatal + B, SOURCES), [fatal, B, ""]);
});

Deno.test("messagesBySource() parts clang's messages, whatever line it quotes", () => {
  const a = "a.c:1:9: warning: unused\nclang: warning: quoted\n  ^~~~\n1 warning generated.\n";
  const b =
    "In file included from dir/b.c:1:\nIn file included from ./h2.h:1:\n./h.h:2:5: error: e\nint x;\n" +
    "    ^\n1 error generated.\n";
  assert.deepEqual(messagesBySource("clang", a + b, SOURCES), [a, b, ""]);
  const coloured =
    "\x1b[1ma.c:1:9: \x1b[0m\x1b[0;1;35mwarning: \x1b[0mx\x1b[0m\nint x;\n\x1b[0;1;32m    ^\n\x1b[0m";
  assert.deepEqual(messagesBySource("clang", `${coloured}1 warning generated.\n`, SOURCES)?.[1], "");
});

for (
  const [what, text] of [
    ["a driver's message", "gcc: warning: x\n"],
    ["the assembler's", "/tmp/cc.s: Assembler messages:\n/tmp/cc.s:3: Error: x\n"],
    ["the assembler's among others", `${A}/tmp/cc.s: Assembler messages:\n/tmp/cc.s:3: Error: x\n`],
    ["the assembler's from a pipe", `${A}{standard input}:3: Error: x\n`],
    ["a crash", `${A}LLVM ERROR: out of memory\n`],
    ["a forced include", "In file included from <command-line>:\nh.h:1:1: warning: w\n"],
    ["clang's forced include", `${A}In file included from <built-in>:1:\nh.h:1:1: warning: w\n`],
    ["sources out of order", B + A],
    ["a source that includes another", "In file included from a.c:1:\nc.c:1:1: warning: w\n"],
    ["a header before any source", "h.h:1:1: warning: w\n"],
    ["a source's end", "a.c:1:1: warning: w"],
    ["an unfinished stack", "In file included from a.c:1:\n"],
    ["a text without a place", `${A}warning: w\n`],
  ] as const
) {
  Deno.test(`messagesBySource() doesn't guess: ${what}`, () => {
    for (const family of ["gcc", "clang"] as const) {
      assert.equal(messagesBySource(family, text, SOURCES), undefined, family);
    }
  });
}

Deno.test("messagesBySource() expects nothing more about a source after clang's last words", () => {
  const text = "a.c:1:9: warning: w\nint x;\n  ^\n1 warning generated.\n";
  assert.equal(messagesBySource("clang", `${text}h.h:1:1: warning: w\n`, SOURCES), undefined);
  assert.equal(
    messagesBySource("clang", `${text}In file included from a.c:1:\nh.h:1:1: note: w\n`, SOURCES),
    undefined,
  );
});
