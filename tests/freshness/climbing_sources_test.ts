import { assertOk, type Expectation, Rig, testWith } from "../rig.ts";
import { rustEnvironment } from "../rig/rust.ts";

/** Paths go through `sub`, a link that leads into `one` and then into `two`. */
const FILES = {
  "one/a.c": "#include <v.h>\nint v = V;\n",
  "two/a.c": "#include <v.h>\nlong v = V;\n",
  "b.c": "#include <v.h>\nint v = V;\n",
  "c.c": "int v = V;\n",
  "inc/v.h": "#define V 1\n",
  "one/inc/v.h": "#define V 2\n",
  "two/inc/v.h": "#define V 3\n",
  "one/none/x.h": "",
  "two/none/v.h": "#define V 4\n",
  "one/none/usr/include/x.h": "",
  "two/none/usr/include/v.h": "#define V 5\n",
  "one/args": "-Iinc b.c\n",
  "two/args": "-Ione/inc b.c\n",
  "one/q.rs": "pub const Q: u32 = 1;\n",
  "two/q.rs": "pub const Q: u64 = 1;\n",
  "one/x/.keep": "",
  "two/x/.keep": "",
};

/** Commands for which it counts where `sub` leads. */
const COMMANDS: readonly (readonly string[])[] = [
  ["gcc", "-c", "sub/../a.c", "-Iinc"],
  ["gcc", "-c", "b.c", "-Isub/../inc"],
  // what is found further on is hidden by what is there now
  ["gcc", "-c", "b.c", "-Isub/../none", "-Iinc"],
  ["gcc", "-c", "c.c", "-include", "sub/../inc/v.h"],
  ["gcc", "-c", "@sub/../args"],
  ["gcc", "-c", "b.c", "--sysroot=sub/../none", "-idirafter", "inc"],
  ["clang", "-c", "sub/../a.c", "-Iinc"],
  ["clang", "-c", "b.c", "--sysroot=sub/../none", "-idirafter", "inc"],
  ["clang", "-c", "b.c", "-Isub/../none", "-Iinc"],
  ["rustc", "--crate-name", "q", "--crate-type", "lib", "sub/../q.rs"],
  ["ar", "rcs", "sub/../lib.a", "inc.o"],
  // one file by two names, and then two
  ["ar", "qc", "new.a", "one/m.o", "sub/../m.o"],
  ["gcc", "sub/../m.o", "inc.o", "-o", "prog"],
  ["ld", "-r", "one/m.o", "sub/../inc.o", "-o", "all.o"],
];

for (const argv of COMMANDS) {
  const needs = [argv[0]!, "gcc", "ar"];
  testWith(needs, `a link on the way up of a path leads elsewhere: ${argv.join(" ")}`, async () => {
    await using rig = await Rig.open({ env: argv[0] === "rustc" ? rustEnvironment() : {} });
    rig.fresh({ ...FILES, "m.c": "int main(void) { return V; }\n", "inc.c": "int inc = V;\n" });
    const script = ["one", "two"].map((folder, i) =>
      `gcc -DV=${i} -c m.c -o ${folder}/m.o; gcc -DV=${i} -c inc.c -o ${folder}/inc.o; ar rcs ${folder}/old.a ${folder}/m.o`
    );
    const lead = async (to: string) => {
      assertOk(await rig.bare(["ln", "-sfn", `${to}/x`, "sub"]));
      await rig.settled();
    };
    assertOk(await rig.bare(["sh", "-ec", [...script, "cp one/inc.o inc.o"].join("\n")]));
    await lead("one");
    // an archive that is there is added to
    const before = argv[0] !== "ar" ? undefined : async () => {
      assertOk(await rig.bare(["sh", "-ec", "rm -f new.a; for d in one two; do cp $d/old.a $d/lib.a; done"]));
      await rig.settled();
    };
    const same = (expected: Expectation) =>
      rig.expectSame(argv, before === undefined ? expected : { ...expected, before });
    await same({ cold: "miss", warm: "hit" });
    await lead("two");
    await same({ cold: "miss", warm: "hit" });
    await lead("one");
    await same({ cold: "hit" });
  });
}
