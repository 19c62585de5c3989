import assert from "node:assert/strict";
import { assertOk, Rig, testWith, text } from "../rig.ts";
import { Random } from "../differential/random.ts";
import { COMPILE, FILES as SAMPLE, openSample } from "./checkout_sample.ts";
import { Checkouts, ROOT } from "../rig/checkouts.ts";

const STEPS = Number(Deno.env.get("ZCCACHE_TEST_STEPS") ?? 50);
const SEED = Number(Deno.env.get("ZCCACHE_TEST_SEED") ?? Date.now() % 1_000_000);

/** Contents that a file takes in turn: some the same in code, some with messages, one that names the checkout. */
const HEADERS = [
  "#define X 1\n",
  "#define X 1 // said otherwise\n",
  "#define X 2\n",
  `#define X 3\nstatic const char *where = __FILE__;\n`,
  `#define X 4\n#warning look here\n`,
  `#define X 5\nstatic const char *root = "${ROOT}/data";\n`,
];
const SOURCES = [
  `#include "x.h"\n#include <y.h>\nint a = X + Y;\n`,
  `#include <y.h>\n#include "x.h"\nint f(void) { int unused; return X + Y; }\n`,
  `#include "x.h"\n#include <y.h>\nconst char *file(void) { return __FILE__; }\nint b = X + Y;\n`,
];
const FILES = {
  "src/a.c": SOURCES[0]!,
  "src/b.c": SOURCES[1]!,
  "inc/x.h": HEADERS[0]!,
  "inc/y.h": "#define Y 0\n",
  "build/.keep": "",
};
const OPTIONS = [["-g"], ["-O2", "-Wall", "-MD"], ["-g", "-Wall", "-MMD"]];

/** Changes one file in checkouts; a header may come and go in front of the one that was taken. */
function edit(random: Random, roots: readonly string[]): void {
  const choices: readonly (readonly [path: string, contents: readonly (string | undefined)[]])[] = [
    ["inc/x.h", HEADERS],
    ["src/x.h", [...HEADERS, undefined, undefined]],
    ["inc/y.h", ["#define Y 0\n", "#define Y 1\n", "/* more */\n#define Y 0\n"]],
    ["src/a.c", SOURCES],
    ["src/b.c", SOURCES],
  ];
  const [path, contents] = choices[random.below(choices.length)]!;
  const content = contents[random.below(contents.length)];
  for (const root of roots) put(`${root}/${path}`, content?.replaceAll(ROOT, root));
}

function put(path: string, content: string | undefined): void {
  if (content !== undefined) return Deno.writeTextFileSync(path, content);
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

for (const compiler of ["gcc", "clang"]) {
  testWith(
    [compiler, "git"],
    `${compiler}: random edits in three worktrees, each hit as the tool's own`,
    async () => {
      const random = new Random(SEED);
      await using rig = await Rig.open();
      await using other = await Rig.open();
      const checkouts = await Checkouts.worktrees(rig, FILES);
      // the same commands with a cache that is always empty: what the tool gives here and now
      const alone = Checkouts.of(other, checkouts.folders);
      for (const folder of checkouts.folders) await rig.settled(folder);
      for (let step = 0; step < STEPS; step++) {
        const index = random.below(3);
        if (random.below(3) === 0) {
          // some edits come to all of them, as by a merge: else they would soon have nothing in common
          const edited = random.below(3) === 0 ? [checkouts.folders[index]!] : checkouts.folders;
          edit(random, edited);
          for (const folder of edited) await rig.settled(folder);
        }
        const options = OPTIONS[random.below(OPTIONS.length)]!;
        const source = random.pick([`${ROOT}/src/a.c`, "../src/b.c"])!;
        const argv = [compiler, ...options, "-c", source, `-I${ROOT}/inc`];
        const what = `seed ${SEED}, step ${step}, checkout ${index}: ${argv.join(" ")}`;
        const got = await checkouts.run(index, argv);
        checkouts.undo(index, got);
        await alone.clear();
        const own = await alone.run(index, argv);
        alone.undo(index, own);
        assert.equal(text(got.outcome.stderr), text(own.outcome.stderr), what);
        assert.deepEqual([...got.changes.keys()], [...own.changes.keys()], what);
        for (const [path, { after }] of own.changes) {
          const bytes = got.changes.get(path)?.after?.bytes;
          assert.ok(text(bytes!) === text(after!.bytes), `${what}: ${path} differs`);
        }
      }
      const { worktree, own } = await checkouts.counters();
      if (STEPS >= 50) assert.ok(worktree > 0, `seed ${SEED}: ${worktree} and ${own} hits`);
    },
  );
}

testWith(["gcc", "git"], "edits in one worktree stay there, and both keep their results", async () => {
  await using rig = await Rig.open();
  const checkouts = await openSample(rig);
  const [main, other] = checkouts.folders as [string, string, string];
  const expect = async (index: number, worktree: number, own: number, cold: number, reason?: string) => {
    const before = await checkouts.counters();
    const reasons = (await rig.counters()).reasons;
    await checkouts.run(index, COMPILE);
    const after = await checkouts.counters();
    const moved = [after.worktree - before.worktree, after.own - before.own, after.cold - before.cold];
    assert.deepEqual(moved, [worktree, own, cold], `${index} ${reason}`);
    if (reason !== undefined) {
      assert.equal((await rig.counters()).reasons[reason], (reasons[reason] ?? 0) + 1, reason);
    }
  };
  await expect(0, 0, 0, 1, "first-seen");
  await expect(0, 0, 1, 0);
  await expect(1, 1, 0, 0);
  // a header that differs here is compiled, and the other's result stays
  rig.write({ "inc/x.h": SAMPLE["inc/x.h"].replace("X 1", "X 2") }, other);
  await rig.settled(other);
  await expect(1, 0, 0, 1, "content_hash_mismatch");
  await expect(1, 0, 1, 0);
  await expect(0, 0, 1, 0);
  // the same edit there is a hit from here
  rig.write({ "inc/x.h": SAMPLE["inc/x.h"].replace("X 1", "X 2") }, main);
  await rig.settled(main);
  await expect(0, 1, 0, 0);
  // a new file that hides a header is seen where it is, and only there
  rig.write({ "src/x.h": SAMPLE["inc/x.h"].replace("X 1", "X 3") }, other);
  await rig.settled(other);
  await expect(1, 0, 0, 1);
  await expect(0, 1, 0, 0);
  // what is stored outlives the daemon, origin and all
  assertOk(await rig.wrapped(["stop"], { in: rig.base }));
  await expect(0, 1, 0, 0);
  await expect(1, 0, 1, 0);
  // a third one finds what the first one had before the edit
  await expect(2, 1, 0, 0);
});
