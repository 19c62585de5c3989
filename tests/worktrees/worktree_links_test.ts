import { assertOk, Rig, testWith } from "../rig.ts";
import { Checkouts, ROOT } from "../rig/checkouts.ts";

const LINKS: readonly (readonly string[])[] = [
  ["gcc", "a.o", "b.o", "-o", "prog"],
  ["gcc", `${ROOT}/build/a.o`, `${ROOT}/build/b.o`, `-L${ROOT}/build`, "-o", `${ROOT}/build/prog`],
  ["gcc", "-shared", "a.o", "-o", "liba.so", "-Wl,-soname,liba.so.1"],
  ["ar", "rcs", "lib.a", "a.o", "b.o"],
];

testWith(["gcc", "git"], "worktrees share what they link", async (t) => {
  await using rig = await Rig.open();
  const checkouts = await Checkouts.worktrees(rig, {
    "a.c": "int f(void) { return 1; }\n",
    "b.c": "int f(void); int main(void) { return f() - 1; }\n",
    "build/.keep": "",
  });
  for (const folder of checkouts.folders) {
    assertOk(await rig.bare(["gcc", "-fPIC", "-c", "../a.c", "../b.c"], { in: `${folder}/build` }));
    await rig.settled(folder);
  }
  for (const argv of LINKS) {
    await t.step(argv.join(" "), () => checkouts.expectLinkShared(argv));
  }
  await t.step("a path in the output stays with its checkout", async () => {
    const argv = ["gcc", "a.o", "b.o", `-Wl,-rpath,${ROOT}/build`, "-o", "prog"];
    await checkouts.expectLinkAlone(argv, "path_sensitive_arg");
  });
});
