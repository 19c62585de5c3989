import assert from "node:assert/strict";
import { parseIncludes } from "./includes.ts";

const CLANG = { family: "clang", source: "src/a.c" } as const;
const MICROSOFT = { family: "msvc", source: "src/a.c" } as const;

Deno.test("parseIncludes() reads what clang-cl lists, and nothing else", () => {
  const text = "Note: including file: ./a.h\nNote: including file:  /usr/x y.h\r\n";
  assert.deepEqual(parseIncludes(text, CLANG), ["./a.h", "/usr/x y.h"]);
  assert.deepEqual(parseIncludes("", CLANG), []);
  assert.equal(parseIncludes("a.c\n", CLANG), undefined);
  assert.equal(parseIncludes("Hinweis: Einlesen der Datei: a.h\n", CLANG), undefined);
});

Deno.test("by unit test alone: parseIncludes() tells cl.exe's notes from its messages", () => {
  const text = [
    "a.c",
    "Note: including file: C:\\sdk\\stdio.h",
    "Note: including file:  C:\\Program Files (x86)\\v.h",
    "src\\a.c(3): warning C4101: 'x': unreferenced local variable",
    "C:\\w\\v.h(7,12) : note: see declaration of 'y'",
    "",
  ].join("\r\n");
  assert.deepEqual(parseIncludes(text, MICROSOFT), ["C:\\sdk\\stdio.h", "C:\\Program Files (x86)\\v.h"]);
});

Deno.test("by unit test alone: parseIncludes() reads cl.exe's notes in the languages it knows", () => {
  for (
    const note of [
      "Hinweis: Einlesen der Datei: ",
      "Remarque : inclusion du fichier : ",
      "Remarque\u00a0: inclusion du fichier\u00a0: ",
      "Nota: file incluso ",
      "メモ: インクルード ファイル:  ",
      "注意: 包含文件: ",
    ]
  ) {
    assert.deepEqual(parseIncludes(`a.c\r\n${note}C:\\v.h\r\n`, MICROSOFT), ["C:\\v.h"], note);
  }
});

Deno.test("by unit test alone: parseIncludes() gives up where a line of cl.exe's may be a note", () => {
  for (
    const line of [
      "Opmerking: bestand: C:\\v.h",
      // as a console's code page has it
      "Nota: inclusi\u00fffdn del archivo: C:\\v.h",
      "cl : Command line warning D9025 : overriding '/W3' with '/W4'",
      "        int x;",
      "b.c",
    ]
  ) {
    assert.equal(parseIncludes(`a.c\r\n${line}\r\n`, MICROSOFT), undefined, line);
  }
});
