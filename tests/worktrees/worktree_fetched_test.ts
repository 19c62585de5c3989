import assert from "node:assert/strict";
import { assertOk, Rig, testWith } from "../rig.ts";
import { Checkouts } from "../rig/checkouts.ts";

const SOURCE = `#include "gen.h"
#include <stdio.h>
int twice(int x) { puts(GEN); puts(__FILE__); return 2 * x + X; }
`;
const HEADER = "#define X 1\nstatic const char *GEN = __FILE__;\n";

/** Where sources are that no checkout of the user's holds, and what they are compiled into: `OUT` in a checkout or elsewhere. */
const PLACES: readonly (readonly [what: string, folder: string, out: string])[] = [
  ["unpacked from a registry", "home/.cargo/registry/src/host/one-1.0", "CHECKOUT/target/out"],
  ["checked out from a repository", "home/.cargo/git/checkouts/one-77/abc", "CHECKOUT/target/out"],
  ["anywhere", "opt/sources", "CHECKOUT/out"],
  ["for a target folder that is elsewhere", "home/.cargo/registry/src/host/one-1.0", "ELSEWHERE/debug/out"],
];

for (const compiler of ["gcc", "clang"]) {
  testWith([compiler, "ar", "git"], `${compiler}: worktrees share what is fetched for both`, async (t) => {
    await using rig = await Rig.open();
    const checkouts = await Checkouts.worktrees(rig, { "README": "a project\n" });
    const env = { HOME: `${rig.base}/home`, ZCCACHE_PATH_REMAP: "auto" };
    for (const [what, folder, out] of PLACES) {
      const from = rig.folder({ "src/one.c": SOURCE }, folder);
      if (/\/git\//.test(folder)) rig.write({ ".git/HEAD": "ref: refs/heads/main\n" }, from);
      const outs = [0, 1].map((index) =>
        out.replace("CHECKOUT", checkouts.folders[index]!).replace("ELSEWHERE", `${rig.base}/target-${index}`)
      );
      for (const [index, at] of outs.entries()) {
        const below = at.slice(rig.base.length + 1);
        rig.folder({ "gen.h": HEADER }, below);
        if (out.startsWith("ELSEWHERE")) rig.write({ [`target-${index}/CACHEDIR.TAG`]: "tag\n" }, rig.base);
        await rig.settled(at);
      }
      await rig.settled(from);
      const made = ["one.o", "one.d", "libone.a"];
      const build = async (index: number, run: "wrapped" | "bare") => {
        const at = outs[index]!;
        // as cargo runs build scripts
        const around = { ...env, LD_LIBRARY_PATH: `${at}/debug:${at}/debug/deps:/opt/lib` };
        const compile = [compiler, "-g", "-Wall", "-c", "src/one.c", `-I${at}`, "-MD", "-o", `${at}/one.o`];
        for (const argv of [compile, ["ar", "cqD", `${at}/libone.a`, `${at}/one.o`]]) {
          assertOk(await rig[run](argv, { in: from, env: around }));
        }
        // what is removed before it was looked at isn't kept
        await checkouts.counters();
        const contents = made.map((name) => Deno.readTextFileSync(`${at}/${name}`));
        for (const name of made) Deno.removeSync(`${at}/${name}`);
        return contents;
      };
      await t.step(what, async () => {
        const bare = await build(1, "bare");
        await checkouts.clear();
        const own = await build(1, "wrapped");
        await checkouts.clear();
        await build(0, "wrapped");
        const shared = await build(1, "wrapped");
        const { worktree, unshared } = await checkouts.counters();
        assert.deepEqual([worktree, unshared], [2, {}]);
        assert.deepEqual(shared, own);
        assert.equal(shared[1], bare[1], "the depfile");
        assert.ok(!shared.some((text) => text.includes(outs[0]!)), "it names the other checkout");
      });
      await t.step(`${what}: a header of one's own`, async () => {
        rig.write({ "gen.h": HEADER.replace("X 1", "X 2") }, outs[1]);
        await rig.settled(outs[1]);
        const shared = await build(1, "wrapped");
        await checkouts.clear();
        assert.deepEqual(shared, await build(1, "wrapped"));
        assert.ok(shared[0] !== (await build(0, "wrapped"))[0]);
      });
    }
  });
}
