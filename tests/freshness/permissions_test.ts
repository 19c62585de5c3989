import { Rig, testWith } from "../rig.ts";

/** Makes scripts that stand there and can't be run, old enough to be believed. */
async function standing(rig: Rig, files: Readonly<Record<string, string>>): Promise<void> {
  rig.write(files);
  for (const name of Object.keys(files)) {
    Deno.chmodSync(rig.at(name), 0o644);
    Deno.utimeSync(rig.at(name), 1_700_000_000, 1_700_000_000);
  }
  await rig.settled();
}

testWith(["gcc"], "a compiler earlier on PATH that may be run from now on is the compiler", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a = A;\n", "first/.keep": "", "second/.keep": "" });
  await standing(rig, {
    "first/gcc-12": '#!/bin/sh\nexec /usr/bin/gcc -DA=2 "$@"\n',
    "second/gcc-12": '#!/bin/sh\nexec /usr/bin/gcc -DA=1 "$@"\n',
  });
  Deno.chmodSync(rig.at("second/gcc-12"), 0o755);
  const env = { PATH: `${rig.at("first")}:${rig.at("second")}:${Deno.env.get("PATH")}` };
  const argv = ["gcc-12", "-c", "a.c"];
  await rig.expectSame(argv, { cold: "miss", warm: "hit", env });
  Deno.chmodSync(rig.at("first/gcc-12"), 0o755);
  await rig.expectSame(argv, { cold: "miss", warm: "hit", env });
});

testWith(["gcc"], "an assembler below -B that may be run from now on is the assembler", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a;\n", "b/.keep": "" });
  await standing(rig, { "b/as": '#!/bin/sh\nexec /usr/bin/as "$@" --defsym appeared=1\n' });
  const argv = ["gcc", "-Bb/", "-c", "a.c"];
  await rig.expectSame(argv, { cold: "miss", warm: "hit" });
  Deno.chmodSync(rig.at("b/as"), 0o755);
  await rig.expectSame(argv, { cold: "any", warm: "any" });
  await rig.expectSame(argv, { cold: "any", warm: "any" });
});
