import assert from "node:assert/strict";
import { COMMANDS } from "../commands/mod.ts";
import { fakeContext } from "../commands/_context_fake.ts";
import { completionsCommand } from "../commands/completions.ts";
import type { Command } from "../command.ts";
import { completionTable } from "./completion_table.ts";
import { renderCompletion, type Shell, SHELLS } from "./mod.ts";

const ODD: Command = {
  name: "odd",
  aliases: ["--odd", "strange"],
  summary: "it's [odd]: a \\ thing",
  about: ["x"],
  operands: "[FILE]",
  operandCount: [0, 1],
  options: [
    { name: "mode", takes: "fast|slow", meaning: "how 'it' goes" },
    { name: "into", short: "i", takes: "FOLDER", meaning: "where" },
    { name: "id", takes: "ID", meaning: "which" },
  ],
  examples: [],
  exits: [],
  variables: [],
  place: "anywhere",
  run: () => Promise.reject(new TypeError("it is not run here")),
};

Deno.test("completionTable() knows what follows a word from the usage line", () => {
  const table = completionTable([ODD]);
  assert.deepEqual(table.map(({ name }) => name), ["odd", "strange"]);
  assert.equal(table[0]?.operand, "files");
  assert.deepEqual(table[0]?.options.map(({ flag, value }) => [flag, value]), [
    ["--mode", ["fast", "slow"]],
    ["--into", "folders"],
    ["--id", "nothing"],
    ["--help", undefined],
  ]);
  assert.equal(completionTable(COMMANDS).find(({ name }) => name === "wrap")?.operand, "programs");
});

Deno.test("renderCompletion() quotes what means something to the shell", () => {
  assert.match(renderCompletion("zsh", [ODD]), /'odd:it'\\''s \[odd\]: a \\ thing'/);
  assert.match(renderCompletion("zsh", [ODD]), /'--mode=\[how '\\''it'\\'' goes\]:value:\(fast slow\)'/);
  assert.match(renderCompletion("fish", [ODD]), /-a odd -d 'it\\'s \[odd\]: a \\\\ thing'/);
  assert.match(renderCompletion("powershell", [ODD]), /,@\('odd', 'it''s \[odd\]: a \\ thing'\)/);
  assert.match(renderCompletion("bash", [ODD]), / {4}odd:--mode\) _zccache_words "fast slow"; return ;;/);
});

Deno.test("renderCompletion() has every command and option for every shell", () => {
  for (const shell of Object.keys(SHELLS) as Shell[]) {
    const script = renderCompletion(shell, COMMANDS);
    for (const { name, options } of COMMANDS) {
      assert.ok(script.includes(name), `${shell}: ${name}`);
      if (name === "wrap") continue;
      for (const option of options) {
        assert.ok(script.includes(option.name), `${shell}: ${name} --${option.name}`);
      }
    }
  }
});

Deno.test("completions prints a script, and tells for which shells there is one", async () => {
  const command = completionsCommand(() => COMMANDS);
  const printed = await command.run(fakeContext({ operands: ["fish"] }));
  assert.equal(printed.stdout, renderCompletion("fish", COMMANDS));
  const { exit, stderr } = await command.run(fakeContext({ operands: ["toString"] }));
  assert.deepEqual([exit, stderr], [
    2,
    "error: there is no script for toString; there is one for bash, zsh, fish, powershell\n",
  ]);
});
