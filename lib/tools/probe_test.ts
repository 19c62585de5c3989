import assert from "node:assert/strict";
import { parseProbe } from "./probe.ts";

Deno.test("parseProbe() reads frameworks, and is undefined for what is no probe", () => {
  const text = 'Apple clang version 15.0.0\nTarget: arm64-apple-darwin\n "/x/clang" "-cc1"\n';
  const list =
    "#include <...> search starts here:\n /a b\n /S/F (framework directory)\nEnd of search list.\n /no\n";
  assert.deepEqual(parseProbe("clang", [list, text])?.includeFolders, {
    quote: [],
    angle: ["/a b"],
    missing: [],
    frameworks: ["/S/F"],
  });
  assert.equal(parseProbe("gcc", ["", "gcc: error: unrecognized option"]), undefined);
});
