import assert from "node:assert/strict";
import { digestText } from "../../core/mod.ts";
import { FakeFileView } from "../../files/mod.ts";
import { includeChain } from "./include_chain.ts";

function world(texts: Readonly<Record<string, string>>) {
  const view = new FakeFileView();
  const files = Object.entries(texts).map(([path, text]) => {
    view.write(path, text);
    view.state(view.track(path));
    return { path, content: digestText(text) };
  });
  const sources = files.filter(({ path }) => path.endsWith(".c"));
  const found = files.filter(({ path }) => path.endsWith(".h"));
  return { chain: (target: string) => includeChain(view, target, { sources, found }) };
}

Deno.test("includeChain() finds the shortest way from the source", () => {
  const { chain } = world({
    "/p/a.c": '#include "a.h"\n#include <long.h>\n',
    "/p/long.h": '#include "longer.h"\n',
    "/p/longer.h": '#include "sub/deep.h"\n',
    "/p/a.h": "#include <sub/deep.h>\n",
    "/p/sub/deep.h": "int deep;\n",
  });
  assert.deepEqual(chain("/p/a.h"), ["/p/a.c", "/p/a.h"]);
  assert.deepEqual(chain("/p/sub/deep.h"), ["/p/a.c", "/p/a.h", "/p/sub/deep.h"]);
});

Deno.test("includeChain() is not caught in rings, and says when nothing leads there", () => {
  const { chain } = world({
    "/p/a.c": "int a;\n",
    "/p/x.h": '#include "y.h"\n',
    "/p/y.h": '#include "x.h"\n',
  });
  assert.equal(chain("/p/x.h"), undefined);
});
