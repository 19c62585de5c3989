import assert from "node:assert/strict";
import plugin from "./lint_plugin.ts";
import { REPOSITORY } from "./run.ts";

/** What the plugin says of a source, as `rule: message`. */
function lint(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, `${REPOSITORY}/${path}`, source).map((d) => `${d.id}: ${d.message}`);
}

const FINE: readonly (readonly [path: string, source: string])[] = [
  ["lib/cache/lookup.ts", 'import { ok } from "../core/mod.ts";'],
  ["lib/cache/lookup.ts", 'import { x } from "./unit.ts";'],
  ["lib/files/linux/inotify.ts", 'import { x } from "../system.ts";'],
  ["lib/journal/journal.ts", 'import { x } from "../core/mod.ts";'],
  ["daemon/serve.ts", 'import { x } from "../lib/cache/mod.ts";'],
  ["daemon/requests.ts", 'import { x } from "../cli/mod.ts";'],
  ["cli/answer.ts", 'import { x } from "../lib/protocol/mod.ts";'],
  ["cli/commands/start.ts", 'import { x } from "../command.ts";'],
  ["main.ts", 'const x = await import("./daemon/main.ts");'],
  ["tests/rig.ts", 'import { x } from "../lib/store/index.ts";'],
  ["tests/rig.ts", 'import { x } from "../testing/needs.ts";'],
  ["lib/core/digest_test.ts", 'import { x } from "../../testing/needs.ts";'],
  ["lib/journal/journal.ts", 'import { encode } from "@msgpack/msgpack";'],
  ["lib/core/digest_test.ts", 'import assert from "node:assert/strict";'],
  ["daemon/log.ts", "const x = 1; function f() { let y = 2; return y; }"],
  ["daemon/log_test.ts", "let calls = 0;"],
  ["cli/main.ts", "console.log(1);"],
  ["daemon/log.ts", "host.console = 1;"],
  ["bench/compare.ts", "console.log(1);"],
];

const FAULTS: readonly (readonly [path: string, source: string, fault: RegExp])[] = [
  ["lib/core/digest.ts", 'import { x } from "../store/mod.ts";', /lib\/core may not import lib\/store/],
  ["lib/store/store.ts", 'import type { x } from "../files/mod.ts";', /lib\/store may not import lib\/files/],
  ["lib/store/store.ts", 'export { x } from "../cache/mod.ts";', /lib\/store may not import lib\/cache/],
  ["lib/store/store.ts", 'export * from "../cache/mod.ts";', /lib\/store may not import lib\/cache/],
  [
    "lib/store/store.ts",
    'const x = await import("../cache/mod.ts");',
    /lib\/store may not import lib\/cache/,
  ],
  ["lib/store/store.ts", 'type X = import("../cache/mod.ts").X;', /lib\/store may not import lib\/cache/],
  [
    "lib/store/store.ts",
    'new URL("../cache/w.ts", import.meta.url);',
    /lib\/store may not import lib\/cache/,
  ],
  ["lib/cache/lookup.ts", 'import { x } from "../../daemon/log.ts";', /lib\/cache may not import daemon/],
  [
    "lib/journal/journal.ts",
    'import { x } from "../store/mod.ts";',
    /lib\/journal may not import lib\/store/,
  ],
  ["cli/main.ts", 'import { x } from "../daemon/main.ts";', /cli may not import daemon/],
  ["cli/main.ts", 'import { x } from "../lib/store/mod.ts";', /cli may not import lib\/store/],
  ["bench/compare.ts", 'import { x } from "../tests/rig.ts";', /nothing imports tests/],
  ["_tools/test.ts", 'import { x } from "../tests/rig.ts";', /nothing imports tests/],
  ["daemon/log.ts", 'import { x } from "../testing/needs.ts";', /only tests import testing/],
  [
    "daemon/serve.ts",
    'import { x } from "../lib/cache/lookup.ts";',
    /reached through lib\/cache\/mod\.ts only/,
  ],
  ["lib/core/digest.ts", 'import { x } from "../../../elsewhere.ts";', /imports stay in the repository/],
  ["lib/core/digest.ts", "let hasher = 1;", /module-state: .*let at its top level/],
  ["lib/core/digest.ts", "export let hasher = 1;", /module-state: .*let at its top level/],
  ["lib/core/digest.ts", "var hasher = 1;", /module-state: .*var at its top level/],
  ["_tools/x.ts", "let hasher = 1;", /module-state/],
  ["daemon/log.ts", "console.error(1);", /printing: Cannot print here/],
  ["lib/core/x.ts", "const { log } = console;", /printing/],
];

for (const [path, source] of FINE) {
  Deno.test(`the plugin takes ${path}: ${source}`, () => assert.deepEqual(lint(path, source), []));
}
for (const [path, source, fault] of FAULTS) {
  Deno.test(`the plugin refuses ${path}: ${source}`, () => {
    const found = lint(path, source);
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0] ?? "", fault);
  });
}
