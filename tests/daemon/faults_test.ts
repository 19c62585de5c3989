import assert from "node:assert/strict";
import { statfsSync } from "node:fs";
import { assertOk, launcher, Rig, testWith, text, typescript, type Wrapper } from "../rig.ts";
import { allGone, daemonPid, daemonsOf, signal } from "../rig/daemon.ts";
import { FakeTool } from "../rig/fake_tool.ts";

const FILES = { "a.c": `#include "a.h"\nint a = A;\n`, "a.h": "#define A 1\n" };
const ARGV = ["gcc", "-c", "a.c"];
/** Long enough for every deadline of the launcher, short enough that a hang is a failure. */
const PATIENCE = { deadlineMs: 30_000 };

for (const wrapper of [launcher, typescript]) {
  testWith(["gcc"], `${wrapper.name}: what can't be run gets the shell's words and exit code`, async () => {
    await using rig = await Rig.open({ wrapper });
    rig.fresh({ "folder/.keep": "", "plain.c": "int a;\n" });
    for (
      const [program, code, says] of [
        ["no-such-gcc", 127, /no-such-gcc.*not found/],
        ["./no/such/gcc", 127, /no\/such\/gcc.*(not found|No such file)/],
        ["./folder", 126, /folder.*(directory|denied)/i],
        ["./plain.c", 126, /plain\.c.*denied/],
      ] as const
    ) {
      const outcome = await rig.wrapped([program, "-c", "plain.c"]);
      assert.equal(outcome.code, code, program);
      assert.match(text(outcome.stderr), says);
      assert.equal(text(outcome.stdout), "");
    }
  });
}

testWith(["gcc"], "a cache root that can't be made or written costs nothing but the cache", async (t) => {
  for (
    const [what, root] of [["a file", "file"], ["below a file", "file/root"], [
      "in /proc",
      "/proc/1/none",
    ]] as const
  ) {
    await t.step(what, async () => {
      const base = await Deno.makeTempDir();
      Deno.writeTextFileSync(`${base}/file`, "");
      await using rig = await Rig.open({ root: root.startsWith("/") ? root : `${base}/${root}` });
      rig.fresh(FILES);
      await rig.expectSame(ARGV, { cold: "unserved", warm: "unserved", ...PATIENCE });
      await Deno.remove(base, { recursive: true });
    });
  }
});

testWith(["gcc", "root", "setpriv"], "a cache root of another user is left alone", async () => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  Deno.mkdirSync(rig.root, { mode: 0o700 });
  for (const folder of [rig.base, rig.work]) Deno.chmodSync(folder, 0o777);
  const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  const bare = await rig.bare([...asNobody, ...ARGV]);
  assertOk(bare);
  const object = Deno.readFileSync(rig.at("a.o"));
  const outcome = await rig.bare([...asNobody, ...rig.wrapper.prefix, ...ARGV], PATIENCE);
  assert.deepEqual([outcome.code, text(outcome.stderr)], [0, ""]);
  assert.deepEqual(Deno.readFileSync(rig.at("a.o")), object);
  assert.deepEqual([...Deno.readDirSync(rig.root)], []);
});

for (const wrapper of [launcher, typescript]) {
  testWith(["gcc", "root", "mount", "umount"], `${wrapper.name}: a root on a full disk`, async (t) => {
    for (const size of ["1m", "4m"]) await t.step(size, () => fillRoot(wrapper, size));
  });
}

/** Compiles until the root's volume is full, and on, and with a daemon that starts on it. */
async function fillRoot(wrapper: Wrapper, size: string): Promise<void> {
  await using rig = await Rig.open({ wrapper });
  Deno.mkdirSync(rig.root, { mode: 0o700 });
  assertOk(await rig.bare(["mount", "-t", "tmpfs", "-o", `size=${size},mode=700`, "tmpfs", rig.root]));
  try {
    for (let i = 0; i < 12; i++) {
      rig.write({ "a.c": `char big[400000] = { ${i + 1} };\n` });
      await rig.expectSame(ARGV, { cold: "any", warm: "any", ...PATIENCE });
    }
    fill(rig.root);
    rig.write({ "a.c": "int small;\n" });
    await rig.expectSame(ARGV, { cold: "any", warm: "any", ...PATIENCE });
    await rig.endDaemon();
    await rig.expectSame(ARGV, { cold: "any", warm: "any", ...PATIENCE });
    await rig.endDaemon();
  } finally {
    await rig.endDaemon();
    assertOk(await rig.bare(["umount", rig.root]));
  }
}

/** Takes all the room that a volume has; the daemon may be writing its journal meanwhile. */
function fill(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  using filler = Deno.openSync(`${folder}/filler`, { write: true, create: true });
  const block = new Uint8Array(bsize);
  try {
    for (let i = 0; i < bavail; i++) filler.writeSync(block);
  } catch (error) {
    if (!(error instanceof Error && /no space left/i.test(error.message))) throw error;
  }
}

testWith(
  ["gcc", "root", "mount", "umount"],
  "outputs on a full disk fail as they would without a cache",
  async () => {
    await using rig = await Rig.open();
    rig.fresh(FILES);
    rig.write({ "big.c": "char big[600000] = { 1 };\n", "out/.keep": "" });
    await rig.expectSame(["gcc", "-c", "big.c", "-o", "out/big.o"], { cold: "any", warm: "any" });
    Deno.removeSync(rig.at("out/big.o"));
    assertOk(await rig.bare(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", rig.at("out")]));
    try {
      const outcome = await rig.expectSame(["gcc", "-c", "big.c", "-o", "out/big.o"], {
        cold: "any",
        warm: "any",
        allow: {
          because: "the compiler names its temporary files at random",
          stream: (bytes) => new TextEncoder().encode(text(bytes).replaceAll(/cc\w{6}\.s/g, "TEMPORARY.s")),
        },
      });
      assert.notEqual(outcome.code, 0);
    } finally {
      assertOk(await rig.bare(["umount", rig.at("out")]));
    }
  },
);

for (
  const [what, spoil] of [
    ["garbage", (path: string) => Deno.writeTextFileSync(path, "garbage ".repeat(2000))],
    ["cut short", (path: string) => Deno.truncateSync(path, 1000)],
    ["empty", (path: string) => Deno.truncateSync(path)],
    ["zeroed in the middle", (path: string) => {
      const bytes = Deno.readFileSync(path);
      Deno.writeFileSync(path, bytes.fill(0, 4096));
    }],
    ["a folder", (path: string) => (Deno.removeSync(path), Deno.mkdirSync(path))],
  ] as const
) {
  testWith(["gcc"], `an index that is ${what} is replaced`, async () => {
    await using rig = await Rig.open();
    rig.fresh(FILES);
    await rig.expectSame(ARGV, { cold: "miss", warm: "hit" });
    await rig.endDaemon();
    const indices = [...Deno.readDirSync(rig.root)].filter((entry) => entry.name.endsWith(".sqlite"));
    assert.ok(indices.length > 0);
    for (const { name } of indices) spoil(`${rig.root}/${name}`);
    await rig.expectSame(ARGV, { cold: "any", warm: what === "a folder" ? "any" : "hit", ...PATIENCE });
  });
}

testWith(["gcc"], "locks that nobody holds don't keep the daemon from starting", async () => {
  for (const lock of ["", "999999\n", `${Deno.pid}\n`, "garbage", "1"]) {
    await using rig = await Rig.open();
    rig.fresh(FILES);
    Deno.mkdirSync(rig.root, { mode: 0o700 });
    Deno.writeTextFileSync(`${rig.root}/daemon.lock`, lock);
    await rig.expectSame(ARGV, { cold: "miss", warm: "hit", ...PATIENCE });
  }
});

testWith(["gcc"], "something else where the socket should be", async () => {
  for (const what of ["file", "folder", "dangling link"]) {
    await using rig = await Rig.open();
    rig.fresh(FILES);
    Deno.mkdirSync(rig.root, { mode: 0o700 });
    const path = `${rig.root}/daemon.sock`;
    if (what === "file") Deno.writeTextFileSync(path, "");
    else if (what === "folder") Deno.mkdirSync(`${path}/in`, { recursive: true });
    else Deno.symlinkSync("nowhere", path);
    await rig.expectSame(ARGV, { cold: "any", warm: "any", ...PATIENCE });
  }
});

testWith(
  ["gcc"],
  "switched off, or forbidden to start the daemon: the tool runs, no daemon does",
  async () => {
    await using rig = await Rig.open();
    rig.fresh(FILES);
    for (const env of [{ ZCCACHE_DISABLE: "1" }, { ZCCACHE_DISABLE: "true" }, { ZCCACHE_NO_SPAWN: "1" }]) {
      await rig.expectSame(ARGV, { cold: "unserved", warm: "unserved", env });
      assert.deepEqual(daemonsOf(rig.root), []);
    }
    await rig.expectSame(ARGV, { cold: "miss", warm: "hit", env: { ZCCACHE_DISABLE: "0" } });
    await rig.expectSame(ARGV, { cold: "unserved", env: { ZCCACHE_DISABLE: "1" } });
  },
);

testWith(["gcc"], "a daemon that is stopped (SIGSTOP) delays a build, no more", async () => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  await rig.expectSame(ARGV, { cold: "miss", warm: "hit" });
  const bare = Deno.readFileSync(rig.at("a.o"));
  const pid = daemonPid(rig.root);
  assert.ok(pid !== undefined);
  signal(pid, "SIGSTOP");
  Deno.removeSync(rig.at("a.o"));
  const outcome = await rig.wrapped(ARGV, PATIENCE);
  assert.deepEqual([outcome.code, text(outcome.stderr)], [0, ""]);
  assert.deepEqual(Deno.readFileSync(rig.at("a.o")), bare);
  signal(pid, "SIGCONT");
  await rig.expectSame(ARGV, { cold: "hit", warm: "hit" });
});

testWith(["gcc"], "a daemon that is killed while a compile runs", async () => {
  await using rig = await Rig.open();
  const tool = await FakeTool.build(rig, "gcc");
  rig.fresh(FILES);
  tool.hold("after");
  const running = rig.wrapped([tool.path, "-c", "a.c"], PATIENCE);
  await tool.arrived();
  const pid = daemonPid(rig.root);
  assert.ok(pid !== undefined);
  signal(pid, "SIGKILL");
  tool.release();
  const outcome = await running;
  assert.deepEqual([outcome.code, text(outcome.stderr)], [0, ""]);
  assert.ok(await allGone(rig.root, 5_000));
  await rig.expectSame([tool.path, "-c", "a.c"], { cold: "miss", warm: "hit" });
});

testWith(
  ["gcc"],
  "a killed daemon is replaced by the next compile, and what it had kept is good",
  async () => {
    await using rig = await Rig.open();
    rig.fresh(FILES);
    await rig.expectSame(ARGV, { cold: "miss", warm: "hit" });
    for (let i = 0; i < 3; i++) {
      signal(daemonPid(rig.root) ?? 0, "SIGKILL");
      assert.ok(await allGone(rig.root, 5_000));
      await rig.expectSame(ARGV, { cold: "hit or miss", warm: "hit", ...PATIENCE });
    }
  },
);

testWith(["gcc"], "SIGTERM under load: what is held is finished and kept", async () => {
  await using rig = await Rig.open();
  const tool = await FakeTool.build(rig, "gcc");
  rig.fresh(FILES);
  tool.hold("before");
  const first = rig.wrapped([tool.path, "-c", "a.c"], PATIENCE);
  await tool.arrived();
  signal(daemonPid(rig.root) ?? 0, "SIGTERM");
  tool.release();
  assertOk(await first);
  assert.ok(await allGone(rig.root, 10_000), "the daemon has left");
  await rig.expectSame([tool.path, "-c", "a.c"], { cold: "hit", warm: "hit" });
});
