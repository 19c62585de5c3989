import assert from "node:assert/strict";
import { type CommandOptions, Rig, testWith, text } from "../rig.ts";
import { compiled, told, why } from "./why.ts";

const PROJECT = {
  "src/a.c": '#include "a.h"\nint main(void) { return X; }\n',
  "include/a.h": '#include "b.h"\n',
  "include/b.h": "#define X 1\n",
  "first/empty.txt": "",
};
const ARGV = ["gcc", "-Ifirst", "-Iinclude", "-c", "src/a.c", "-o", "a.o"];

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
