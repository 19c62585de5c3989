import assert from "node:assert/strict";
import { BOUNDED_HEAP } from "./mod.ts";

Deno.test("the launcher starts the runtime with the same heap as everybody else", () => {
  const header = Deno.readTextFileSync(new URL("../../launcher/runtime.h", import.meta.url));
  const [, options = ""] = /#define RUNTIME_OPTIONS((?:.*\\\n)*.*)/.exec(header) ?? [];
  assert.deepEqual(options.match(/--v8-flags[^"]*/g), [BOUNDED_HEAP]);
});
