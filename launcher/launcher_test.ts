import assert from "node:assert/strict";
import { COMMANDS } from "../cli/commands/mod.ts";
import { buildLauncher, MAX_LAUNCHER_BYTES } from "./build.ts";
import { runCTest } from "./_c_test.ts";
import { LAUNCHER } from "./_stage.ts";

const FOLDER = import.meta.dirname!;

Deno.test("the wire format passes its C tests under the sanitizers", async () => {
  await runCTest("wire_test", ["wire_encode.c", "wire_decode.c"], [`${FOLDER}/../lib/protocol/testdata`]);
});

Deno.test("command lines and texts pass their C tests under the sanitizers", async () => {
  await runCTest("launcher_test", ["command_line.c", "text.c"], []);
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
