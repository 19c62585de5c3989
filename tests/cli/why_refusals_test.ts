import assert from "node:assert/strict";
import { REASONS } from "../../lib/core/mod.ts";
import { Rig, testWith, text } from "../rig.ts";
import { FakeTool } from "../rig/fake_tool.ts";
import { type Why, why } from "./why.ts";

/** A command for each reason that a command line or its inputs alone can give. */
const REFUSED:
  readonly (readonly [reason: keyof typeof REASONS, argv: string, env?: Record<string, string>])[] = [
    ["unknown-tool", "cat a.c"],
    ["no-compile", "gcc -c"],
    ["preprocess-only", "gcc -E a.c"],
    ["deps-only", "gcc -M a.c"],
    ["syntax-only", "gcc -fsyntax-only a.c"],
    ["information", "gcc --version"],
    ["unknown-option", "gcc -c a.c -Wa,-adhln=list"],
    ["unsupported-language", "gcc -c a.i"],
    ["stdin-source", "gcc -c -x c - -o in.o"],
    ["stdout-output", "gcc -S a.c -o -"],
    ["special-output", "gcc -c a.c -o /dev/null"],
    ["save-temps", "gcc -save-temps -c a.c"],
    ["compiler-dump", "gcc -fdump-tree-optimized -c a.c"],
    ["plugin", "gcc -fplugin=./none.so -c a.c"],
    ["time-trace", "gcc -ftime-report -c a.c"],
    ["profile-use", "gcc -fprofile-use -c a.c"],
    ["coverage-data", "gcc -fno-test-coverage -c a.c"],
    ["pch-output", "gcc -x c-header a.h -o out.gch"],
    ["pch-input", "gcc -fpch-preprocess -c a.c"],
    ["modules", "gcc -fmodules-ts -c a.c"],
    ["missing-headers-allowed", "gcc -MD -MG -c a.c"],
    ["depfile-target", "gcc -MV -c a.c"],
    ["response-file", "gcc -c a.c @none.rsp"],
    ["random", "gcc -c a.c -Wa,-g"],
    ["environment", "gcc -c a.c", { DEPENDENCIES_OUTPUT: "deps" }],
    ["date-or-time", "gcc -c date.c"],
    ["assembler-include", "gcc -c incbin.c"],
    ["computed-has-include", "gcc -c has.c"],
    ["line-directive", "gcc -c line.c -Wall"],
    ["tool-failed", "gcc -c bad.c"],
    ["opaque-wrapper", "./bin/gcc -c a.c"],
    ["response-file-cycle", "gcc -c a.c @cycle.rsp"],
    ["strict-paths", "gcc -Ibin -c a.c", { ZCCACHE_STRICT_PATHS: "absolute" }],
    ["compile-database", "clang -MJ db.json -c a.c"],
    ["external-assembler", "clang -fno-integrated-as -c a.c"],
    ["several-architectures", "clang -Xarch_x86_64 -O2 -c a.c"],
  ];

testWith(["gcc", "clang"], "why tells each refusal, and what to do about it", async (t) => {
  await using rig = await Rig.open();
  rig.fresh({
    "a.c": '#include "a.h"\n',
    "a.h": "int a;\n",
    "a.i": "int a;\n",
    "deep.h": '#include "when.h"\n',
    "when.h": "static char *when = __TIME__;\n",
    "date.c": '#include "deep.h"\nchar *f(void) { return when; }\n',
    "incbin.c": '__asm__(".incbin \\"a.h\\"");\n',
    "has.c": '#define N "a.h"\n#if __has_include(N)\n#endif\nint a;\n',
    "line.c": '#line 1 "other.c"\nvoid f(void) { int unused; }\n',
    "bad.c": "int\n",
    "bin/gcc": '#!/bin/sh\ndate >/dev/null\nexec gcc "$@"\n',
    "cycle.rsp": "@cycle.rsp\n",
  });
  Deno.chmodSync(rig.at("bin/gcc"), 0o755);
  for (const [reason, argv, env] of REFUSED) {
    await t.step(reason, async () => {
      await rig.wrapped(argv.split(" "), { env, stdin: new TextEncoder().encode("int a;\n") });
      const { record, explanation } = await why(rig, "--last");
      assert.equal(record.reason, reason);
      const { text: meaning, remedy } = REASONS[reason];
      assert.deepEqual([explanation?.text, explanation?.remedy], [meaning, remedy]);
      const shown = text((await rig.wrapped(["why"])).stdout);
      assert.ok(
        shown.includes(`Why:         ${meaning}`) && shown.includes(`To do:       ${remedy}\n`),
        shown,
      );
      assert.ok(shown.split("\n").length < 25, "one screen");
    });
  }
  await rig.wrapped(["gcc", "-c", "date.c"]);
  const { record } = await why(rig, "date.c");
  assert.equal(record.detail, "when.h");
  assert.deepEqual(record.because?.via, ["date.c", "deep.h", "when.h"].map((path) => rig.at(path)));
});

testWith(["gcc"], "why tells what happened while the compiler ran", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": '#include "a.h"\n', "a.h": "int a;\n" });
  const tool = await FakeTool.build(rig, "gcc");
  const meanwhile = async (happens: () => void | Promise<void>): Promise<Why["record"]> => {
    tool.hold("before");
    const running = rig.wrapped([tool.path, "-c", "a.c"]);
    await tool.arrived();
    await happens();
    tool.release();
    await running;
    return (await why(rig, "a.c")).record;
  };
  const edited = await meanwhile(() => rig.write({ "a.h": "long a;\n" }));
  assert.deepEqual([edited.reason, edited.detail], ["input-changed-during-run", "a.h"]);
  await rig.settled();
  const exchanged = await meanwhile(() => tool.rebuild(rig, ["-DANOTHER=1", "-g"]));
  assert.equal(exchanged.reason, "toolchain-changed");
});
