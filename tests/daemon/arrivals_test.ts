import assert from "node:assert/strict";
import { assertOk, Rig, testWith, text } from "../rig.ts";
import { daemonsOf } from "../rig/daemon.ts";

testWith(["gcc"], "64 launchers at once and no daemon: one daemon, every object right", async () => {
  await using rig = await Rig.open();
  const names = Array.from({ length: 64 }, (_, i) => `u${i}`);
  rig.fresh({ "h.h": "#define H 1\n" });
  for (const [i, name] of names.entries()) {
    rig.write({ [`${name}.c`]: `#include "h.h"\nint ${name} = H + ${i};\n` });
  }
  const all = (compile: (name: string) => Promise<unknown>) => Promise.all(names.map(compile));
  await all(async (name) => assertOk(await rig.bare(["gcc", "-c", `${name}.c`, "-o", `${name}.bare`])));
  const check = async (name: string) => {
    const outcome = await rig.wrapped(["gcc", "-c", `${name}.c`]);
    assert.deepEqual([outcome.code, text(outcome.stderr)], [0, ""]);
    assert.deepEqual(Deno.readFileSync(rig.at(`${name}.o`)), Deno.readFileSync(rig.at(`${name}.bare`)), name);
  };
  await all(check);
  assert.equal(daemonsOf(rig.root).length, 1);
  const again = await rig.counting(() => all(check));
  assert.equal(again.cached + again.cold, 64);
  const warm = await rig.counting(() => all(check));
  assert.equal(warm.cached, 64);
});

testWith(["gcc"], "the same unit 32 times at once", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a = 1;\n" });
  assertOk(await rig.bare(["gcc", "-c", "a.c", "-o", "bare.o"]));
  const bare = Deno.readFileSync(rig.at("bare.o"));
  for (let round = 0; round < 2; round++) {
    await Promise.all(Array.from({ length: 32 }, async (_, i) => {
      assertOk(await rig.wrapped(["gcc", "-c", "a.c", "-o", `${round}-${i}.o`]));
      assert.deepEqual(Deno.readFileSync(rig.at(`${round}-${i}.o`)), bare);
    }));
  }
  await rig.expectSame(["gcc", "-c", "a.c", "-o", "last.o"], { cold: "hit", warm: "hit" });
});

testWith(["gcc"], "stop, start and clear while compiles run", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "h.h": "#define H 1\n" });
  const compile = async (i: number) => {
    const name = `u${i % 12}`;
    const outcome = await rig.wrapped(["gcc", "-c", `${name}.c`, "-o", `${name}-${i}.o`]);
    assert.deepEqual([outcome.code, text(outcome.stderr)], [0, ""]);
    assert.deepEqual(Deno.readFileSync(rig.at(`${name}-${i}.o`)), Deno.readFileSync(rig.at(`${name}.bare`)));
  };
  for (let i = 0; i < 12; i++) {
    rig.write({ [`u${i}.c`]: `#include "h.h"\nint u${i} = H;\n` });
    assertOk(await rig.bare(["gcc", "-c", `u${i}.c`, "-o", `u${i}.bare`]));
  }
  let next = 0;
  const worker = async () => {
    while (next < 150) await compile(next++);
  };
  const disturb = async () => {
    for (const command of ["clear", "stop", "clear", "start", "stop", "clear"]) {
      assertOk(await rig.wrapped([command]));
      await compile(next++);
    }
  };
  await Promise.all([worker(), worker(), worker(), disturb()]);
  assert.ok(daemonsOf(rig.root).length <= 1);
});
