import { Rig, testWith } from "./rig.ts";
import { eachRow, type Row } from "./rig/table.ts";

const SOURCES = {
  "a.c": `int f(void) { return 1; }\n`,
  "b.c": `#include <stdio.h>\nint f(void);\nint main(void) { return printf("%d\\n", f()) < 0; }\n`,
  "c.cpp": `#include <iostream>\nint main() { std::cout << "c"; }\n`,
  "version.map": "{ global: f; local: *; };\n",
  "script.ld": "/* nothing */\n",
  "args.rsp": `a.o "b.o" -o p4\n`,
  "out/.keep": "",
};

/** Makes objects by the bare compiler. */
async function objects(rig: Rig, compiler: string): Promise<void> {
  for (const source of ["a.c", "b.c"]) await rig.bare([compiler, "-fPIC", "-c", source]);
  await rig.bare([compiler === "gcc" ? "g++" : "clang++", "-c", "c.cpp"]);
  await rig.bare(["ar", "rcs", "libf.a", "a.o"]);
  await rig.settled();
}

const COMMON: readonly Row[] = [
  ["a.o b.o", "miss", "hit"],
  ["a.o b.o -o p", "miss", "hit"],
  ["a.o b.o -o out/p", "miss", "hit"],
  ["b.o -L. -lf -o p2", "miss", "hit"],
  ["b.o libf.a -o p3 -static", "miss", "hit"],
  ["@args.rsp", "miss", "hit"],
  ["-shared a.o -o libs.so -Wl,-soname,libs.so.1", "miss", "hit"],
  ["-shared a.o -o libv.so -Wl,--version-script=version.map", "miss", "hit"],
  ["a.o b.o -o p -Wl,-Map=out/p.map", "miss", "hit"],
  ["a.o b.o -o p -Wl,--build-id", "miss", "hit"],
  ["a.o b.o -o p -s -Wl,--gc-sections", "miss", "hit"],
  ["a.o b.o -o p -fuse-ld=lld", "miss", "hit"],
  ["a.o b.o -o p -fuse-ld=gold", "miss", "hit"],
  ["a.c b.c -o p5", "miss", "hit"],
  ["-r a.o b.o -o both.o", "miss", "hit"],
  ["b.o -o none", "error", "error"],
  ["a.o none.o -o none", "error", "error"],
];

for (const compiler of ["gcc", "clang"]) {
  testWith([compiler, "ld.lld"], `links by ${compiler} are cached right`, async (t) => {
    await using rig = await Rig.open();
    rig.fresh(SOURCES);
    await objects(rig, compiler);
    await eachRow(t, { rig, compiler }, COMMON);
  });
}
