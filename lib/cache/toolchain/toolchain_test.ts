import assert from "node:assert/strict";
import { openFileView } from "../../files/mod.ts";
import { parseCall } from "../../tools/mod.ts";
import { Paths } from "../paths.ts";
import { type Ask, Toolchains } from "./toolchain.ts";

const A_YEAR_AGO = new Date(Date.now() - 365 * 86_400_000);

/** What becomes of identifying a compiler during whose first answer something happens in its folder. */
async function identified(meanwhile: (folder: string) => void): Promise<unknown> {
  const folder = await Deno.makeTempDir();
  using view = openFileView({ watch: true });
  const path = `${folder}/gcc`;
  try {
    for (const name of ["gcc", "cc1", "next"]) {
      Deno.writeTextFileSync(`${folder}/${name}`, name);
      Deno.utimeSync(`${folder}/${name}`, A_YEAR_AGO, A_YEAR_AGO);
    }
    // until the stamps can be told from those of now
    await new Promise((resume) => setTimeout(resume, 50));
    let asked = 0;
    const ask: Ask = () => {
      if (asked++ === 0) meanwhile(folder);
      return Promise.resolve({
        stdout: "",
        stderr: `gcc version 14.2.0\nTarget: some-linux\n ${folder}/cc1 -\n`,
      });
    };
    const notes = { note: () => undefined, setNote: () => {} };
    const toolchains = new Toolchains({ view, paths: new Paths(view), ask, notes });
    const call = { name: "gcc", args: ["-c", "a.c"], cwd: folder, env: new Map() };
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
