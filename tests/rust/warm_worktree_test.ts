import assert from "node:assert/strict";
import { assertOk, testWith, text } from "../rig.ts";
import { CargoCheckouts } from "./cargo_checkouts.ts";
import { builtFiles } from "./cargo_project.ts";
import { fetchCrates } from "./fetch.ts";
import { manifest } from "./manifest.ts";

/** A program on two crates of the registry. */
const PROJECT = {
  "Cargo.toml": manifest("app", { dependencies: 'itoa = "=1.0.11"\nmemchr = "=2.7.4"' }),
  "src/main.rs":
    `fn main() { println!("{} {:?}", itoa::Buffer::new().format(7u32), memchr::memchr(b'b', b"ab")); }\n`,
  ".gitignore": "target\n",
};
const OF_REGISTRY = /(?:itoa|memchr)-[^/]*\.(?:rlib|rmeta|d)$/;
const SHARING = { ZCCACHE_PATH_REMAP: "auto" };

testWith(["cargo", "cc", "git"], "warm fills a worktree with what another one has built", async (t) => {
  await using project = await CargoCheckouts.open(PROJECT);
  const { rig } = project;
  if (!await fetchCrates(t, rig, project.folder(0))) return;
  Deno.copyFileSync(`${project.folder(0)}/Cargo.lock`, `${project.folder(1)}/Cargo.lock`);
  const elsewhere = [0, 1].map((index) => ({ CARGO_TARGET_DIR: `${rig.base}/target-${index}` }));
  const cases: readonly (readonly [name: string, env: readonly Record<string, string>[]])[] = [
    ["in the checkouts", [{}, {}]],
    ["elsewhere", elsewhere],
  ];
  for (const [name, places] of cases) {
    await t.step(`target folders ${name}`, async () => {
      await project.checkouts.clear();
      const target = places[1]!["CARGO_TARGET_DIR"] ?? project.target(1);
      const warm = async (env: Record<string, string>) => {
        const outcome = await rig.wrapped(["warm", "--json"], {
          in: project.folder(1),
          env: { ...places[1], ...env },
        });
        assertOk(outcome);
        return JSON.parse(text(outcome.stdout));
      };
      // what the second one makes by itself, whole
      const own = (await project.build(1, "build", places[1])).files;
      const wanted = [...own.keys()].filter((path) => OF_REGISTRY.test(path)).sort();
      assert.equal(wanted.length, 6, "two libraries, their metadata and dep-infos");
      Deno.removeSync(target, { recursive: true });
      await project.checkouts.clear();
      await project.build(0, "build", places[0]);

      assert.equal((await warm({})).restored, 0, "who doesn't ask for sharing gets nothing of others");
      const warmed = await warm(SHARING);
      assert.deepEqual([warmed.restored, warmed.errors], [wanted.length, 0]);
      const there = builtFiles(target);
      assert.deepEqual([...there.keys()].sort(), wanted);
      for (const path of wanted) assert.equal(there.get(path), own.get(path), path);

      const built = await project.build(1, "build", places[1]);
      for (const [path, digest] of own) assert.equal(built.files.get(path), digest, path);
      // a target folder that cargo has not made is one all the same
      assert.deepEqual([built.counters.cold, built.unshared], [0, {}]);
      const ran = await rig.bare([`${target}/debug/app`]);
      assert.equal(text(ran.stdout), "7 Some(1)\n");
    });
  }
});
