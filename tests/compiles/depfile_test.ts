import { launcher, Rig, testWith, typescript } from "../rig.ts";
import { eachRow, type Row } from "../rig/table.ts";

const FILES = {
  "a.c": `#include "a.h"\n#include <inc/sys.h>\n#include <stddef.h>\nsize_t a = A + S;\n`,
  "a.h": `#pragma once\n#include "sub/deep name.h"\n#define A DEEP\n`,
  "sub/deep name.h": "#define DEEP 4\n",
  "system/inc/sys.h": "#define S 2\n",
  "odd $name#.c": `#include "a.h"\nint odd = A;\n`,
  "out/.keep": "",
};

/** The compiler's own way of writing each of these is what a hit has to give back. */
const ROWS: readonly Row[] = [
  "-MD",
  "-MMD",
  "-MD -MP",
  "-MMD -MP",
  "-MD -MF out/x.d",
  "-MMD -MF out/x.d",
  "-MMD -MFout/x.d -MP",
  "-MD -MT target",
  "-MMD -MT target -MT second",
  "-MD -MQ $(odd)",
  "-MMD -MQ a$b -MT c$d",
  "-MD -o out/a.o",
  "-MMD -o out/a.o",
  "-MD -o out/noext",
  "-MMD -MP -MF out/a.d -MT out/a.o -o out/a.o",
  "-Wp,-MD,out/wp.d",
  "-Wp,-MMD,out/wp.d",
  "-MD -S",
  "-MMD -S -o out/a.s",
  "-MD -g -gsplit-dwarf",
].map((words): Row => [`-isystem system -c a.c ${words}`, "hit or miss", "hit"]);

for (const wrapper of [launcher, typescript]) {
  for (const compiler of wrapper === launcher ? ["gcc", "clang"] : ["gcc"]) {
    testWith([compiler], `${wrapper.name}: ${compiler} depfiles are as bare`, async (t) => {
      await using rig = await Rig.open({ wrapper });
      rig.fresh(FILES);
      await eachRow(t, { rig, compiler }, ROWS);
    });
  }
}

for (const compiler of ["gcc", "clang"]) {
  testWith(
    [compiler],
    `${compiler}: a source with odd characters in its name has the same depfile`,
    async () => {
      await using rig = await Rig.open();
      rig.fresh(FILES);
      await rig.expectSame([compiler, "-c", "odd $name#.c", "-MD"], { cold: "miss", warm: "hit" });
    },
  );

  testWith([compiler], `${compiler}: deleted and damaged depfiles come back`, async () => {
    await using rig = await Rig.open();
    rig.fresh(FILES);
    const argv = [
      compiler,
      "-isystem",
      "system",
      "-c",
      "a.c",
      "-MMD",
      "-MP",
      "-MF",
      "out/a.d",
      "-o",
      "out/a.o",
    ];
    await rig.expectSame(argv, { cold: "miss", warm: "hit" });
    Deno.removeSync(rig.at("out/a.d"));
    await rig.expectSame(argv, { cold: "hit" });
    rig.write({ "out/a.d": "nonsense" });
    await rig.expectSame(argv, { cold: "hit" });
    Deno.removeSync(rig.at("out/a.o"));
    await rig.expectSame(argv, { cold: "hit", warm: "hit" });
  });

  testWith([compiler], `${compiler}: the depfile follows the includes`, async () => {
    await using rig = await Rig.open();
    rig.fresh(FILES);
    const argv = [compiler, "-isystem", "system", "-c", "a.c", "-MD"];
    await rig.expectSame(argv, { cold: "miss", warm: "hit" });
    rig.write({ "a.h": "#define A 1\n" });
    await rig.expectSame(argv, { cold: "miss", warm: "hit" });
    rig.write({ "a.h": FILES["a.h"] });
    await rig.expectSame(argv, { cold: "hit", warm: "hit" });
  });

  testWith(
    [compiler],
    `${compiler}: only the depfile's options differ, and so does only the depfile`,
    async () => {
      await using rig = await Rig.open();
      rig.fresh(FILES);
      const base = [compiler, "-isystem", "system", "-c", "a.c"];
      for (const more of [["-MD"], ["-MMD"], ["-MMD", "-MP"], [], ["-MD", "-MF", "y.d"]]) {
        await rig.wrapped([...base, ...more]);
        await rig.expectSame([...base, ...more], { cold: "hit", warm: "hit" });
      }
    },
  );
}
