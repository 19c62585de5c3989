import assert from "node:assert/strict";
import { changedNames } from "./changed_names.ts";

const NONE = ["-DKEPT=B"];

Deno.test("changedNames() gives the names whose definitions differ, and what the others say", () => {
  const cases: readonly (readonly [then: readonly string[], now: readonly string[], names: string])[] = [
    [["-DX"], ["-DY"], "X Y"],
    [["-DX=1"], ["-DX=2"], "X"],
    [["-DX=1", "-DY"], ["-DY", "-DX=1", "-UZ1"], "Z1"],
    [[], ['-DVERSION="1.2 (x)"', "-DLevel=-1", "-DA_b=", "-DT=unsigned"], "A_b Level T VERSION"],
    [["-DX=1.5e3f"], ["-UX"], "X"],
  ];
  for (const [then, now, names] of cases) {
    const changed = changedNames([...NONE, ...then], [...now, ...NONE]);
    assert.equal(changed?.names.join(" "), names);
    assert.ok(changed?.others.split("\n").includes("KEPT=B"));
  }
});

Deno.test("changedNames() is silent about definitions that could mean more than they say", () => {
  const all: readonly (readonly string[])[] = [
    [],
    ["-Dwhile=1"],
    ["-Dand"],
    ["-D_X"],
    ["-DX__Y"],
    ["-D1X"],
    ["-D"],
    ["-DX(a)=a"],
    ["-DX =1"],
    ["-DX Y"],
    ["-DX=a b"],
    ["-DX=##"],
    ["-DX=__VA_ARGS__"],
    ["-DX=or_eq"],
    ["-DX=compl"],
    ['-DX="'],
    ['-DX="a\\"'],
    ['-DX="??/"'],
    ['-DX=R"(a)"'],
    ["-DX='a'"],
    ["-DX=1\n2"],
    ["-DX=é"],
    ["-UX=1"],
    ["-DX=1", "-DX=2"],
    ["-DX", "-UX"],
    Array.from({ length: 9 }, (_, i) => `-DX${i}`),
  ];
  for (const now of all) {
    assert.equal(changedNames(NONE, [...NONE, ...now]), undefined, now.join(" "));
    assert.equal(changedNames([...NONE, ...now], NONE), undefined, now.join(" "));
  }
});
