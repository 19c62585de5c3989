import { type Expected, Rig, testWith } from "../rig.ts";
import { patchInPlace, renameOver, renameOverSilently, retarget, rewriteSilently } from "../rig/edits.ts";

/** Every file that the unit reads has a value of its own; `V` of one digit keeps the sizes equal. */
const FILES = {
  "a.c":
    `#include "a.h"\n#include <i.h>\n#include "linked.h"\n#include "deep/x/y/c.h"\n#include "chain.h"\n#include <r.h>\n` +
    `#if __has_include("opt.h")\n#include "opt.h"\n#endif\n#ifndef OPT\n#define OPT 0\n#endif\n` +
    `#if __has_include("there.h")\n#define THERE 1\n#else\n#define THERE 0\n#endif\n` +
    `int all[] = { A, I, L, C, H, R, OPT, THERE };\n`,
  "there.h": "",
  "a.h": "#define A 1\n",
  "two/i.h": "#define I 1\n",
  "three/i.h": "#define I 3\n",
  "targets/l1.h": "#define L 1\n",
  "targets/l2.h": "#define L 2\n",
  "targets/h1.h": "#define H 1\n",
  "targets/h2.h": "#define H 2\n",
  "deep/x/y/c.h": "#define C 1\n",
  "other/x/y/c.h": "#define C 2\n",
  "roots/r1/r.h": "#define R 1\n",
  "roots/r2/r.h": "#define R 2\n",
  "elsewhere/.keep": "",
};

function prepare(rig: Rig): void {
  rig.fresh(FILES);
  Deno.symlinkSync("targets/l1.h", rig.at("linked.h"));
  Deno.symlinkSync("middle.h", rig.at("chain.h"));
  Deno.symlinkSync("targets/h1.h", rig.at("middle.h"));
  Deno.symlinkSync("roots/r1", rig.at("current"));
}

const FLAGS = ["-c", "a.c", "-I.", "-Izero", "-Ione", "-Itwo", "-Ithree", "-Icurrent", "-MD"];

type Edit = readonly [what: string, then: Expected, edit: (at: (name: string) => string) => void];

const CONTENTS: readonly Edit[] = [
  ["edited", "miss", (at) => Deno.writeTextFileSync(at("a.h"), "#define A 22\n")],
  ["edited, same size and time", "miss", (at) => rewriteSilently(at("a.h"), "#define A 2\n")],
  ["patched in place", "miss", (at) => patchInPlace(at("a.h"), 10, "5")],
  ["renamed over", "miss", (at) => renameOver(at("a.h"), "#define A 2\n")],
  ["renamed over, same size and time", "miss", (at) => renameOverSilently(at("a.h"), "#define A 2\n")],
  ["emptied", "error", (at) => Deno.truncateSync(at("a.h"))],
  ["removed", "error", (at) => Deno.removeSync(at("a.h"))],
  ["replaced by a folder", "error", (at) => (Deno.removeSync(at("a.h")), Deno.mkdirSync(at("a.h")))],
  ["replaced by a link to other text", "miss", (at) => {
    Deno.writeTextFileSync(at("elsewhere/a.h"), "#define A 6\n");
    Deno.removeSync(at("a.h"));
    Deno.symlinkSync("elsewhere/a.h", at("a.h"));
  }],
  ["removed and made again, the same", "hit", (at) => {
    Deno.removeSync(at("a.h"));
    Deno.writeTextFileSync(at("a.h"), FILES["a.h"]);
  }],
  ["only touched", "hit", (at) => Deno.utimeSync(at("a.h"), new Date(), new Date())],
  ["only made unreadable to others", "hit", (at) => Deno.chmodSync(at("a.h"), 0o600)],
  ["written through a newer hard link", "miss", (at) => {
    Deno.linkSync(at("deep/x/y/c.h"), at("elsewhere/late"));
    rewriteSilently(at("elsewhere/late"), "#define C 8\n");
  }],
  [
    "an include in the source itself",
    "miss",
    (at) => renameOver(at("a.c"), FILES["a.c"].replace("A, I", "I, A")),
  ],
];

const PLACES: readonly Edit[] = [
  ["link retargeted", "miss", (at) => retarget(at("linked.h"), "targets/l2.h")],
  ["link removed and made again", "miss", (at) => {
    Deno.removeSync(at("linked.h"));
    Deno.symlinkSync("targets/l2.h", at("linked.h"));
  }],
  ["link's target edited", "miss", (at) => rewriteSilently(at("targets/l1.h"), "#define L 9\n")],
  ["middle of a chain of links retargeted", "miss", (at) => retarget(at("middle.h"), "targets/h2.h")],
  ["linked folder retargeted", "miss", (at) => retarget(at("current"), "roots/r2")],
  ["folder renamed away and another put there", "miss", (at) => {
    Deno.renameSync(at("deep"), at("elsewhere/deep"));
    Deno.renameSync(at("other"), at("deep"));
  }],
  ["folder in the middle replaced", "miss", (at) => {
    Deno.renameSync(at("deep/x"), at("deep/was"));
    Deno.renameSync(at("other/x"), at("deep/x"));
  }],
  ["folder renamed away", "error", (at) => Deno.renameSync(at("deep"), at("gone"))],
  ["folder renamed away and back", "hit", (at) => {
    Deno.renameSync(at("deep"), at("gone"));
    Deno.renameSync(at("gone"), at("deep"));
  }],
  ["include folder replaced", "miss", (at) => {
    Deno.renameSync(at("two"), at("elsewhere/two"));
    Deno.renameSync(at("three"), at("two"));
  }],
  ["include folder becomes a ring of links", "any", (at) => {
    Deno.renameSync(at("two"), at("elsewhere/two"));
    Deno.symlinkSync("two", at("two"));
  }],
  ["include folder becomes a file", "any", (at) => {
    Deno.renameSync(at("three"), at("elsewhere/three"));
    Deno.writeTextFileSync(at("three"), "");
  }],
  ["link target's folder replaced", "miss", (at) => {
    Deno.renameSync(at("targets"), at("elsewhere/targets"));
    Deno.mkdirSync(at("targets"));
    Deno.writeTextFileSync(at("targets/l1.h"), "#define L 5\n");
    Deno.writeTextFileSync(at("targets/h1.h"), "#define H 5\n");
  }],
];

const SHADOWS: readonly Edit[] = [
  [
    "new file beside the source hides one",
    "miss",
    (at) => Deno.writeTextFileSync(at("i.h"), "#define I 5\n"),
  ],
  ["new folder hides one", "miss", (at) => {
    Deno.mkdirSync(at("one"));
    Deno.writeTextFileSync(at("one/i.h"), "#define I 6\n");
  }],
  ["renamed folder hides one", "miss", (at) => Deno.renameSync(at("three"), at("zero"))],
  ["linked folder hides one", "miss", (at) => Deno.symlinkSync("three", at("zero"))],
  ["new link hides one", "miss", (at) => Deno.symlinkSync("three/i.h", at("i.h"))],
  ["hard link hides one", "miss", (at) => Deno.linkSync(at("three/i.h"), at("i.h"))],
  ["first of two is gone", "miss", (at) => Deno.removeSync(at("two/i.h"))],
  ["first folder of two is gone", "miss", (at) => Deno.removeSync(at("two"), { recursive: true })],
  ["__has_include comes true", "miss", (at) => Deno.writeTextFileSync(at("opt.h"), "#define OPT 1\n")],
  ["__has_include comes true on a later folder", "miss", (at) => {
    Deno.writeTextFileSync(at("three/opt.h"), "#define OPT 2\n");
  }],
  ["__has_include comes true by a rename", "miss", (at) => {
    Deno.writeTextFileSync(at("elsewhere/tmp"), "#define OPT 3\n");
    Deno.renameSync(at("elsewhere/tmp"), at("opt.h"));
  }],
  ["__has_include finds a link to a folder in a file's place", "miss", (at) => {
    Deno.symlinkSync("two", at("elsewhere/tmp"));
    Deno.renameSync(at("elsewhere/tmp"), at("there.h"));
  }],
  ["nested path is hidden", "miss", (at) => {
    Deno.mkdirSync(at("elsewhere/deep/x/y"), { recursive: true });
    Deno.writeTextFileSync(at("elsewhere/deep/x/y/c.h"), "#define C 5\n");
    Deno.renameSync(at("deep"), at("three/deep"));
    Deno.renameSync(at("elsewhere/deep"), at("deep"));
  }],
  ["unrelated file appears", "hit", (at) => Deno.writeTextFileSync(at("two/unrelated.h"), "#define U 1\n")],
];

for (const compiler of ["gcc", "clang"]) {
  for (const [name, edits] of Object.entries({ contents: CONTENTS, places: PLACES, shadows: SHADOWS })) {
    testWith([compiler], `${compiler}: edits are seen at once (${name})`, async (t) => {
      await using rig = await Rig.open();
      for (const [what, then, edit] of edits) {
        await t.step(`${compiler}: ${what}`, () => seen(rig, compiler, { then, edit }));
      }
    });
  }
}

/** Primes the cache, edits, compares, takes the edit back, compares again. */
async function seen(
  rig: Rig,
  compiler: string,
  { then, edit }: { then: Expected; edit: Edit[2] },
): Promise<void> {
  prepare(rig);
  // A macro with the folder's name keeps the cases from meeting each other's results.
  const argv = [compiler, ...FLAGS, `-DCASE="${rig.work}"`];
  await rig.expectSame(argv, { cold: "miss", warm: "hit" });
  edit((name) => rig.at(name));
  await rig.settled();
  await rig.expectSame(argv, { cold: then, warm: then === "error" || then === "any" ? then : "hit" });
}

for (const compiler of ["gcc", "clang"]) {
  testWith([compiler], `${compiler}: a header that hides another and goes again`, async () => {
    await using rig = await Rig.open();
    prepare(rig);
    const argv = [compiler, ...FLAGS];
    await rig.expectSame(argv, { cold: "miss", warm: "hit" });
    for (const then of ["miss", "hit", "hit"] as const) {
      rig.write({ "one/i.h": "#define I 8\n" });
      await rig.expectSame(argv, { cold: then, warm: "hit" });
      Deno.removeSync(rig.at("one"), { recursive: true });
      await rig.expectSame(argv, { cold: "hit", warm: "hit" });
    }
  });

  testWith([compiler], `${compiler}: a dangling link on the include path comes alive`, async () => {
    await using rig = await Rig.open();
    for (const edit of ["target made", "target renamed", "retargeted", "replaced"] as const) {
      rig.fresh({
        "a.c": "#include <i.h>\nint a = I;\n",
        "two/i.h": "#define I 2\n",
        "one/other.h": "#define I 1\n",
      });
      Deno.symlinkSync("later.h", rig.at("one/i.h"));
      const argv = [compiler, "-Ione", "-Itwo", "-c", "a.c", `-DCASE=${edit.replace(" ", "_")}`];
      await rig.expectSame(argv, { cold: "hit or miss", warm: "hit" });
      if (edit === "target made") rig.write({ "one/later.h": "#define I 1\n" });
      if (edit === "target renamed") Deno.renameSync(rig.at("one/other.h"), rig.at("one/later.h"));
      if (edit === "retargeted") retarget(rig.at("one/i.h"), "other.h");
      if (edit === "replaced") renameOver(rig.at("one/i.h"), "#define I 1\n");
      await rig.settled();
      await rig.expectSame(argv, { cold: "hit or miss", warm: "hit" });
    }
  });

  testWith([compiler], `${compiler}: a header is written through an older hard link`, async () => {
    await using rig = await Rig.open();
    prepare(rig);
    Deno.linkSync(rig.at("a.h"), rig.at("elsewhere/alias"));
    await rig.expectSame([compiler, ...FLAGS], { cold: "miss", warm: "hit" });
    rewriteSilently(rig.at("elsewhere/alias"), "#define A 7\n");
    await rig.expectSame([compiler, ...FLAGS], { cold: "miss", warm: "hit" });
  });

  testWith([compiler], `${compiler}: edits between compiles in a fast loop`, async () => {
    await using rig = await Rig.open();
    rig.fresh({ "a.c": `#include "a.h"\nint a = A;\n`, "a.h": "#define A 1000\n" });
    for (let i = 0; i < 40; i++) {
      rewriteSilently(rig.at("a.h"), `#define A ${1000 + i}\n`);
      await rig.expectSame([compiler, "-c", "a.c"], { cold: "miss", warm: "hit" });
    }
  });
}

for (const compiler of ["gcc", "clang"]) {
  testWith(
    [compiler],
    `${compiler}: messages that quote what only a #line directive names are not kept`,
    async () => {
      await using rig = await Rig.open();
      const source = `#line 1 "parser.y"\nint f(void) { return g(); }\n`;
      rig.fresh({ "a.c": source, "parser.y": "the first text\n" });
      const argv = [compiler, "-c", "a.c", "-Wall", "-std=gnu99"];
      await rig.expectSame(argv, { cold: "uncacheable:line-directive", warm: "uncacheable:line-directive" });
      Deno.writeTextFileSync(rig.at("parser.y"), "another text\n");
      await rig.expectSame(argv, { cold: "uncacheable:line-directive" });
      await rig.expectSame([...argv, "-w"], { cold: "miss", warm: "hit" });
    },
  );
}

for (const compiler of ["gcc", "clang"]) {
  testWith([compiler], `${compiler}: a folder by a header's name becomes the header`, async () => {
    await using rig = await Rig.open();
    rig.fresh({ "a.c": "#include <i.h>\nint a = I;\n", "two/i.h": "#define I 2\n", "one/i.h/inside": "" });
    const argv = [compiler, "-Ione", "-Itwo", "-c", "a.c"];
    await rig.expectSame(argv, { cold: "any", warm: "any" });
    Deno.removeSync(rig.at("one/i.h"), { recursive: true });
    rig.write({ "one/i.h": "#define I 1\n" });
    await rig.settled();
    await rig.expectSame(argv, { cold: "miss", warm: "hit" });
  });
}

/** Compilers search a folder once, however many names lead to it. */
const ALIASES = {
  "a.c": `#include <h.h>\nint v = V;\n`,
  "three/h.h": "#define V 3\n",
  "parked/h.h": "#define V 4\n",
};

for (const [compiler, how] of [["gcc", ["-c"]], ["clang", ["-c"]], ["gcc", ["-shared", "-fPIC"]]] as const) {
  testWith(
    [compiler],
    `two names for one thing are told from two things: ${compiler} ${how[0]}`,
    async () => {
      await using rig = await Rig.open();
      rig.fresh(ALIASES);
      Deno.symlinkSync("three", rig.at("current"));
      const build = [compiler, ...how, "a.c", "-Icurrent", "-isystem", "three", "-o", "out"];
      await rig.settled();
      await rig.expectSame(build, { cold: "miss", warm: "hit" });
      Deno.renameSync(rig.at("current"), rig.at("link"));
      Deno.renameSync(rig.at("parked"), rig.at("current"));
      await rig.settled();
      await rig.expectSame(build, { cold: "miss", warm: "hit" });
    },
  );
}
