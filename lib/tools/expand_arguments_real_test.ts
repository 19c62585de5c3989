import assert from "node:assert/strict";
import { WINDOWS_WORDS, WORDS } from "./_word_rows.ts";

for (const tool of ["gcc", "clang"]) {
  Deno.test(`splitWords() agrees with ${tool}`, async () => {
    const folder = await Deno.makeTempDir();
    const texts = WORDS.filter(([, words]) => words !== undefined && words.length > 0);
    for (const [text, words] of texts) {
      await Deno.writeTextFile(`${folder}/rsp`, text);
      const ask = async (args: readonly string[]) => {
        const run = new Deno.Command(tool, {
          args: ["-###", "-x", "c", "-c", ...args],
          cwd: folder,
          env: { LC_ALL: "C" },
        });
        return new TextDecoder().decode((await run.output()).stderr).replaceAll(/\/tmp\/\S+/g, "TEMP");
      };
      assert.equal(await ask(["@rsp"]), await ask(words!), text);
    }
    await Deno.remove(folder, { recursive: true });
  });
}

Deno.test("splitWindowsWords() agrees with clang", async () => {
  const folder = await Deno.makeTempDir();
  for (const [text, words] of WINDOWS_WORDS.filter(([, words]) => words !== undefined)) {
    await Deno.writeTextFile(`${folder}/rsp`, text);
    const ask = async (args: readonly string[]) => {
      const command = ["--rsp-quoting=windows", "-###", "-x", "c", "-c", ...args];
      const { stderr } = await new Deno.Command("clang", { args: command, cwd: folder }).output();
      return new TextDecoder().decode(stderr).replaceAll(/\/tmp\/\S+/g, "TEMP");
    };
    assert.equal(await ask(["@rsp"]), await ask(words!), text);
  }
  await Deno.remove(folder, { recursive: true });
});
