import { Rig, testWith } from "../rig.ts";

/** What appears in a folder that the driver searches first, by name: each changes the object. */
const APPEARING = {
  as: `#!/bin/sh\nexec /usr/bin/as "$@" --defsym appeared=1\n`,
  cc1: `#!/bin/sh\nexec "$(env -u COMPILER_PATH /usr/bin/gcc -print-prog-name=cc1)" "$@" -g\n`,
  specs: "*cc1:\n+ -g\n\n",
};

const WAYS = [
  { args: ["-Bb/"], env: {} },
  { args: ["-B", "b"], env: {} },
  { args: [], env: { COMPILER_PATH: "b" } },
] as const;

for (const { args, env } of WAYS) {
  for (const [name, text] of Object.entries(APPEARING)) {
    const how = [...args, ...Object.keys(env)].join(" ");
    testWith(["gcc"], `gcc ${how}: ${name} appears in the folder`, async () => {
      await using rig = await Rig.open({ env });
      rig.fresh({ "a.c": "int a;\n", "b/.keep": "" });
      const argv = ["gcc", ...args, "-c", "a.c", "-o", "out.o"];
      await rig.expectSame(argv, { cold: "any", warm: "any" });
      rig.write({ [`b/${name}`]: text });
      Deno.chmodSync(rig.at(`b/${name}`), 0o755);
      await rig.settled();
      await rig.expectSame(argv, { cold: "any", warm: "any" });
    });
  }
}
