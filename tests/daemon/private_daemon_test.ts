import assert from "node:assert/strict";
import { assertOk, Rig, testWith, text, WRAPPERS } from "../rig.ts";
import { allGone, daemonPid } from "../rig/daemon.ts";

async function begin(rig: Rig, ...options: string[]): Promise<string> {
  const started = await rig.wrapped(["session-start", "--private-daemon", ...options]);
  assertOk(started);
  return JSON.parse(text(started.stdout)).session_id;
}

/** A process that does nothing until it's ended. */
function owner(): Deno.ChildProcess {
  return new Deno.Command("sleep", { args: ["600"] }).spawn();
}

async function end(process: Deno.ChildProcess): Promise<void> {
  process.kill("SIGKILL");
  await process.status;
}

testWith(["gcc"], "a private session ends with its last owner, and the daemon with it", async () => {
  await using rig = await Rig.open({ env: { ZCCACHE_IDLE_TIMEOUT_SECS: "1" } });
  rig.fresh({ "a.c": "int a;\n" });
  const owners = [owner(), owner()];
  const id = await begin(rig, "--stats", ...owners.flatMap(({ pid }) => ["--owner-pid", String(pid)]));
  const env = { ZCCACHE_SESSION_ID: id };
  await rig.expectSame(["gcc", "-c", "a.c"], { cold: "miss", warm: "hit", env });
  await end(owners[0]!);
  assert.ok(
    !await allGone(rig.root, 3500),
    "one owner is enough, and an owner's daemon doesn't leave for being idle",
  );
  await end(owners[1]!);
  assert.ok(await allGone(rig.root, 5000), "the last owner's end is the daemon's");
  assert.deepEqual([...Deno.readDirSync(`${rig.root}/sessions`)], []);
  await rig.expectSame(["gcc", "-c", "a.c"], { cold: "hit", env });
});

testWith(
  ["gcc"],
  "a private session's owner may die while no daemon runs; another session keeps the daemon",
  async () => {
    await using rig = await Rig.open();
    rig.fresh({ "a.c": "int a;\n" });
    const mine = owner();
    const id = await begin(rig, "--owner-pid", String(mine.pid));
    assertOk(await rig.wrapped(["stop"]));
    await end(mine);
    assertOk(await rig.wrapped(["session-start", "--stats"]));
    const pid = daemonPid(rig.root);
    await new Promise((resume) => setTimeout(resume, 2500));
    assert.match(text((await rig.wrapped(["session-stats", id])).stderr), /unknown session/);
    assert.ok(pid !== undefined && daemonPid(rig.root) === pid);
  },
);

for (const wrapper of WRAPPERS) {
  testWith(
    ["gcc"],
    `${wrapper.name}: a session's own variables reach every tool and the keys, and are shown to nobody`,
    async () => {
      await using rig = await Rig.open({ wrapper });
      rig.fresh({
        "a.c": '#include "h.h"\nint a = H;\n',
        "one/h.h": "#define H 1\n",
        "two/h.h": "#define H 2\n",
      });
      const owners = ["--owner-pid", String(Deno.pid)];
      const session = async (folder: string) => {
        const variable = `CPATH=${rig.at(folder)}`;
        return { ZCCACHE_SESSION_ID: await begin(rig, ...owners, "--stats", "--private-env", variable) };
      };
      const [one, two] = [await session("one"), await session("two")];
      const compile = async (
        argv: string[],
        env: Record<string, string>,
        outcome: "cached" | "cold" | "nonCacheable",
      ) => {
        const counted = await rig.counting(async () => assertOk(await rig.wrapped(argv, { env })));
        assert.equal(counted[outcome], 1, `${argv.join(" ")}: ${JSON.stringify(counted)}`);
      };
      const bareWith = async (folder: string) => {
        assertOk(
          await rig.bare(["gcc", "-c", "a.c", "-o", `${folder}.o`], { env: { CPATH: rig.at(folder) } }),
        );
        return Deno.readFileSync(rig.at(`${folder}.o`));
      };
      for (const [env, folder] of [[one, "one"], [two, "two"]] as const) {
        for (const outcome of ["cold", "cached"] as const) {
          await compile(["gcc", "-c", "a.c", "-o", "a.o"], env, outcome);
          assert.deepEqual(Deno.readFileSync(rig.at("a.o")), await bareWith(folder));
        }
        await compile(["gcc", "-E", "a.c", "-o", "a.i"], env, "nonCacheable");
        assert.match(Deno.readTextFileSync(rig.at("a.i")), folder === "one" ? /a = 1/ : /a = 2/);
      }
      const without = await rig.wrapped(["gcc", "-c", "a.c", "-o", "a.o"]);
      assert.notEqual(without.code, 0, "other callers have nothing of it");
      const status = JSON.parse(text((await rig.wrapped(["status", "--json"])).stdout));
      assert.deepEqual(status.daemon.private_daemon, {
        enabled: true,
        name: null,
        owners: [Deno.pid],
        private_env_keys: ["CPATH"],
      });
      assert.ok(!JSON.stringify(status).includes(rig.at("one")));
    },
  );
}

testWith([], "a private daemon has a name, and refuses a session that means another", async () => {
  await using rig = await Rig.open();
  const mine = ["--owner-pid", String(Deno.pid)];
  const first = await begin(rig, ...mine, "--daemon-name", "build-7");
  await begin(rig, ...mine, "--daemon-name", "build-7");
  await begin(rig, ...mine);
  const status = JSON.parse(text((await rig.wrapped(["status", "--json"])).stdout));
  assert.equal(status.daemon.private_daemon.name, "build-7");
  const other = await rig.wrapped(["session-start", "--private-daemon", ...mine, "--daemon-name", "build-8"]);
  assert.deepEqual([other.code, text(other.stdout)], [1, ""]);
  assert.match(text(other.stderr), /this daemon is called build-7, not build-8/);
  const rows = [["--daemon-name", "x"], ["--private-daemon", "--daemon-name", "a b"]];
  for (const row of rows) assert.equal((await rig.wrapped(["session-start", ...row])).code, 1, row.join(" "));
  assertOk(await rig.wrapped(["session-end", first]));
  assertOk(await rig.wrapped(["stop"]));
});
