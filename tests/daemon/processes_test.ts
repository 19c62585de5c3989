import assert from "node:assert/strict";
import { assertOk, launcher, Rig, testWith, text, typescript } from "../rig.ts";
import { FakeTool } from "../rig/fake_tool.ts";
import { signal } from "../rig/daemon.ts";
import { pidsOf } from "../rig/process.ts";

const FILES = {
  "a.c": `#include "a.h"\n#ifndef TAG\n#define TAG 0\n#endif\nint a[] = { A, TAG };\n`,
  "a.h": "#define A 1\n",
};

for (const wrapper of [launcher, typescript]) {
  testWith(["gcc"], `${wrapper.name}: exit codes of any tool`, async () => {
    await using rig = await Rig.open({ wrapper });
    for (const code of [0, 1, 2, 7, 126, 127, 128, 200, 255]) {
      await rig.expectSame(["sh", "-c", `exit ${code}`], { cold: "any", warm: "any" });
    }
  });

  testWith(["gcc"], `${wrapper.name}: a tool that dies by a signal`, async () => {
    await using rig = await Rig.open({ wrapper });
    for (const name of ["TERM", "KILL", "SEGV", "ABRT", "INT", "HUP", "PIPE", "USR1"]) {
      await rig.expectSame(["sh", "-c", `kill -${name} $$`], { cold: "any", warm: "any" });
    }
  });
}

testWith(["gcc"], "a compiler that dies by a signal takes the launcher with it", async () => {
  await using rig = await Rig.open();
  const tool = await FakeTool.build(rig, "gcc");
  rig.fresh(FILES);
  for (const name of ["SIGKILL", "SIGSEGV", "SIGTERM"] as const) {
    tool.hold("before");
    const running = rig.wrapped([tool.path, "-c", "a.c", `-DTAG=sizeof("${name}")`]);
    await tool.arrived();
    for (const pid of pidsOf(tool.path)) signal(pid, name);
    assert.equal((await running).signal, name);
    Deno.removeSync(tool.path.replace(/gcc$/, "hold-before"));
  }
  await rig.expectSame([tool.path, "-c", "a.c"], { cold: "miss", warm: "hit" });
});

testWith(["gcc", "setsid"], "Ctrl-C ends launcher and tool, and nothing is kept", async () => {
  await using rig = await Rig.open();
  const tool = await FakeTool.build(rig, "gcc");
  rig.fresh(FILES);
  tool.hold("before");
  const words = [...rig.wrapper.prefix, tool.path, "-c", "a.c"];
  const running = rig.bare(["setsid", "--wait", "sh", "-c", `echo $$ > group; exec "$@"`, "sh", ...words]);
  await tool.arrived();
  const group = Number(Deno.readTextFileSync(rig.at("group")));
  signal(-group, "SIGINT");
  const outcome = await running;
  assert.ok(
    outcome.code === 130 || outcome.code === 2 || outcome.signal === "SIGINT",
    `code ${outcome.code}`,
  );
  assert.deepEqual(pidsOf(tool.path), []);
  Deno.removeSync(tool.path.replace(/gcc$/, "hold-before"));
  Deno.removeSync(rig.at("group"));
  await rig.expectSame([tool.path, "-c", "a.c"], { cold: "miss", warm: "hit" });
});

testWith(["gcc"], "SIGTERM to the launcher reaches the tool", async () => {
  await using rig = await Rig.open();
  const tool = await FakeTool.build(rig, "gcc");
  rig.fresh(FILES);
  assertOk(await rig.wrapped(["gcc", "-c", "a.c"]));
  tool.hold("before");
  const script = `"$@" & echo $! > pid; wait $!; echo $?`;
  const running = rig.bare([
    "sh",
    "-c",
    script,
    "sh",
    ...rig.wrapper.prefix,
    tool.path,
    "-c",
    "a.c",
    "-DTAG=9",
  ]);
  await tool.arrived();
  signal(Number(Deno.readTextFileSync(rig.at("pid"))), "SIGTERM");
  assert.equal(text((await running).stdout), "143\n");
  assert.deepEqual(pidsOf(tool.path), []);
});

testWith(["gcc"], "on a miss the tool gets what the caller has", async () => {
  // by itself the cache would lower the tool's priority on a busy machine
  await using rig = await Rig.open({ env: { ZCCACHE_COMPILE_PRIORITY: "normal" } });
  const tool = await FakeTool.build(rig, "gcc");
  rig.fresh(FILES);
  const setUps = [
    "",
    "umask 027;",
    "ulimit -n 77;",
    "trap '' HUP USR1;",
    "exec 7<a.c 9>/dev/null;",
    "cd ..; cd -;",
  ];
  for (const [index, setUp] of setUps.entries()) {
    const script = `${setUp} exec "$@"`;
    const argv = [tool.path, "-c", "a.c", `-DTAG=${index + 1}`];
    assertOk(await rig.bare(["sh", "-c", script, "sh", ...argv]));
    const bare = tool.state();
    const calls = tool.compiles().length;
    assertOk(await rig.bare(["sh", "-c", script, "sh", ...rig.wrapper.prefix, ...argv]));
    assert.equal(tool.compiles().length, calls + 1);
    assert.equal(tool.state(), bare, setUp);
  }
});

testWith(["gcc"], "the caller's mask holds on misses and hits", async () => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  for (const mask of ["022", "077", "002", "000", "027"]) {
    const wrapped = ["sh", "-c", `umask ${mask}; exec "$@"`, "sh"];
    for (let i = 0; i < 2; i++) {
      assertOk(await rig.bare([...wrapped, "gcc", "-c", "a.c", "-MD"]));
      const modes = [Deno.statSync(rig.at("a.o")).mode, Deno.statSync(rig.at("a.d")).mode];
      Deno.removeSync(rig.at("a.o"));
      Deno.removeSync(rig.at("a.d"));
      assertOk(await rig.bare([...wrapped, ...rig.wrapper.prefix, "gcc", "-c", "a.c", "-MD"]));
      assert.deepEqual([Deno.statSync(rig.at("a.o")).mode, Deno.statSync(rig.at("a.d")).mode], modes, mask);
      Deno.removeSync(rig.at("a.o"));
      Deno.removeSync(rig.at("a.d"));
    }
  }
});

testWith(["gcc"], "a process left behind by the tool doesn't hold the launcher", async () => {
  await using rig = await Rig.open();
  const tool = await FakeTool.build(rig, "gcc");
  rig.fresh(FILES);
  assertOk(await rig.wrapped([tool.path, "-c", "a.c"]));
  tool.leaveBehind();
  const started = Date.now();
  const script = `"$@" -c a.c -DTAG=8 > out 2> err`;
  assertOk(await rig.bare(["sh", "-c", script, "sh", ...rig.wrapper.prefix, tool.path]));
  assert.ok(Date.now() - started < 2_500, `took ${Date.now() - started} ms`);
});

testWith(["gcc", "make"], "make's jobserver reaches the tool", async () => {
  await using rig = await Rig.open();
  rig.fresh({
    "Makefile": `all: a b c d\n%:\n\t+@$(WRAP) $(MAKE) -s -f Inner $@\n`,
    "Inner": `%:\n\t@echo "$@ $(MAKEFLAGS)" | sed 's/[0-9],[0-9]/R,W/; s/fifo:.*/fifo/'\n`,
  });
  const bare = await rig.bare(["make", "-s", "-j3"]);
  const wrapped = await rig.bare(["make", "-s", "-j3"], { env: { WRAP: rig.wrapper.prefix.join(" ") } });
  const lines = (bytes: Uint8Array) => text(bytes).split("\n").sort();
  assert.deepEqual(lines(wrapped.stdout), lines(bare.stdout));
  assert.equal(text(wrapped.stderr), text(bare.stderr));
});
