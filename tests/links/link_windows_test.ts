import assert from "node:assert/strict";
import { Rig, testWith } from "../rig.ts";
import { eachRow, type Row } from "../rig/table.ts";

const WINDOWS: readonly Row[] = [
  ["w.o -o w.exe -Wl,--no-insert-timestamp", "miss", "hit"],
  ["-shared d.o -o d.dll -Wl,--out-implib,libd.dll.a,--no-insert-timestamp", "miss", "hit"],
  ["w.o -o w.exe", "miss", "hit", { env: { SOURCE_DATE_EPOCH: "1000000000" } }],
];

testWith(["x86_64-w64-mingw32-gcc"], "links for Windows are cached where they hold no time", async (t) => {
  await using rig = await Rig.open();
  rig.fresh({
    "w.c": "int main(void) { return 0; }\n",
    "d.c": "__declspec(dllexport) int d(void) { return 1; }\n",
  });
  const compiler = "x86_64-w64-mingw32-gcc";
  await rig.prepare([compiler, "-c", "w.c", "d.c"]);
  await rig.settled();
  await eachRow(t, { rig, compiler }, WINDOWS);
  const stamped: readonly (readonly [words: string, env?: Readonly<Record<string, string>>])[] = [
    ["w.o -o w.exe"],
    // GNU's ld links here, whether it's asked to or not, and dates the debug information
    ["w.o -o w.exe -Wl,--pdb=w.pdb", { SOURCE_DATE_EPOCH: "1000000000" }],
    ["w.o -o w.exe -fuse-ld=lld -Wl,--no-insert-timestamp,--pdb=w.pdb"],
  ];
  for (const [words, env = {}] of stamped) {
    await t.step(`a time stamp in the output is said: ${words}`, async () => {
      const counted = await rig.counting(() => rig.wrapped([compiler, ...words.split(" ")], { env }));
      assert.deepEqual(counted.reasons, { "output-time": 1 });
    });
  }
});

testWith(
  ["clang", "ld.lld"],
  "lld's debug information for Windows comes back, as MinGW asks for it",
  async (t) => {
    await using rig = await Rig.open();
    rig.fresh({ "w.c": "int mainCRTStartup(void) { return 0; }\n" });
    await rig.prepare(["clang", "--target=x86_64-w64-mingw32", "-g", "-gcodeview", "-c", "w.c"]);
    await rig.settled();
    const driver = "--target=x86_64-w64-mingw32 -nostdlib -fuse-ld=lld w.o -o w.exe";
    await eachRow(t, { rig, compiler: "clang" }, [
      [`${driver} -Wl,--no-insert-timestamp -Wl,--pdb=w.pdb`, "miss", "hit"],
      [`${driver} -Wl,--no-insert-timestamp -Wl,--pdb=`, "miss", "hit"],
    ]);
    await eachRow(t, { rig, compiler: "/usr/bin/ld.lld" }, [
      ["-m i386pep w.o -o w.exe --no-insert-timestamp --pdb=w.pdb", "miss", "hit"],
    ]);
    await t.step("it doesn't heed SOURCE_DATE_EPOCH", async () => {
      const env = { SOURCE_DATE_EPOCH: "1000000000" };
      const counted = await rig.counting(() =>
        rig.wrapped(["ld.lld", "-m", "i386pep", "w.o", "-o", "w.exe"], { env })
      );
      assert.deepEqual(counted.reasons, { "output-time": 1 });
    });
  },
);

testWith(
  ["clang-cl-14", "lld-link"],
  "lld-link: library, import library and debug information come back",
  async (t) => {
    await using rig = await Rig.open();
    rig.fresh({ "d.c": "__declspec(dllexport) int d(void) { return 1; }\n" });
    await rig.prepare(["clang-cl-14", "/c", "d.c", "/Z7", "/Brepro", "/GS-"]);
    await rig.settled();
    const link = "/dll /noentry /nodefaultlib d.obj /out:d.dll";
    await eachRow(t, { rig, compiler: "/usr/bin/lld-link" }, [
      [`${link} /Brepro`, "miss", "hit"],
      [`${link} /Brepro /debug /pdb:d.pdb /implib:i.lib`, "miss", "hit"],
      [`${link} /debug /pdb:d.pdb`, "uncacheable:output-time", "uncacheable:output-time", {
        allow: { because: "the time is in the output", normalise: () => new Uint8Array() },
      }],
    ]);
  },
);
