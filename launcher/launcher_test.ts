import assert from "node:assert/strict";
import { COMMANDS } from "../cli/commands/mod.ts";
import { buildLauncher, MAX_LAUNCHER_BYTES } from "./build.ts";
import { LAUNCHER } from "./_stage.ts";

const FOLDER = import.meta.dirname!;

Deno.test("the pure parts pass their C tests under the sanitizers", async () => {
  const folder = await Deno.makeTempDir();
  const sources = ["launcher_test.c", "wire.c", "text.c", "command_line.c"].map((name) =>
    `${FOLDER}/${name}`
  );
  const options = ["-std=c11", "-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
  const program = `${folder}/launcher_test`;
  try {
    const built = await new Deno.Command("cc", { args: [...options, "-o", program, ...sources] }).output();
    assert.equal(new TextDecoder().decode(built.stderr), "");
    const args = [`${FOLDER}/../lib/protocol/testdata`];
    const { code, stderr } = await new Deno.Command(program, { args }).output();
    assert.equal(new TextDecoder().decode(stderr), "");
    assert.equal(code, 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("commands.h has every word that the command line knows", async () => {
  const header = await Deno.readTextFile(`${FOLDER}/commands.h`);
  const words = new Map(
    [...header.matchAll(/X\("([^"]+)", ([01])\)/g)].map((match) => [match[1]!, match[2]]),
  );
  const known = COMMANDS.flatMap((command) =>
    [command.name, ...command.aliases].filter((word) => !word.startsWith("-")).map((word) => ({
      command,
      word,
    }))
  );
  for (const { word } of known) assert.ok(words.has(word), `commands.h lacks ${word}`);
  for (const { command, word } of known) {
    if (words.get(word) === "1") assert.equal(command.place, "daemon", `${word} can't be forwarded`);
  }
  assert.ok(!words.has("cc") && !words.has("gcc"), "a compiler's name is no command");
});

Deno.test("buildLauncher() keeps to its size and makes three names of one file", async () => {
  const folder = LAUNCHER.replace(/\/zccache$/, "");
  const files = await Promise.all(
    ["zccache", "zccache-daemon", "zccache-fp"].map((n) => Deno.stat(`${folder}/${n}`)),
  );
  assert.ok(files[0]!.size <= MAX_LAUNCHER_BYTES);
  assert.equal(new Set(files.map((file) => file.ino)).size, 1);
});

Deno.test("buildLauncher() refuses a target that it doesn't know", async () => {
  await assert.rejects(
    buildLauncher({ target: "mips", out: `${FOLDER}/../build/launcher-test` }),
    /Cannot build for mips/,
  );
});
