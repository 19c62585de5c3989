import { Rig, testWith } from "../rig.ts";

/** Paths that climb out of the folder in which they are looked for: [unit, what it finds, what comes before that]. */
const CLIMBING = [
  [`#include "../x.h"`, "inc/x.h", "src/x.h"],
  ["#include <../x.h>", "inc/x.h", "one/x.h"],
  [`#include "sub/../../x.h"`, "inc/x.h", "one/x.h"],
] as const;

for (const compiler of ["gcc", "clang"]) {
  testWith([compiler], `${compiler}: a path that climbs is hidden by a new file`, async () => {
    await using rig = await Rig.open();
    for (const [include, finds, hides] of CLIMBING) {
      rig.fresh({
        "src/a/b.c": `${include}\nint v = X;\n`,
        [finds]: "#define X 1\n",
        "inc/sub/sub/.keep": "",
        "one/sub/sub/.keep": "",
      });
      const argv = [compiler, "-Ione/sub", "-Iinc/sub", "-c", "src/a/b.c", `-DCASE="${rig.work}"`];
      await rig.settled();
      await rig.expectSame(argv, { cold: "miss", warm: "hit" });
      rig.write({ [hides]: "#define X 2\n" });
      await rig.settled();
      await rig.expectSame(argv, { cold: "miss", warm: "hit" });
      Deno.removeSync(rig.at(hides));
      await rig.settled();
      await rig.expectSame(argv, { cold: "hit", warm: "hit" });
    }
  });

  testWith([compiler], `${compiler}: a question about a path that climbs`, async () => {
    await using rig = await Rig.open();
    rig.fresh({
      "src/a/b.c": `#if __has_include("../x.h")\nint v = 1;\n#else\nint v = 2;\n#endif\n`,
      "inc/sub/.keep": "",
    });
    const argv = [compiler, "-Iinc/sub", "-c", "src/a/b.c"];
    await rig.settled();
    await rig.expectSame(argv, { cold: "miss", warm: "hit" });
    for (const place of ["inc/x.h", "src/x.h"]) {
      rig.write({ [place]: "" });
      await rig.settled();
      await rig.expectSame(argv, { cold: "miss", warm: "hit" });
      Deno.removeSync(rig.at(place));
      await rig.settled();
      await rig.expectSame(argv, { cold: "hit", warm: "hit" });
    }
  });
}
