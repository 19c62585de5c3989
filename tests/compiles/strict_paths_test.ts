import assert from "node:assert/strict";
import { assertOk, Rig, testWith, text, WRAPPERS } from "../rig.ts";

const SOURCE = `#include "a.h"\nint a = A;\n`;

function violation(mode: string, flag: string, expected: string, command: string): string {
  return `zccache: -I flag \`${flag}\` violates --strict-paths=${mode} (expected ${expected}).\n` +
    `         Caller: ${command}\n`;
}

const ABSOLUTE = "forward-slash absolute path";

for (const wrapper of WRAPPERS) {
  const name = wrapper.name;

  testWith(["gcc"], `${name}: --strict-paths refuses before the compiler runs`, async () => {
    await using rig = await Rig.open({ wrapper });
    rig.fresh({ "a.c": SOURCE, "inc/a.h": "#define A 1\n", "flags": "-Iinc" });
    const compile = ["gcc", "-c", "a.c", "-o", "a.o", "-Iinc"];
    const refused = violation("absolute", "-Iinc", ABSOLUTE, compile.join(" "));
    const rows: [string[], Record<string, string>, string][] = [
      [["--strict-paths", ...compile], {}, refused],
      [["--strict-paths=absolute", ...compile], { ZCCACHE_STRICT_PATHS: "off" }, refused],
      [["wrap", "--strict-paths", ...compile], {}, refused],
      [["wrap", "--strict-paths=absolute", "--", ...compile], {}, refused],
      [compile, { ZCCACHE_STRICT_PATHS: "1" }, refused],
      [
        ["--strict-paths", "gcc", "-c", "a.c", "-o", "a.o", "@flags"],
        {},
        violation("absolute", "-Iinc", ABSOLUTE, "gcc -c a.c -o a.o -Iinc"),
      ],
      [
        ["--strict-paths=consistent", ...compile, "-I./x\\y"],
        {},
        violation(
          "consistent",
          "-I./x\\y",
          "one separator style per path",
          `${compile.join(" ")} -I./x\\y`,
        ),
      ],
      [
        ["--strict-paths=weird", ...compile],
        {},
        "zccache: invalid strict paths mode 'weird'; expected off, consistent, or absolute\n",
      ],
      [
        compile,
        { ZCCACHE_STRICT_PATHS: "no" },
        "zccache: invalid strict paths mode 'no'; expected off, consistent, or absolute\n",
      ],
    ];
    for (const [words, env, stderr] of rows) {
      const outcome = await rig.wrapped(words, { env });
      assert.deepEqual([outcome.code, text(outcome.stderr), text(outcome.stdout)], [1, stderr, ""]);
      assert.throws(() => Deno.statSync(rig.at("a.o")), Deno.errors.NotFound);
    }
    const { errors, reasons } = await rig.counters();
    assert.deepEqual([errors, reasons["strict-paths"]], [9, 9]);
  });

  testWith(["gcc"], `${name}: --strict-paths lets the rest pass, from the cache too`, async () => {
    await using rig = await Rig.open({ wrapper });
    rig.fresh({ "a.c": SOURCE, "inc/a.h": "#define A 1\n" });
    const relative = ["gcc", "-c", "a.c", "-Iinc"];
    const absolute = ["gcc", "-c", "a.c", `-I${rig.at("inc")}`];
    const env = { ZCCACHE_STRICT_PATHS: "absolute" };
    await rig.expectSame(absolute, { cold: "miss", warm: "hit", env });
    const options = [["--strict-paths=absolute", absolute], ["--strict-paths=off", relative]] as const;
    for (const [option, compile] of options) {
      const bare = await rig.bare(compile);
      assertOk(bare);
      const expected = Deno.readFileSync(rig.at("a.o"));
      for (let i = 0; i < 2; i++) {
        Deno.removeSync(rig.at("a.o"));
        assertOk(await rig.wrapped([option, ...compile], { env }));
        assert.deepEqual(Deno.readFileSync(rig.at("a.o")), expected);
      }
    }
    const { cached, cold } = await rig.counters();
    // the option is in no key: what was compiled without it is found with it
    assert.deepEqual([cached, cold], [4, 2]);
  });
}
