import assert from "node:assert/strict";
import { assertOk, launcher, Rig, testWith, text, typescript } from "../rig.ts";
import { takeSnapshot } from "../rig/snapshot.ts";

const WARNS = `#warning "first"\nint f(void) { int unused; return "text"; }\n#pragma message("note é ✓")\n`;

for (const wrapper of [launcher, typescript]) {
  for (const compiler of ["gcc", "clang"]) {
    testWith([compiler], `${wrapper.name}: ${compiler}'s warnings are replayed byte for byte`, async () => {
      await using rig = await Rig.open({ wrapper });
      rig.fresh({ "a.c": WARNS });
      for (
        const more of [["-Wall"], ["-Wall", "-fdiagnostics-color=always"], ["-w"], ["-fno-diagnostics-color"]]
      ) {
        await rig.expectSame([compiler, "-c", "a.c", ...more], { cold: "miss", warm: "hit" });
      }
    });

    testWith([compiler], `${wrapper.name}: ${compiler}'s errors pass through and are not kept`, async () => {
      await using rig = await Rig.open({ wrapper });
      rig.fresh({ "a.c": WARNS + "int broken(\n" });
      const outcome = await rig.expectSame([compiler, "-c", "a.c"], { cold: "error", warm: "error" });
      assert.match(text(outcome.stderr), /error:/);
      rig.write({ "a.c": WARNS });
      await rig.expectSame([compiler, "-c", "a.c"], { cold: "miss", warm: "hit" });
    });
  }
}

testWith(["gcc"], "warnings that become errors, and back", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int f(void) { int unused; return 0; }\n" });
  await rig.expectSame(["gcc", "-Wall", "-c", "a.c"], { cold: "miss", warm: "hit" });
  await rig.expectSame(["gcc", "-Wall", "-Werror", "-c", "a.c"], { cold: "error", warm: "error" });
  await rig.expectSame(["gcc", "-Wall", "-c", "a.c"], { cold: "hit", warm: "hit" });
});

testWith(["gcc"], "ten megabytes of messages arrive whole", async () => {
  await using rig = await Rig.open();
  const line = "w".repeat(1000);
  rig.fresh({ "a.c": Array.from({ length: 6000 }, () => `#warning "${line}"`).join("\n") + "\nint a;\n" });
  const outcome = await rig.expectSame(["gcc", "-c", "a.c"], {
    cold: "uncacheable:too-large",
    warm: "uncacheable:too-large",
  });
  assert.ok(outcome.stderr.length > 10_000_000);
});

testWith(["gcc"], "one megabyte of messages is right, kept or not", async () => {
  await using rig = await Rig.open();
  const line = "w".repeat(1000);
  rig.fresh({ "a.c": Array.from({ length: 500 }, () => `#warning "${line}"`).join("\n") + "\nint a;\n" });
  await rig.expectSame(["gcc", "-c", "a.c"], { cold: "miss", warm: "hit" });
});

testWith(["gcc"], "a tool that is not a compiler keeps its streams", async () => {
  await using rig = await Rig.open();
  rig.fresh();
  const script = `printf 'out\\0\\377'; printf 'err\\n' >&2; exit 7`;
  await rig.expectSame(["sh", "-c", script], {
    cold: "uncacheable:unknown-tool",
    warm: "uncacheable:unknown-tool",
  });
});

testWith(["gcc"], "stdin reaches the tool, on a hit nobody reads it", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a;\n" });
  const stdin = new TextEncoder().encode("text for the tool\n");
  await rig.expectSame(["cat"], { cold: "uncacheable:unknown-tool", stdin });
  const loop = `while read -r line; do "$@" || exit; echo "$line"; done`;
  const argv = ["sh", "-c", loop, "sh", ...rig.wrapper.prefix, "gcc", "-c", "a.c"];
  for (let i = 0; i < 2; i++) {
    const outcome = await rig.bare(argv, { stdin: new TextEncoder().encode("one\ntwo\nthree\n") });
    assert.equal(text(outcome.stdout), "one\ntwo\nthree\n");
  }
});

/** What a terminal shows of a command; `before` is a shell line that prepares it. */
async function onTerminal(
  rig: Rig,
  words: readonly string[],
  { before = ":", env = {} }: { before?: string; env?: Readonly<Record<string, string>> },
): Promise<string> {
  const line = `${before}; ${words.map((word) => `'${word}'`).join(" ")}`;
  const outcome = await rig.bare(["script", "-qec", line, "/dev/null"], {
    env: { TERM: "xterm-256color", ...env },
  });
  return text(outcome.stdout);
}

/** Terminals on which compilers write differently, and what shows that they do. */
const TERMINALS = [
  ["wide", { before: "stty cols 200" }],
  ["narrow", { before: "stty cols 60" }],
  ["narrow by a variable", { before: "stty cols 200", env: { COLUMNS: "50" } }],
  ["without colours", { env: { TERM: "dumb" } }],
  ["with links", { env: { GCC_URLS: "", COLORTERM: "truecolor", TERM_URLS: "st" } }],
  ["with other colours", { env: { GCC_COLORS: "error=01;32:warning=04;33" } }],
  ["with input from elsewhere", { before: "stty cols 60; exec </dev/null" }],
] as const;

for (const wrapper of [launcher, typescript]) {
  for (const compiler of ["gcc", "clang"]) {
    testWith([compiler, "script"], `${wrapper.name}: ${compiler} on terminals, byte for byte`, async (t) => {
      await using rig = await Rig.open({ wrapper });
      rig.fresh({ "a.c": WARNS + `const char *g(void) { return 1234 + ${" ".repeat(90)} 5678; }\n` });
      const argv = [compiler, "-Wall", "-c", "a.c"];
      const shown = new Set<string>();
      for (const [what, how] of TERMINALS) {
        await t.step(what, async () => {
          const bare = await onTerminal(rig, argv, how);
          shown.add(bare);
          for (const phase of ["cold", "warm"]) {
            Deno.removeSync(rig.at("a.o"));
            const delta = await rig.counting(async () => {
              assert.equal(await onTerminal(rig, [...rig.wrapper.prefix, ...argv], how), bare, phase);
            });
            const outcome = phase === "cold" ? delta.cold : delta.cached;
            assert.equal(outcome, wrapper === launcher ? 1 : 0, `${phase}: ${JSON.stringify(delta)}`);
          }
        });
      }
      assert.ok(shown.size >= (compiler === "gcc" ? 5 : 3), "the terminals make a difference");
      const plain = await rig.bare(argv, { env: { TERM: "xterm-256color" } });
      for (let i = 0; i < 2; i++) {
        const piped = await rig.wrapped(argv, { env: { TERM: "xterm-256color" } });
        assert.equal(text(piped.stderr), text(plain.stderr), "no colours in a pipe");
      }
    });
  }
}

for (const compiler of ["gcc", "clang"]) {
  for (const closed of [">&-", "2>&-", ">&- 2>&-", "<&-", ">&- 2>&- <&-"]) {
    testWith([compiler], `${compiler}: streams closed by ${closed}`, async () => {
      await using rig = await Rig.open();
      rig.fresh({ "a.c": WARNS });
      const script = `exec "$@" ${closed}`;
      const bare = await rig.bare(["sh", "-c", script, "sh", compiler, "-c", "a.c"]);
      const object = takeSnapshot(rig.work).get("a.o");
      for (let i = 0; i < 2; i++) {
        if (object !== undefined) Deno.removeSync(rig.at("a.o"));
        const outcome = await rig.bare([
          "sh",
          "-c",
          script,
          "sh",
          ...rig.wrapper.prefix,
          compiler,
          "-c",
          "a.c",
        ]);
        assert.deepEqual(
          [outcome.code, text(outcome.stdout), text(outcome.stderr)],
          [bare.code, text(bare.stdout), text(bare.stderr)],
        );
        assert.deepEqual(takeSnapshot(rig.work).get("a.o")?.bytes, object?.bytes);
      }
    });
  }
}

/** Commands that say something on both streams, but for the compile, which needs none to be told apart. */
const JOINED = ["gcc -Wall -c a.c", "gcc main.o -o main -Wl,--print-memory-usage"];

testWith(["gcc", "ld"], "both streams into one file keep their order", async (t) => {
  await using rig = await Rig.open();
  rig.fresh({
    "a.c": WARNS,
    "main.c": "char *gets(char *);\nint main(void) { char b[9]; return !gets(b); }\n",
  });
  assertOk(await rig.bare(["gcc", "-c", "main.c"]));
  const together = async (words: readonly string[]) =>
    text((await rig.bare(["sh", "-c", `"$@" 2>&1`, "sh", ...words])).stdout);
  for (const command of JOINED) {
    await t.step(command, async () => {
      const argv = command.split(" ");
      const bare = await together(argv);
      assert.notEqual(bare, "");
      await rig.settled();
      const { cold, cached } = await rig.counting(async () => {
        for (let i = 0; i < 2; i++) assert.equal(await together([...rig.wrapper.prefix, ...argv]), bare);
      });
      assert.deepEqual([cold, cached], [1, 1]);
    });
  }
});
