import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { REASONS } from "../lib/core/mod.ts";
import { assertOk, type CommandOptions, Rig, testWith, text, typescript, which } from "./rig.ts";
import { FakeTool } from "./rig/fake_tool.ts";
import { blobsOf, damage } from "./rig/blobs.ts";

const PROJECT = {
  "src/a.c": '#include "a.h"\nint main(void) { return X; }\n',
  "include/a.h": '#include "b.h"\n',
  "include/b.h": "#define X 1\n",
  "first/empty.txt": "",
};
const ARGV = ["gcc", "-Ifirst", "-Iinclude", "-c", "src/a.c", "-o", "a.o"];

/** The object of `zccache why --json`. */
interface Why {
  readonly record: {
    readonly outcome: string;
    readonly reason?: string;
    readonly detail?: string;
    readonly because?: {
      readonly compared_with?: string;
      readonly differences?: readonly Readonly<Record<string, unknown>>[];
      readonly more?: number;
      readonly via?: readonly string[];
    };
    readonly id: string;
    readonly context_key?: string;
  };
  readonly explanation: { readonly reason: string; readonly text: string; readonly remedy: string } | null;
  readonly history: readonly { readonly outcome: string; readonly reason?: string }[];
}

async function why(rig: Rig, ...args: string[]): Promise<Why> {
  const outcome = await rig.wrapped(["why", "--json", ...args]);
  assertOk(outcome);
  return JSON.parse(text(outcome.stdout)) as Why;
}

async function compiled(rig: Rig, argv: readonly string[], options?: CommandOptions): Promise<void> {
  assertOk(await rig.wrapped(argv, options));
  // an edit before the result is filed would keep it from being kept
  await rig.counters();
}

/** The reason and what differs, without times and digests. */
function told({ record }: Why): unknown {
  const differences = (record.because?.differences ?? []).map((difference) => {
    const { at: _at, ...rest } = difference;
    const digests = Object.entries(rest).filter(([, value]) => !/^[0-9a-f]{12}$/.test(String(value)));
    return Object.fromEntries(digests);
  });
  return [record.reason, ...differences];
}

testWith(["gcc"], "why tells a first compile, a hit, and what came before", async () => {
  await using rig = await Rig.open();
  rig.fresh(PROJECT);
  assert.equal((await rig.wrapped(["why"])).code, 1);
  await compiled(rig, ARGV);
  assert.deepEqual(told(await why(rig, "src/a.c")), ["first-seen"]);
  await compiled(rig, ARGV);
  const hit = await why(rig, rig.at("src/../src/a.c"));
  assert.equal(hit.record.outcome, "hit");
  assert.deepEqual(hit.history, [{ ...hit.history[0], outcome: "miss", reason: "first-seen" }]);
  assert.equal((await why(rig, "a.o")).record.id, hit.record.id, "by its output");
  const miss = await why(rig);
  assert.equal(miss.record.reason, "first-seen", "without a file: the last that was no hit");
  for (const id of [miss.record.id, miss.record.context_key?.slice(0, 12) ?? ""]) {
    assert.equal((await why(rig, id)).record.id, miss.record.id);
  }
  const shown = text((await rig.wrapped(["why", "src/a.c"])).stdout);
  assert.match(
    shown,
    /^src\/a\.c: answered from the cache in \d+ms, [\s\S]*Before: .* miss \(first-seen\)\n$/,
  );
  const unknown = await rig.wrapped(["why", "src/b.c"]);
  assert.deepEqual([unknown.code, text(unknown.stderr)], [1, "the journal has no command about src/b.c\n"]);
  assert.equal((await rig.wrapped(["why", "--last", "src/a.c"])).code, 2);
});

testWith(["gcc"], "why names the header that changed, when, and how it is included", async () => {
  await using rig = await Rig.open();
  rig.fresh(PROJECT);
  await compiled(rig, ARGV);
  rig.write({ "include/b.h": "#define X 2\n" });
  await rig.settled();
  await compiled(rig, ARGV);
  const via = ["src/a.c", "include/a.h", "include/b.h"].map((path) => rig.at(path));
  const answer = await why(rig, "src/a.c");
  assert.deepEqual(told(answer), ["input-changed", { kind: "file", name: via[2], via }]);
  const [difference] = answer.record.because?.differences ?? [];
  const mtime = Deno.statSync(rig.at("include/b.h")).mtime;
  assert.equal(difference?.["at"], mtime?.toISOString());
  assert.notEqual(difference?.["was"], difference?.["now"]);
  assert.match(answer.record.because?.compared_with ?? "", /^\d{4}-/);
  assert.match(
    text((await rig.wrapped(["why"])).stdout),
    /Why: .*input-changed, 2\)\n +Differs: +include\/b\.h, edited .* before\n +by src\/a\.c > include\/a\.h > include\/b\.h\n/,
  );
});

testWith(["gcc"], "why compares across a restart: the source, arguments, variables, the folder", async () => {
  await using rig = await Rig.open();
  rig.fresh(PROJECT);
  await compiled(rig, ARGV);
  const restarted = async (argv: readonly string[], options?: CommandOptions) => {
    await rig.endDaemon();
    await compiled(rig, argv, options);
    return told(await why(rig, "src/a.c"));
  };
  rig.write({ "src/a.c": PROJECT["src/a.c"].replace("X", "X + 1") });
  await rig.settled();
  assert.deepEqual(await restarted(ARGV), ["input-changed", { kind: "file", name: rig.at("src/a.c") }]);
  assert.deepEqual(await restarted([...ARGV, "-O2", "-D", "N=1"]), [
    "command-changed",
    { kind: "argument", now: "-O2" },
    { kind: "argument", now: "-D" },
    { kind: "argument", now: "-D N=1" },
  ]);
  assert.deepEqual(await restarted([...ARGV, "-O2", "-D", "N=2"]), [
    "command-changed",
    { kind: "argument", was: "-D N=1", now: "-D N=2" },
  ]);
  assert.deepEqual(await restarted(ARGV, { env: { LANG: "de_DE.UTF-8" } }), [
    "command-changed",
    { kind: "variable", name: "LANG", was: "C.UTF-8", now: "de_DE.UTF-8" },
  ]);
  const inside = (folder: string) =>
    restarted(["gcc", "-g", "-c", rig.at("src/a.c"), `-I${rig.at("include")}`, "-o", rig.at("x.o")], {
      in: rig.at(folder),
    });
  await inside("src");
  assert.deepEqual(await inside("first"), [
    "command-changed",
    { kind: "folder", was: rig.at("src"), now: rig.at("first") },
  ]);
  Deno.removeSync(rig.at("x.o"));
});

testWith(["gcc"], "why names the file that hides a header, and one that hides it no more", async () => {
  await using rig = await Rig.open();
  rig.fresh(PROJECT);
  await compiled(rig, ARGV);
  rig.write({ "first/b.h": "#define X 1\n" });
  await rig.settled();
  await compiled(rig, ARGV);
  // b.h is looked for beside a.h first, so the new one is passed over by the compiler; it must be looked at all the same
  const [reason, ...places] = told(await why(rig, "src/a.c")) as [string, ...Record<string, unknown>[]];
  assert.equal(reason, "input-shadowed");
  assert.deepEqual(places, [{
    kind: "place",
    name: rig.at("first/b.h"),
    now: "there",
    hides: rig.at("include/b.h"),
  }]);
  assert.match(text((await rig.wrapped(["why"])).stdout), /first\/b\.h is found now and hides include\/b\.h/);
  Deno.removeSync(rig.at("first/b.h"));
  rig.write({ "src/a.c": `${PROJECT["src/a.c"]}int more;\n` });
  await rig.settled();
  await compiled(rig, ARGV);
  Deno.writeTextFileSync(rig.at("first/a.h"), PROJECT["include/a.h"]);
  await rig.settled();
  await compiled(rig, ARGV);
  assert.deepEqual((told(await why(rig, "src/a.c")) as unknown[])[0], "input-shadowed");
});

testWith(
  ["gcc", "clang"],
  "why tells another compiler, and one that was exchanged in its place",
  async () => {
    await using rig = await Rig.open();
    rig.fresh({ "a.c": "int a;\n" });
    await compiled(rig, ["gcc", "-c", "a.c"]);
    await compiled(rig, ["clang", "-c", "a.c"]);
    const other = await why(rig, "a.c");
    assert.equal(other.record.reason, "command-changed");
    const kinds = other.record.because?.differences?.map(({ kind, name, was, now }) =>
      [kind, name ?? "", was, now].join(" ")
    );
    assert.ok(kinds?.includes("setting family gcc clang"), JSON.stringify(kinds));
    assert.ok(
      kinds?.some((kind) => /^program .*gcc version.*clang version/.test(kind)),
      JSON.stringify(kinds),
    );
    const script = `#!/bin/sh\nexec ${which("gcc")} "$@"\n`;
    const bin = rig.folder({ gcc: script }, "bin");
    Deno.chmodSync(`${bin}/gcc`, 0o755);
    await rig.settled(bin);
    const env = { PATH: `${bin}:/usr/bin:/bin` };
    await compiled(rig, ["gcc", "-c", "a.c"], { env });
    rig.write({ gcc: script.replace("exec", "# another release\nexec") }, bin);
    await rig.settled(bin);
    await compiled(rig, ["gcc", "-c", "a.c"], { env });
    assert.deepEqual(told(await why(rig, "a.c")), ["tool-changed", { kind: "program", name: `${bin}/gcc` }]);
  },
);

testWith(["gcc"], "why tells a damaged result from one that was evicted", async () => {
  const large = (seed: number) => `char big[60000] = { ${seed} };\n`;
  await using rig = await Rig.open({ env: { ZCCACHE_CACHE_SIZE_BYTES: "100000" } });
  rig.fresh({ "a.c": large(1), "b.c": large(2) });
  await compiled(rig, ["gcc", "-c", "a.c"]);
  for (const blob of blobsOf(rig.root).keys()) damage(blob, "flipped");
  await compiled(rig, ["gcc", "-c", "a.c"]);
  const damaged = await why(rig, "a.c");
  assert.deepEqual([damaged.record.reason, damaged.record.detail], ["result-gone", "damaged"]);
  await rig.endDaemon();
  {
    // so that it counts as idle, which takes a minute
    using index = new DatabaseSync(`${rig.root}/index.sqlite`);
    index.exec("update results set used = 1");
  }
  await compiled(rig, ["gcc", "-c", "b.c"]);
  await rig.wrapped(["status"]);
  while (blobsOf(rig.root).size > 1) await new Promise((resolve) => setTimeout(resolve, 10));
  await compiled(rig, ["gcc", "-c", "a.c"]);
  const evicted = await why(rig, "a.c");
  assert.deepEqual([evicted.record.reason, evicted.record.detail], ["result-gone", "evicted"]);
  assert.match(evicted.explanation?.remedy ?? "", /ZCCACHE_CACHE_SIZE_BYTES/);
});

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

testWith(["gcc"], "why tells of links and of several sources in one command", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int main(void) { return 0; }\n", "b.c": "int b;\n" });
  await compiled(rig, ["gcc", "-c", "a.c", "b.c"]);
  rig.write({ "b.c": "long b;\n" });
  await rig.settled();
  await compiled(rig, ["gcc", "-c", "a.c", "b.c"]);
  for (const source of ["a.c", "b.c"]) {
    assert.deepEqual(told(await why(rig, source)), ["input-changed", { kind: "file", name: rig.at("b.c") }]);
  }
  await compiled(rig, ["gcc", "a.o", "-o", "program"]);
  await compiled(rig, ["gcc", "a.o", "-s", "-o", "program"]);
  const link = await why(rig, "program");
  assert.deepEqual([link.record.outcome, ...told(link) as unknown[]], [
    "link_miss",
    "command-changed",
    { kind: "argument", now: "-s" },
  ]);
});

testWith(["gcc"], "why --session adds up a build's reasons and what changed", async () => {
  for (const wrapper of [undefined, typescript]) {
    await using rig = await Rig.open(wrapper === undefined ? {} : { wrapper });
    rig.fresh({ "a.c": '#include "h.h"\n', "b.c": '#include "h.h"\n', "h.h": "int h;\n" });
    const session = crypto.randomUUID();
    const env = { ZCCACHE_SESSION_ID: session };
    for (const source of ["a.c", "b.c"]) await compiled(rig, ["gcc", "-c", source]);
    rig.write({ "h.h": "long h;\n" });
    await rig.settled();
    for (const source of ["a.c", "b.c", "a.c"]) await compiled(rig, ["gcc", "-c", source], { env });
    await rig.wrapped(["gcc", "-E", "a.c"], { env });
    const outcome = await rig.wrapped(["why", "--session", session, "--json"]);
    assertOk(outcome);
    const object = JSON.parse(text(outcome.stdout));
    assert.deepEqual([object.commands, object.hits], [4, 1]);
    const rows = object.reasons.map((
      { reason, count }: { reason: string; count: number },
    ) => [reason, count]);
    assert.deepEqual(rows, [["input-changed", 2], ["preprocess-only", 1]]);
    assert.deepEqual(object.reasons[0].examples, [rig.at("a.c"), rig.at("b.c")]);
    assert.equal(object.changes.length, 1);
    assert.deepEqual([object.changes[0].name, object.changes[0].count], [rig.at("h.h"), 2]);
    const shown = text((await rig.wrapped(["why", `--session=${session}`])).stdout);
    assert.match(shown, /2 +\d+ms +input-changed \(2\): .*\n +a\.c, b\.c\n[\s\S]*2 +\d+ms +file h\.h\n$/);
    assert.equal((await rig.wrapped(["why", "--session", crypto.randomUUID()])).code, 1);
  }
});

testWith(["gcc"], "why works without a daemon, and shows no control characters", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a\x1b[31m.c": "int a;\n" });
  await compiled(rig, ["gcc", "-c", "a\x1b[31m.c", "-o", "a.o"]);
  await rig.endDaemon();
  const outcome = await rig.wrapped(["why", "a.o"]);
  assertOk(outcome);
  const shown = text(outcome.stdout);
  assert.match(shown, /first-seen/);
  assert.ok(!shown.includes("\x1b") && shown.includes("\\x1b[31m"), shown);
});
