import assert from "node:assert/strict";
import { assertOk, Rig, testWith, text } from "../rig.ts";

const SOURCE = `#include "a.h"\nint a = A;\n`;
const NAMES = [
  "sp ace",
  "new\nline",
  "tab\there",
  "üñí-名",
  "it's",
  `qu"ote`,
  "back\\slash",
  "dol$lar",
  "per%cent",
  "ha#sh",
  "a=b",
  "star*",
  "semi;colon",
  "(paren)",
];

for (const compiler of ["gcc", "clang"]) {
  testWith(
    [compiler],
    `${compiler}: odd characters in names of sources, headers, folders and outputs`,
    async (t) => {
      await using rig = await Rig.open();
      for (const name of NAMES) {
        await t.step(JSON.stringify(name), async () => {
          rig.work = rig.folder(
            { "a.c": SOURCE, "a.h": "#define A 1\n", [`${name}.c`]: SOURCE },
            `folder ${name}`,
          );
          rig.write({
            [`inc ${name}/odd.h`]: "#define ODD 1\n",
            "odd.c": `#include "odd.h"\nint odd = ODD;\n`,
          });
          await rig.expectSame([compiler, "-g", "-c", "a.c", "-o", `${name}.o`], {
            cold: "any",
            warm: "any",
          });
          await rig.expectSame([compiler, "-c", `${name}.c`], { cold: "any", warm: "any" });
          const odd = [compiler, `-Iinc ${name}`, "-c", "odd.c"];
          await rig.expectSame(odd, { cold: "any", warm: "any" });
          rig.write({ [`inc ${name}/odd.h`]: "#define ODD 2\n" });
          await rig.expectSame(odd, { cold: "any", warm: "any" });
        });
      }
    },
  );

  testWith([compiler], `${compiler}: spaces and accents are no reason not to cache`, async () => {
    await using rig = await Rig.open();
    rig.work = rig.folder({ "ä b.c": SOURCE, "a.h": "#define A 1\n" }, "földer with spaces");
    await rig.expectSame([compiler, "-c", "ä b.c", "-o", "ö x.o"], { cold: "miss", warm: "hit" });
  });

  testWith([compiler, "cmp"], `${compiler}: names that are not UTF-8`, async () => {
    await using rig = await Rig.open();
    rig.fresh({ "a.c": SOURCE, "a.h": "#define A 1\n" });
    const script =
      `set -e; n=$(printf 'x\\377y'); mkdir "$n" && cp a.c "$n/$n.c" && cp a.h "$n"; compiler=$1; shift
      "$compiler" -c "$n/$n.c" -o bare.o
      for i in 1 2; do
        "$@" "$compiler" -c "$n/$n.c" -o "$n.o"; cmp bare.o "$n.o"
        (cd "$n"; "$@" "$compiler" -c ../a.c -o ../b.o); cmp bare.o b.o || true
        "$@" "$compiler" -c a.c -DX="$n" -o c.o; "$compiler" -c a.c -DX="$n" -o d.o; cmp c.o d.o
      done`;
    assertOk(await rig.bare(["sh", "-c", script, "sh", compiler, ...rig.wrapper.prefix]));
  });

  testWith([compiler], `${compiler}: very long command lines`, async () => {
    await using rig = await Rig.open();
    rig.fresh({ "a.c": SOURCE, "a.h": "#define A 1\n" });
    const many = Array.from({ length: 2800 }, (_, i) => `-DA_MACRO_WITH_A_LONG_NAME_${i}=${i}`);
    await rig.expectSame([compiler, "-c", "a.c", ...many], { cold: "miss", warm: "hit" });
    const one = `-DLONG=${"x".repeat(100_000)}`;
    // nothing of it shows after preprocessing
    await rig.expectSame([compiler, "-c", "a.c", one], { cold: "hit", warm: "hit" });
    const env = { SOME_VARIABLE: "x".repeat(120_000) };
    await rig.expectSame([compiler, "-c", "a.c"], { cold: "hit or miss", warm: "hit", env });
  });

  testWith([compiler], `${compiler}: outputs that are not plain files`, async () => {
    await using rig = await Rig.open();
    const files = { "a.c": SOURCE, "a.h": "#define A 1\n", "old.o": "old", "folder/.keep": "" };
    rig.fresh(files);
    await rig.expectSame([compiler, "-c", "a.c"], { cold: "miss", warm: "hit" });
    const into = (output: string) => [compiler, "-c", "a.c", "-o", output];
    Deno.symlinkSync("target.o", rig.at("dangling.o"));
    Deno.symlinkSync("old.o", rig.at("link.o"));
    Deno.linkSync(rig.at("old.o"), rig.at("hard.o"));
    await rig.expectSame(into("dangling.o"), { cold: "any", warm: "any" });
    await rig.expectSame(into("link.o"), { cold: "any", warm: "any" });
    await rig.expectSame(into("hard.o"), { cold: "any", warm: "any" });
    await rig.expectSame(into("folder"), { cold: "any", warm: "any" });
    await rig.expectSame(into("missing/a.o"), { cold: "any", warm: "any" });
    await rig.expectSame([compiler, "-c", "a.c", "-MD", "-MF", "link.o"], { cold: "any", warm: "any" });
    Deno.chmodSync(rig.at("old.o"), 0o444);
    await rig.expectSame(into("old.o"), { cold: "any", warm: "any" });
  });

  testWith([compiler], `${compiler}: no source is written over from the cache`, async () => {
    await using rig = await Rig.open();
    rig.fresh({ "a.c": SOURCE, "a.h": "#define A 1\n", "s.s": ".globl s\ns: .long 1\n" });
    Deno.symlinkSync("a.c", rig.at("link.c"));
    Deno.symlinkSync(".", rig.at("here"));
    for (const source of ["a.c", "link.c", "s.s"]) {
      await rig.expectSame([compiler, "-c", source, "-o", "a.o"], { cold: "hit or miss", warm: "hit" });
      const real = source === "link.c" ? "a.c" : source;
      for (const output of [real, `./${real}`, `here/${real}`, rig.at(real)]) {
        const content = Deno.readFileSync(rig.at(real));
        await rig.expectSame([compiler, "-c", source, "-o", output], {
          cold: "uncacheable:special-output",
          warm: "uncacheable:special-output",
        });
        Deno.writeFileSync(rig.at(real), content);
      }
    }
  });

  testWith([compiler, "mkfifo"], `${compiler}: a pipe as output gets the text`, async () => {
    await using rig = await Rig.open();
    rig.fresh({ "a.c": SOURCE, "a.h": "#define A 1\n" });
    const script =
      `rm -f pipe; mkfifo pipe; cat pipe > got & "$@" -S a.c -o pipe; wait; test -p pipe && cat got`;
    const bare = await rig.bare(["sh", "-c", script, "sh", compiler], { deadlineMs: 20_000 });
    assertOk(await rig.wrapped([compiler, "-S", "a.c", "-o", "plain.s"]));
    for (let i = 0; i < 2; i++) {
      const outcome = await rig.bare(["sh", "-c", script, "sh", ...rig.wrapper.prefix, compiler], {
        deadlineMs: 20_000,
      });
      assert.equal(text(outcome.stdout), text(bare.stdout));
      assert.equal(outcome.code, bare.code);
    }
  });

  testWith([compiler, "root", "mknod"], `${compiler}: a device as output stays a device`, async () => {
    await using rig = await Rig.open();
    rig.fresh({ "a.c": SOURCE, "a.h": "#define A 1\n" });
    assertOk(await rig.bare(["mknod", "null", "c", "1", "3"]));
    for (const device of ["null", rig.at("null"), "/dev/null"]) {
      for (const more of [[], ["-MMD", "-MF", "x.d"]]) {
        await rig.expectSame([compiler, "-c", "a.c", "-o", device, ...more], { cold: "any", warm: "any" });
      }
      await rig.expectSame([compiler, "-c", "a.c", "-o", "plain.o", "-MD", "-MF", device], {
        cold: "any",
        warm: "any",
      });
    }
    assert.equal(Deno.statSync("/dev/null").isCharDevice, true);
    assert.equal(Deno.statSync(rig.at("null")).isCharDevice, true);
  });
}

testWith(["gcc"], "sources by absolute, dotted and linked paths", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "sub/a.c": SOURCE, "sub/a.h": "#define A 1\n", "build/.keep": "" });
  Deno.symlinkSync("../sub", rig.at("build/linked"));
  Deno.symlinkSync("../sub/a.c", rig.at("build/a.c"));
  const at = { in: rig.at("build") };
  for (
    const source of [rig.at("sub/a.c"), "../sub/a.c", "./../sub//a.c", "linked/a.c", "linked/../sub/a.c"]
  ) {
    await rig.expectSame(["gcc", "-g", "-c", source, "-o", "x.o"], { cold: "miss", warm: "hit", ...at });
  }
  await rig.expectSame(["gcc", "-c", "a.c", "-I../sub"], { cold: "any", warm: "any", ...at });
});

testWith(["gcc"], "a cache root whose socket path is too long", async () => {
  await using rig = await Rig.open({ root: `${await Deno.makeTempDir()}/${"long/".repeat(30)}root` });
  rig.fresh({ "a.c": SOURCE, "a.h": "#define A 1\n" });
  await rig.expectSame(["gcc", "-c", "a.c"], { cold: "any", warm: "any" });
});

testWith(["gcc"], "a folder that is gone", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a;\n" });
  const script = `mkdir d && cd d && rmdir ../d; "$@"`;
  const argv = ["gcc", "-c", rig.at("a.c"), "-o", rig.at("a.o")];
  const bare = await rig.bare(["sh", "-c", script, "sh", ...argv]);
  for (let i = 0; i < 2; i++) {
    const outcome = await rig.bare(["sh", "-c", script, "sh", ...rig.wrapper.prefix, ...argv]);
    assert.deepEqual([outcome.code, text(outcome.stderr)], [bare.code, text(bare.stderr)]);
  }
});
