import { Rig, testWith, text } from "../rig.ts";
import { eachInput, type InputCase } from "../rig/input_cases.ts";

/** An assembler that leaves a mark in the object. */
const MARKING_AS = (path: string) =>
  `printf '#!/bin/sh\\nexec /usr/bin/as "$@" --defsym mark=1\\n' > ${path} && chmod +x ${path}`;

/** A library that the compiler runs with, with a byte more. */
const OTHER_LIBRARY = (folder: string) =>
  `mkdir -p ${folder} && library=$(ldd $(gcc -print-prog-name=cc1) | sed -n 's/.*=> \\(.*libmpfr[^ ]*\\) .*/\\1/p')` +
  ` && cp $library ${folder} && echo >> ${folder}/\${library##*/}`;

const COMPILE = "gcc -c a.c -o a.o";
const OWN = "tools/gcc -c a.c -o a.o -BPARTS";
const COPY = "cp $(readlink -f /usr/bin/gcc) tools/gcc";

const CHANGES: readonly InputCase[] = [
  {
    name: "the assembler appears in an earlier folder of PATH",
    run: COMPILE,
    env: { PATH: "WORK/tools:/usr/bin:/bin" },
    edit: MARKING_AS("tools/as"),
  },
  {
    name: "the assembler appears in a relative folder of PATH",
    run: COMPILE,
    env: { PATH: "tools:/usr/bin:/bin" },
    edit: MARKING_AS("tools/as"),
  },
  {
    name: "the assembler appears in the caller's folder, which PATH leaves empty",
    run: COMPILE,
    env: { PATH: ":/usr/bin:/bin" },
    edit: MARKING_AS("as"),
  },
  {
    name: "the assembler in a relative folder of PATH becomes another",
    made: MARKING_AS("tools/as"),
    run: COMPILE,
    env: { PATH: "tools:/usr/bin:/bin" },
    edit: "sed -i s/mark=1/mark=2/ tools/as",
  },
  {
    name: "a library appears in LD_LIBRARY_PATH",
    run: COMPILE,
    env: { LD_LIBRARY_PATH: "WORK/tools" },
    edit: OTHER_LIBRARY("tools"),
  },
  {
    name: "a library appears in a relative folder of LD_LIBRARY_PATH",
    run: COMPILE,
    env: { LD_LIBRARY_PATH: "tools" },
    edit: OTHER_LIBRARY("tools"),
  },
  {
    name: "a library appears in an earlier folder of LD_LIBRARY_PATH",
    made: `${OTHER_LIBRARY("later")} && for file in later/*; do echo >> $file; done`,
    run: COMPILE,
    env: { LD_LIBRARY_PATH: "tools:later" },
    edit: OTHER_LIBRARY("tools"),
  },
  {
    name: "a library for this kind of processor appears in LD_LIBRARY_PATH",
    run: COMPILE,
    env: { LD_LIBRARY_PATH: "tools" },
    edit: OTHER_LIBRARY("tools/glibc-hwcaps/x86-64-v2"),
  },
  {
    name: "the driver is overwritten in place, its time put back",
    made: COPY,
    run: OWN,
    edit: "echo >> tools/gcc",
  },
  {
    name: "the driver is replaced by a rename",
    made: COPY,
    run: OWN,
    edit: "cp tools/gcc tools/new && echo >> tools/new && mv tools/new tools/gcc",
  },
  {
    name: "the compiler proper is overwritten in place",
    made: `mkdir lib && cp $(gcc -print-prog-name=cc1) lib/cc1 && ${COPY}`,
    run: OWN.replace("-BPARTS", "-Blib/ -BPARTS"),
    edit: "echo >> lib/cc1",
  },
];

/** What is only just installed is not trusted yet. */
const AGED = "sleep 0.1";

testWith(["gcc"], "a compiler that is no longer the same compiles again", async (t) => {
  await using rig = await Rig.open();
  const cc1 = text((await rig.bare(["gcc", "-print-prog-name=cc1"])).stdout);
  const parts = cc1.slice(0, cc1.lastIndexOf("/"));
  const cases = CHANGES.map((change) => ({ ...change, run: change.run.replace("PARTS", parts) }));
  // a source of its own for each: the same compiler in two of them would share
  const files = (index: number) => ({ "a.c": `int a${index};\n`, "tools/.keep": "" });
  await eachInput(t, { rig, files, after: AGED }, cases);
});
