import assert from "node:assert/strict";
import { assertOk, launcher, Rig, testWith, text, typescript } from "../rig.ts";
import { assertCounted } from "../rig/verdict.ts";

const FILES = {
  "a.h": "static int value = 1;\n",
  "other.h": "static int value = 2;\n",
  "a.c": '#include "a.h"\nint f(void) { return value; }\n',
};
const COMPILE = ["gcc", "-c", "a.c", "-o", "a.o"];
const LINK = ["gcc", "-shared", "a.o", "-o", "a.so"];
const OTHER_FILES = "mount --bind other.h a.h";

/** Runs words where `script` has changed what stands at their paths, seen by nobody else. */
function elsewhere(script: string, words: readonly string[]): string[] {
  return ["unshare", "-m", "sh", "-ec", `${script}; exec "$@"`, "sh", ...words];
}

for (const wrapper of [launcher, typescript]) {
  testWith(
    ["gcc", "unshare", "mount", "root"],
    `${wrapper.name}: a mount namespace has its own files`,
    async () => {
      await using rig = await Rig.open({ wrapper });
      rig.fresh(FILES);
      await rig.settled();
      assertOk(await rig.wrapped(COMPILE));
      assertCounted(await rig.counting(async () => assertOk(await rig.wrapped(COMPILE))), "hit");
      assertOk(await rig.bare(elsewhere(OTHER_FILES, COMPILE)));
      const expected = Deno.readFileSync(rig.at("a.o"));
      for (let round = 0; round < 2; round++) {
        const counted = await rig.counting(async () => {
          assertOk(await rig.bare(elsewhere(OTHER_FILES, [...rig.wrapper.prefix, ...COMPILE])));
        });
        assertCounted(counted, "uncacheable:other-root-folder");
        assert.deepEqual(Deno.readFileSync(rig.at("a.o")), expected);
      }
      assertCounted(await rig.counting(async () => assertOk(await rig.wrapped(COMPILE))), "hit");
      assert.notDeepEqual(Deno.readFileSync(rig.at("a.o")), expected);
    },
  );
}

testWith(
  ["gcc", "unshare", "mount", "root"],
  "a chroot has its own files, also for links",
  async () => {
    await using rig = await Rig.open();
    rig.fresh({ ...FILES, "root/.keep": "", "b.c": "int g(void) { return 1; }\n" });
    await rig.settled();
    for (const command of [COMPILE, LINK]) assertOk(await rig.wrapped(command));
    assertOk(await rig.bare(["gcc", "-c", "b.c"]));
    const script = `mount --rbind / root; mount --bind b.o "$PWD/root/$PWD/a.o"; cd root`;
    const inside = (words: readonly string[]) =>
      elsewhere(script, ["unshare", "--root", ".", "--wd", rig.work, ...words]);
    assertOk(await rig.bare(inside(LINK)));
    const expected = Deno.readFileSync(rig.at("a.so"));
    const counted = await rig.counting(async () => {
      assertOk(await rig.bare(inside([...rig.wrapper.prefix, ...LINK])));
    });
    assertCounted(counted, "uncacheable:other-root-folder");
    assert.deepEqual(Deno.readFileSync(rig.at("a.so")), expected);
  },
);

testWith(
  ["gcc", "unshare", "mount", "root"],
  "a daemon serves the namespace that it was started in",
  async () => {
    await using rig = await Rig.open();
    rig.fresh(FILES);
    await rig.settled();
    const twice = elsewhere(`${OTHER_FILES}; "$@"`, [...rig.wrapper.prefix, ...COMPILE]);
    assertCounted(await rig.counting(async () => assertOk(await rig.bare(twice))), ["miss", "hit"]);
    const outside = await rig.counting(async () => assertOk(await rig.wrapped(COMPILE)));
    assertCounted(outside, "uncacheable:other-root-folder");
    const made = Deno.readFileSync(rig.at("a.o"));
    assertOk(await rig.bare(COMPILE));
    assert.deepEqual(Deno.readFileSync(rig.at("a.o")), made);
  },
);

testWith(["gcc", "strace"], "a kernel that doesn't tell a path's mount is asked through /proc", async () => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  assertOk(await rig.wrapped(COMPILE));
  const old = ["strace", "-o", "/dev/null", "-e", "inject=statx:error=ENOSYS", ...rig.wrapper.prefix];
  const outcome = await rig.counting(async () => assertOk(await rig.bare([...old, ...COMPILE])));
  assertCounted(outcome, "hit");
});

testWith(["gcc", "unshare", "mount", "root"], "status names the reason", async () => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  assertOk(await rig.wrapped(COMPILE));
  assertOk(await rig.bare(elsewhere(OTHER_FILES, [...rig.wrapper.prefix, ...COMPILE])));
  assert.match(text((await rig.wrapped(["why"])).stdout), /other-root-folder/);
});
