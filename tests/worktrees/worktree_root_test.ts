import assert from "node:assert/strict";
import { assertOk, Rig, testWith } from "../rig.ts";
import { rustEnvironment } from "../rig/rust.ts";

const FILES = {
  "src/a.c": "int main(void) { return 0; }\n",
  "src/q.rs": "pub fn f() -> &'static str { file!() }\n",
  "build/.keep": "",
};

const COMMANDS: readonly (readonly [what: string, command: string, output: string])[] = [
  ["a compile", "gcc -g -c ../src/a.c", "a.o"],
  ["a link", "gcc a.o -o a", "a"],
  ["a crate", "rustc --crate-name q --crate-type lib ../src/q.rs -g --emit=dep-info,link", "libq.rlib"],
];

testWith(
  ["gcc", "rustc", "cc"],
  "a root that is named by a link is what that leads to now",
  async (t) => {
    const env = rustEnvironment();
    await using rig = await Rig.open({ env });
    // what is made there without anything remembered
    await using other = await Rig.open({ env });
    const folder = rig.folder();
    rig.work = rig.folder(FILES, `${folder.split("/").at(-1)}/project`);
    const build = rig.at("build");
    const root = rig.at("root");
    const lead = (to: string) => {
      Deno.removeSync(root);
      Deno.symlinkSync(to, root);
    };
    Deno.symlinkSync(rig.work, root);
    for (const [what, command, output] of COMMANDS) {
      await t.step(what, async () => {
        const made = async (by: Rig, named: string) => {
          const env = { ZCCACHE_PATH_REMAP: "auto", ZCCACHE_WORKTREE_ROOT: named };
          await by.settled(build);
          assertOk(await by.wrapped(command.split(" "), { in: build, env }));
          return Deno.readFileSync(`${build}/${output}`);
        };
        lead(rig.work);
        const { cold } = await rig.counting(() => made(rig, root));
        assert.equal(cold, 1);
        const { cached } = await rig.counting(() => made(rig, root));
        assert.equal(cached, 1);
        lead(folder);
        const found = await rig.counting(async () =>
          assert.deepEqual(await made(rig, root), await made(other, folder))
        );
        assert.equal(found.cold, 1, "it is another root");
      });
    }
  },
);
