import assert from "node:assert/strict";
import { COMMANDS } from "./commands/mod.ts";
import { whyCommand } from "./commands/why.ts";
import { manPages } from "./man.ts";

Deno.test("manPages() has a page for the program and each command, each with all its options", () => {
  const pages = manPages(COMMANDS);
  assert.equal(pages.size, COMMANDS.length + 1);
  for (const { name, options } of COMMANDS) {
    const page = pages.get(`zccache-${name}.1`) ?? "";
    assert.ok(page.startsWith('.\\" Made from'), name);
    for (const option of options) assert.ok(page.includes(`\\-\\-${option.name.replaceAll("-", "\\-")}`));
    assert.ok(pages.get("zccache.1")?.includes(`.BR zccache\\-${name.replaceAll("-", "\\-")} (1)`));
  }
});

Deno.test("manPages() lets no text become a request or an escape", () => {
  const odd = { ...whyCommand, about: [".so /etc/passwd", "a \\fB b – \"c\" 'd'"] };
  const page = manPages([odd]).get("zccache-why.1") ?? "";
  assert.ok(page.includes("\n\\&.so /etc/passwd\n"));
  assert.ok(page.includes("\na \\efB b \\[u2013] \\(dqc\\(dq \\(aqd\\(aq\n"));
  assert.match(page, /^[\n -~]*$/);
});
