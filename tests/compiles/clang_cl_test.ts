import { Rig, testWith } from "../rig.ts";
import { eachRow, type Row } from "../rig/table.ts";

/** Nothing of Windows' own is here, so neither are its headers. */
const FILES = {
  "a.c": `#include "a.h"\n#include <b.h>\n#include <stddef.h>\nint a = A + B; size_t s;\n`,
  "a.h": "#include <deep/c.h>\n#define A C\n",
  "inc/b.h": "#define B 2\n",
  "inc/deep/c.h": "#define C 1\n",
  "forced.h": "#define FORCED 1\n",
  "x.cpp": "struct X { int x; }; int f(X x) { return x.x; }\n",
  "warns.c": "static int w(void) { return 1; }\n",
  "args.rsp": `/Iinc /DWORDS=\\"c:\\x\\" "/DSPACED=a b"\n`,
  "out/.keep": "",
};

const untimed = "uncacheable:output-time";
const ROWS: readonly Row[] = [
  ["/c /Iinc a.c /Brepro", "miss", "hit"],
  ["-c -I inc a.c -Brepro", "miss", "hit"],
  ["/c /Iinc a.c /Brepro /Foout/", "hit", "hit"],
  ["/c /Iinc a.c /Brepro /Foout/y", "hit", "hit"],
  ["/c /Iinc a.c /Brepro -o out/z.obj", "hit", "hit"],
  ["/c /Iinc a.c /Brepro /O2 /MD /GS- /nologo", "miss", "hit"],
  // as CMake builds for debugging; the checks while running are cl.exe's alone
  ["/c /Iinc a.c /Brepro /Ob0 /Od /RTC1 -MDd /W3 /nologo", "miss", "hit"],
  ["/c /Iinc a.c /Brepro /DX=1 /std:c11", "miss", "hit"],
  ["/c /Iinc a.c /Brepro /FIforced.h", "miss", "hit"],
  ["/c /Iinc a.c /Brepro /showIncludes", "miss", "hit"],
  ["/c /Iinc a.c /Brepro /showIncludes /FIforced.h", "miss", "hit"],
  ["/c /Iinc a.c /Brepro /Z7 /showIncludes", "miss", "hit"],
  ["/c /Iinc a.c /Brepro /Zi /Fdx.pdb /FS /showIncludes /Foout/", "miss", "hit"],
  ["/c x.cpp /Brepro /EHsc /GR- /std:c++17 /W4", "miss", "hit"],
  ["/c /TP a.c /Iinc /Brepro", "miss", "hit"],
  ["/c warns.c /W4 /Brepro", "miss", "hit"],
  ["/c warns.c /W4 /Brepro /WX", "error", "error"],
  ["/c @args.rsp a.c /Brepro", "miss", "hit"],
  ["/c /Iinc a.c /Brepro /Z7", "uncacheable:unknown-option", "uncacheable:unknown-option"],
  ["/c a.c x.cpp /Iinc /Brepro", "uncacheable:multiple-sources", "uncacheable:multiple-sources"],
];

testWith(["clang-cl-14"], "clang-cl is as bare", async (t) => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  await eachRow(t, { rig, compiler: "clang-cl-14" }, ROWS);
  Deno.mkdirSync(`${rig.base}/bin`);
  Deno.symlinkSync("/usr/bin/clang-cl-14", `${rig.base}/bin/clang-cl`);
  await eachRow(t, { rig, compiler: `${rig.base}/bin/clang-cl` }, ROWS.slice(0, 2));
});

testWith(["clang-cl-14"], "clang-cl without /Brepro writes the time into the object", async () => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  await rig.expectSame(["clang-cl-14", "/c", "x.cpp"], {
    cold: untimed,
    allow: {
      because: "the object's header has the time of day",
      normalise: (_path, bytes) => bytes.map((byte, at) => at >= 4 && at < 8 ? 0 : byte),
    },
  });
});

testWith(["clang"], "clang --driver-mode=cl is clang-cl", async (t) => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  await eachRow(t, { rig, compiler: "clang" }, [["--driver-mode=cl /c /Iinc a.c /Brepro", "miss", "hit"]]);
});

testWith(["clang-cl-14"], "clang-cl: an edit of any header is seen, whichever way it was found", async () => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  const commands = [
    ["clang-cl-14", "/c", "/Iinc", "a.c", "/Brepro", "/FIforced.h"],
    ["clang-cl-14", "/c", "/Iinc", "a.c", "/Brepro", "/FIforced.h", "/Z7", "/showIncludes"],
  ];
  for (const command of commands) await rig.expectSame(command, { cold: "miss", warm: "hit" });
  for (
    const [path, text] of [["inc/deep/c.h", "#define C 7\n"], ["forced.h", "#define FORCED 2\n"]]
  ) {
    rig.write({ [path!]: text! });
    await rig.settled();
    for (const command of commands) await rig.expectSame(command, { cold: "miss", warm: "hit" });
  }
  rig.write({ "deep/c.h": "#define C 9\n" });
  await rig.settled();
  for (const command of commands) await rig.expectSame(command, { cold: "hit or miss" });
  rig.write({ "inc/stddef.h": "#define OURS 1\n" });
  await rig.settled();
  for (const command of commands) await rig.expectSame(command, { cold: "miss", warm: "hit" });
});

testWith(
  ["clang-cl-14"],
  "clang-cl looks beside all who include a file: a new header there is seen",
  async () => {
    await using rig = await Rig.open();
    for (const by of ['#include "c.h"\n', '#define NAME "c.h"\n#include NAME\n']) {
      rig.fresh({
        "src/a.c": `#include "mid/m.h"\nint c = C;\n`,
        "src/mid/m.h": `#include "deep/d.h"\n`,
        "src/mid/deep/d.h": by,
        "inc/c.h": "#define C 1\n",
      });
      const argv = ["clang-cl-14", "/c", "/Iinc", "src/a.c", "/Brepro", "-Wno-microsoft-include"];
      await rig.settled();
      await rig.expectSame(argv, { cold: "miss", warm: "hit" });
      for (const [place, value] of [["src/c.h", 2], ["src/mid/c.h", 3]] as const) {
        rig.write({ [place]: `#define C ${value}\n` });
        await rig.settled();
        await rig.expectSame(argv, { cold: "miss", warm: "hit" });
      }
    }
  },
);
