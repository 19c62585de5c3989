// Microsoft's cl.exe is run nowhere: a stand-in shows that it's detected, identified and followed end to end.
import { assertOk, Rig, testWith, which } from "../rig.ts";
import { eachRow, type Row } from "../rig/table.ts";

const FILES = {
  "src/a.c": `#include "sub/b.h"\nint a = C;\n`,
  "src/sub/b.h": `#include "c.h"\n`,
  // clang-cl can't import, and the word alone will do
  "src/i.c": `#if 0\n#import "i.tlb"\n#endif\nint i;\n`,
  "inc/c.h": "#define C 1\n",
};

const ROWS: readonly Row[] = [
  ["/nologo /c /Iinc src/a.c /showIncludes /Brepro", "miss", "hit"],
  ["/nologo /c /Iinc src/a.c /showIncludes /Brepro /Z7 /Fdx.pdb /FS", "miss", "hit"],
  ["/c /Iinc src/a.c /Brepro", "uncacheable:includes-not-listed", "uncacheable:includes-not-listed"],
  ["/c /Iinc src/a.c /showIncludes /Brepro /Zi", "uncacheable:shared-pdb", "uncacheable:shared-pdb"],
  ["/nologo /c src/i.c /showIncludes /Brepro /w", "uncacheable:type-library", "uncacheable:type-library"],
];

/** A folder with a stand-in for cl.exe and what is taken for its parts. */
async function standIn(rig: Rig, parts: readonly string[]): Promise<string> {
  const folder = rig.folder(Object.fromEntries(parts.map((part) => [part, part])), `vc-${parts.length}`);
  const source = new URL("fake_cl.c", import.meta.url).pathname;
  const real = `-DREAL_TOOL="${which("clang-cl-14")}"`;
  assertOk(await rig.bare(["gcc", real, "-o", `${folder}/cl.exe`, source], { in: rig.base }));
  for (const name of ["cl.exe", ...parts]) Deno.utimeSync(`${folder}/${name}`, 1_700_000_000, 1_700_000_000);
  return folder;
}

testWith(["gcc", "clang-cl-14"], "a stand-in for cl.exe is detected, identified and followed", async (t) => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  const folder = await standIn(rig, ["c1.dll", "c1xx.dll", "c2.dll", "1033/clui.dll"]);
  const compiler = `${folder}/cl.exe`;
  await eachRow(t, { rig, compiler }, ROWS);
  const argv = [compiler, ...ROWS[0]![0].split(" ")];
  for (const part of ["c2.dll", "1033/clui.dll", "vcruntime140.dll"]) {
    await t.step(`${part} is another`, async () => {
      Deno.writeTextFileSync(`${folder}/${part}`, "another");
      Deno.utimeSync(`${folder}/${part}`, 1_700_000_001, 1_700_000_001);
      await rig.settled();
      await rig.expectSame(argv, { cold: "miss", warm: "hit" });
    });
  }
  await t.step("a header appears beside one that includes the includer", async () => {
    await rig.expectSame([...argv, "/w"], { cold: "miss", warm: "hit" });
    rig.write({ "src/c.h": "#define C 2\n" });
    await rig.settled();
    // the stand-in's warning has lines that cl.exe has not
    await rig.expectSame([...argv, "/w"], { cold: "miss", warm: "hit" });
  });
});

testWith(["gcc", "clang-cl-14"], "what calls itself cl.exe and lacks its parts is none", async () => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  const folder = await standIn(rig, ["c1.dll"]);
  const unknown = "uncacheable:toolchain-unknown";
  const argv = [`${folder}/cl.exe`, ...ROWS[0]![0].split(" ")];
  await rig.expectSame(argv, { cold: unknown, warm: unknown });
});
