import assert from "node:assert/strict";
import { openFileView } from "../../files/mod.ts";
import { parseCall } from "../../tools/mod.ts";
import { Paths } from "../paths.ts";
import type { Ask } from "./ask.ts";
import { Toolchains } from "./toolchain.ts";

const A_YEAR_AGO = new Date(Date.now() - 365 * 86_400_000);

/** What becomes of identifying a compiler during one of whose answers, the third being the loader's, something happens in its folder. */
async function identified(meanwhile: (folder: string) => void, during = 1): Promise<unknown> {
  const folder = await Deno.makeTempDir();
  using view = openFileView({ watch: true });
  const path = `${folder}/gcc`;
  try {
    for (const name of ["empty", "parts", "later"]) Deno.mkdirSync(`${folder}/${name}`);
    for (const name of ["gcc", "cc1", "next", "spare", "later/as"]) {
      Deno.writeTextFileSync(`${folder}/${name}`, name, { mode: 0o755 });
      Deno.utimeSync(`${folder}/${name}`, A_YEAR_AGO, A_YEAR_AGO);
    }
    // until the stamps can be told from those of now
    await new Promise((resume) => setTimeout(resume, 50));
    let asked = 0;
    const ask: Ask = () => {
      if (++asked === during) meanwhile(folder);
      return Promise.resolve({
        stdout: "",
        stderr: `gcc version 14.2.0\nTarget: some-linux\n ${folder}/cc1 -\n as --64\n`,
      });
    };
    const notes = { note: () => undefined, setNote: () => {} };
    const toolchains = new Toolchains({ view, paths: new Paths(view), ask, notes });
    const env = new Map([["PATH", `${folder}/empty:${folder}/later`]]);
    const call = { name: "gcc", args: [`-B${folder}/parts`, "-c", "a.c"], cwd: folder, env };
    const plan = parseCall("gcc", { ...call, terminal: { stderr: false, columns: 0 } }, () => undefined);
    assert.equal(plan.kind, "plan");
    view.barrier();
    const found = { family: "gcc", isScript: false, path, files: [view.track(path)] } as const;
    const toolchain = await toolchains.identify(
      { ...found, ...call, absent: [], passedOver: [], idle: [] },
      plan,
    );
    return "kind" in toolchain ? toolchain.reason : toolchain.version;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("Toolchains.identify() takes no answer of a compiler that was exchanged meanwhile, however old", async () => {
  assert.equal(await identified(() => {}), "gcc version 14.2.0");
  assert.equal(
    await identified((folder) => Deno.renameSync(`${folder}/next`, `${folder}/cc1`)),
    "toolchain-changed",
  );
  assert.equal(
    await identified((folder) => Deno.writeTextFileSync(`${folder}/gcc`, "edited")),
    "toolchain-changed",
  );
});

Deno.test("Toolchains.identify() takes no program for which another one steps in while it is looked at", async () => {
  const nothing = await identified((folder) => Deno.writeTextFileSync(`${folder}/empty/ld`, ""), 3);
  assert.equal(nothing, "gcc version 14.2.0");
  for (const place of ["empty/as", "parts/as"]) {
    for (const during of [2, 3, 4]) {
      const found = await identified(
        (folder) => Deno.renameSync(`${folder}/spare`, `${folder}/${place}`),
        during,
      );
      assert.equal(found, "toolchain-changed", `${place} during ${during}`);
    }
  }
});
