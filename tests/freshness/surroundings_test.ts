import assert from "node:assert/strict";
import { assertOk, Rig, testWith } from "../rig.ts";
import { rewriteSilently } from "../rig/edits.ts";
import { FakeTool } from "../rig/fake_tool.ts";

const FILES = { "a.c": `#include "a.h"\nint a = A;\n`, "a.h": "#define A 1\n" };

for (const compiler of ["gcc", "clang"]) {
  for (const when of ["before", "after"] as const) {
    testWith([compiler, "gcc"], `${compiler}: a header is edited ${when} the tool reads it`, async () => {
      await using rig = await Rig.open();
      const tool = await FakeTool.build(rig, compiler);
      rig.fresh(FILES);
      tool.hold(when);
      const { cached, cold, nonCacheable, reasons } = await rig.counting(async () => {
        const running = rig.wrapped([tool.path, "-c", "a.c"]);
        await tool.arrived();
        rewriteSilently(rig.at("a.h"), "#define A 2\n");
        tool.release();
        assertOk(await running);
      });
      assert.equal(cached, 0);
      assert.equal(nonCacheable + cold, 1);
      if (when === "after") assert.equal(reasons["input-changed-during-run"], 1, JSON.stringify(reasons));
      // Whatever was kept of it, the next answer must be for the header as it is now, and as it was.
      const then = when === "before" ? "hit or miss" : "miss";
      await rig.expectSame([tool.path, "-c", "a.c"], { cold: then, warm: "hit" });
      rewriteSilently(rig.at("a.h"), "#define A 1\n");
      await rig.expectSame([tool.path, "-c", "a.c"], { cold: "miss", warm: "hit" });
    });
  }

  testWith(
    [compiler, "gcc"],
    `${compiler}: a hit doesn't run the tool, a new build of the tool does`,
    async () => {
      await using rig = await Rig.open();
      const tool = await FakeTool.build(rig, compiler);
      rig.fresh(FILES);
      assertOk(await rig.wrapped([tool.path, "-c", "a.c"]));
      const calls = tool.calls().length;
      for (let i = 0; i < 5; i++) assertOk(await rig.wrapped([tool.path, "-c", "a.c"]));
      assert.equal(tool.calls().length, calls);
      await tool.rebuild(rig, ["-DANOTHER=1", "-g"]);
      await rig.expectSame([tool.path, "-c", "a.c"], { cold: "miss", warm: "hit" });
    },
  );

  testWith([compiler, "gcc"], `${compiler}: another tool of the same name comes first on PATH`, async () => {
    await using rig = await Rig.open();
    const tool = await FakeTool.build(rig, compiler);
    const other = await FakeTool.build(rig, compiler, ["-DANOTHER=1", "-g"]);
    const path = (first: FakeTool) => ({ PATH: `${first.path.replace(/\/[^/]*$/, "")}:${rig.env["PATH"]}` });
    rig.fresh(FILES);
    await rig.expectSame([compiler, "-c", "a.c"], { cold: "miss", warm: "hit", env: path(tool) });
    await rig.expectSame([compiler, "-c", "a.c"], { cold: "miss", warm: "hit", env: path(other) });
    await rig.expectSame([compiler, "-c", "a.c"], { cold: "hit", warm: "hit", env: path(tool) });
  });

  testWith([compiler], `${compiler}: the folder is told apart where the result holds it`, async () => {
    await using rig = await Rig.open();
    for (const folder of ["first", "second"]) {
      rig.work = rig.folder(FILES, folder);
      await rig.expectSame([compiler, "-g", "-c", "a.c"], { cold: "miss", warm: "hit" });
    }
    rig.work = rig.folder({ ...FILES, "a.h": "#define A 9\n" }, "third");
    await rig.expectSame([compiler, "-c", "a.c"], { cold: "miss", warm: "hit" });
    rig.work = rig.folder({ ...FILES, "a.h": "#define A 8\n" }, "fourth");
    await rig.expectSame([compiler, "-c", "a.c"], { cold: "miss", warm: "hit" });
  });

  testWith([compiler], `${compiler}: a folder reached through a link that moves`, async () => {
    await using rig = await Rig.open();
    const [one, two] = [rig.folder(FILES, "one"), rig.folder({ ...FILES, "a.h": "#define A 2\n" }, "two")];
    Deno.symlinkSync(one, `${rig.base}/link`);
    rig.work = `${rig.base}/link`;
    const env = { PWD: rig.work };
    await rig.expectSame([compiler, "-g", "-c", "a.c"], { cold: "miss", warm: "hit", env });
    Deno.removeSync(`${rig.base}/link`);
    Deno.symlinkSync(two, `${rig.base}/link`);
    await rig.expectSame([compiler, "-g", "-c", "a.c"], { cold: "miss", warm: "hit", env });
    await rig.expectSame([compiler, "-g", "-c", "a.c"], { cold: "hit or miss", warm: "hit" });
  });

  testWith([compiler], `${compiler}: variables that change the compile change the answer`, async () => {
    await using rig = await Rig.open();
    rig.fresh({
      "a.c": `#include <v.h>\nint a = V;\nint unused(void) { int x; return 0; }\n`,
      "one/v.h": "#define V 1\n",
      "two/v.h": "#define V 2\n",
    });
    const argv = [compiler, "-Wall", "-c", "a.c"];
    for (const variable of ["CPATH", "C_INCLUDE_PATH"]) {
      for (const folder of ["one", "two", "two:one"]) {
        await rig.expectSame(argv, { cold: "hit or miss", warm: "hit", env: { [variable]: folder } });
      }
    }
    await rig.expectSame(argv, { cold: "error", warm: "error" });
    const env = { CPATH: "one" };
    for (const more of [{ LANG: "C" }, { LC_ALL: "C" }, { GCC_COLORS: "" }, { SOURCE_DATE_EPOCH: "5" }]) {
      await rig.expectSame(argv, { cold: "hit or miss", warm: "hit", env: { ...env, ...more } });
    }
  });

  testWith([compiler], `${compiler}: a response file is read anew`, async () => {
    await using rig = await Rig.open();
    rig.fresh({ "a.c": "int a = A;\n", "flags.rsp": "@more.rsp", "more.rsp": "-DA=1" });
    const argv = [compiler, "@flags.rsp", "-c", "a.c"];
    await rig.expectSame(argv, { cold: "miss", warm: "hit" });
    rewriteSilently(rig.at("more.rsp"), "-DA=2");
    await rig.expectSame(argv, { cold: "miss", warm: "hit" });
    rig.write({ "flags.rsp": "-DA=3" });
    await rig.expectSame(argv, { cold: "miss", warm: "hit" });
    Deno.removeSync(rig.at("flags.rsp"));
    await rig.expectSame(argv, { cold: "uncacheable:response-file" });
  });
}

testWith(["gcc"], "a specs file is an input", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a = A;\n", "my.specs": "*cc1_options:\n+ -DA=1\n\n" });
  // Part of the toolchain: one that was written this second is not trusted yet.
  Deno.utimeSync(rig.at("my.specs"), 1_700_000_000, 1_700_000_000);
  const argv = ["gcc", "-specs=my.specs", "-c", "a.c"];
  await rig.expectSame(argv, { cold: "miss", warm: "hit" });
  rewriteSilently(rig.at("my.specs"), "*cc1_options:\n+ -DA=2\n\n");
  await rig.expectSame(argv, { cold: "miss", warm: "hit" });
});

testWith(
  ["clang"],
  "a list of what no sanitizer looks at is an input, there or not",
  async () => {
    await using rig = await Rig.open();
    rig.fresh({ "a.c": "int f(int *p) { return *p; }\n", "ignore.txt": "fun:f\n" });
    const argv = ["clang", "-fsanitize=address", "-fsanitize-ignorelist=ignore.txt", "-c", "a.c"];
    await rig.expectSame(argv, { cold: "miss", warm: "hit" });
    rewriteSilently(rig.at("ignore.txt"), "fun:g\n");
    await rig.expectSame(argv, { cold: "miss", warm: "hit" });
    Deno.removeSync(rig.at("ignore.txt"));
    await rig.expectSame(argv, { cold: "error", warm: "error" });
  },
);

testWith(
  ["gcc", "root", "mount", "umount"],
  "a mount over a folder of headers, and its end, are seen",
  async () => {
    await using rig = await Rig.open();
    rig.fresh({
      "a.c": `#include <v.h>\nint a = V;\n`,
      "inc/v.h": "#define V 1\n",
      "other/v.h": "#define V 2\n",
    });
    const argv = ["gcc", "-Iinc", "-c", "a.c"];
    await rig.expectSame(argv, { cold: "miss", warm: "hit" });
    assertOk(await rig.bare(["mount", "--bind", rig.at("other"), rig.at("inc")]));
    try {
      await rig.expectSame(argv, { cold: "miss", warm: "hit" });
    } finally {
      assertOk(await rig.bare(["umount", rig.at("inc")]));
    }
    await rig.expectSame(argv, { cold: "hit", warm: "hit" });
  },
);

testWith(["gcc", "clang"], "comments and unused macros may hit, messages and lines stay right", async () => {
  await using rig = await Rig.open();
  const body = "int unused(void) { int x; return 0; }\n";
  for (const compiler of ["gcc", "clang"]) {
    const more = [[], ["-g"], ["-Wall"], ["-O1", "-Wextra"]];
    for (const flags of more.map((words) => [...words, "-c", "a.c"])) {
      rig.fresh({ "a.c": `/* one */\n${body}` });
      await rig.expectSame([compiler, ...flags], { cold: "hit or miss", warm: "hit" });
      for (
        const head of [
          "/* two */\n",
          "// other\n",
          "/* on\ntwo lines */\n",
          "/* a comment */ ",
          "/* fallthrough */\n",
        ]
      ) {
        rig.write({ "a.c": head + body });
        await rig.expectSame([compiler, ...flags], { cold: "hit or miss", warm: "hit" });
      }
      await rig.expectSame([compiler, ...flags, "-DNOTHING=1"], { cold: "hit or miss", warm: "hit" });
    }
  }
});

testWith(["gcc"], "a link to nowhere on PATH that becomes a compiler is the compiler", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a = A;\n", "bin/.keep": "", "real": '#!/bin/sh\nexec gcc -DA=2 "$@"\n' });
  Deno.symlinkSync("../later", rig.at("bin/gcc-12"));
  const env = { PATH: `${rig.at("bin")}:${rig.at("more")}:${Deno.env.get("PATH")}` };
  rig.write({ "more/gcc-12": '#!/bin/sh\nexec gcc -DA=1 "$@"\n' });
  for (const file of ["real", "more/gcc-12"]) {
    Deno.chmodSync(rig.at(file), 0o755);
    // compilers that were written just now are not trusted
    Deno.utimeSync(rig.at(file), 1_700_000_000, 1_700_000_000);
  }
  await rig.settled();
  await rig.expectSame(["gcc-12", "-c", "a.c"], { cold: "miss", warm: "hit", env });
  Deno.renameSync(rig.at("real"), rig.at("later"));
  await rig.settled();
  await rig.expectSame(["gcc-12", "-c", "a.c"], { cold: "miss", warm: "hit", env });
});
