import assert from "node:assert/strict";
import { assertOk, Rig, testWith, text } from "../rig.ts";

const HEADERS = "/usr/lib/llvm-14/include";
const NEEDS = ["clang-tidy-14", "clang++", `${HEADERS}/clang-tidy/ClangTidyCheck.h`];

/** Compiles the checks; `say` links them anew with another message. */
async function buildPlugin(rig: Rig): Promise<{ say(message: string): Promise<void> }> {
  const source = new URL("tidy_checks.cpp", import.meta.url).pathname;
  const compile = [
    "clang++",
    "-std=c++14",
    "-fPIC",
    "-fno-rtti",
    `-I${HEADERS}`,
    "-c",
    source,
    "-o",
    "checks.o",
  ];
  assertOk(await rig.bare(compile));
  return {
    say: async (message) => {
      rig.write({ "message.c": `const char short_name_message[] = "${message}";\n` });
      assertOk(await rig.bare(["clang", "-fPIC", "-c", "message.c"]));
      assertOk(await rig.bare(["clang++", "-shared", "checks.o", "message.o", "-o", "checks.so"]));
      await rig.settled();
    },
  };
}

testWith(NEEDS, "a plug-in's checks are cached by what the plug-in is", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.cpp": "int f() { return 1; }\nint longer() { return f(); }\n" });
  const plugin = await buildPlugin(rig);
  const tidy = "clang-tidy-14 --load=./checks.so --checks=-*,own-* a.cpp --".split(" ");
  const said = async (cold: "hit" | "miss") => {
    const { code, stdout } = await rig.expectSame(tidy, { cold, warm: "hit" });
    assert.equal(code, 0);
    return text(stdout);
  };
  await plugin.say("too short a name");
  assert.match(await said("miss"), /a\.cpp:1:5: warning: too short a name \[own-short-name\]\n/);
  await plugin.say("what does it stand for?");
  assert.match(await said("miss"), /a\.cpp:1:5: warning: what does it stand for\? \[own-short-name\]\n/);
  rig.write({ "a.cpp": "int first() { return 1; }\n" });
  await rig.settled();
  assert.equal(await said("miss"), "");
});
