import { Rig, testWith } from "../rig.ts";
import { eachRow, type Row } from "../rig/table.ts";

const FILES = {
  "a.c":
    `#include "a.h"\n#include <stdint.h>\n#include <_mingw.h>\nint a(intptr_t w) { return (int)w + A; }\n`,
  "a.h": "#define A 1\n",
  "b.cpp": `#include <utility>\n#include "a.h"\nint b() { return std::pair<int, int>(A, 2).first; }\n`,
  "warns.c": "static int w(void) { return 1; }\n",
  "quoted.rsp": `-DPATH=\\"C:\\\\\\\\dir\\" -I'in c' -c a.c\n`,
  "s.S": `#include "a.h"\n.globl s\ns: .long A\n`,
  "out/.keep": "",
};

const ROWS: readonly Row[] = [
  ["-c a.c", "miss", "hit"],
  ["-c a.c -O2 -o out/a.obj", "miss", "hit"],
  ["-c a.c -MD", "miss", "hit"],
  ["-c a.c -MMD -MP -MF out/a.d -o out/a.o", "miss", "hit"],
  ["-c a.c -g", "miss", "hit"],
  ["-c a.c -g -gsplit-dwarf", "miss", "hit"],
  ["-S -masm=intel a.c", "miss", "hit"],
  ["-c s.S", "miss", "hit"],
  ["-c -Wall warns.c", "miss", "hit"],
  ["-c a.c b.cpp -DUNICODE", ["miss", "miss"], ["hit", "hit"]],
  // its response files are quoted as GNU quotes, Windows or not
  ["@quoted.rsp", "miss", "hit"],
  ["-c a.c -mwindows -municode -mconsole", "miss", "hit"],
  ["-c a.c -DA_IS_GONE -Dmissing=1 -include nothere.h", "error", "error"],
];

const TARGET = "x86_64-w64-mingw32";
for (const name of ["gcc", "g++", "c++", "gcc-win32", "g++-posix"]) {
  const compiler = `${TARGET}-${name}`;
  testWith([compiler], `${compiler} is as bare`, async (t) => {
    await using rig = await Rig.open();
    rig.fresh(FILES);
    await eachRow(t, { rig, compiler }, name === "gcc" ? ROWS : ROWS.slice(0, 3));
  });
}
