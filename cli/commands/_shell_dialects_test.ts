import assert from "node:assert/strict";
import { FISH, POSIX, POWERSHELL } from "./_shell_dialects.ts";

Deno.test("shell dialects quote what the shells would read", () => {
  const variable = ["NAME", "it's $a\\ `b`"] as const;
  assert.equal(POSIX(variable), "export NAME='it'\\''s $a\\ `b`'\n");
  assert.equal(FISH(variable), "set -gx NAME 'it\\'s $a\\\\ `b`'\n");
  assert.equal(POWERSHELL(variable), "$env:NAME = 'it''s $a\\ `b`'\n");
});
