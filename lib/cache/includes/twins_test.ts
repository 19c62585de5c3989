import assert from "node:assert/strict";
import { isDigest } from "../../core/mod.ts";
import { FakeFileView } from "../../files/fake.ts";
import type { FoundFile, SearchFolders } from "../places.ts";
import { Searches } from "./searches.ts";
import { Twins } from "./twins.ts";

const ONCE = "#pragma once\nint x;\n";

function scene(files: Readonly<Record<string, string>>, read: readonly string[]) {
  const view = new FakeFileView();
  for (const [path, text] of Object.entries(files)) view.write(path, text);
  const found = read.map((path): FoundFile => {
    const content = view.state(view.track(path));
    assert.ok(isDigest(content));
    return { path, content };
  });
  const folders = ["/one", "/two"];
  const search: SearchFolders = {
    folders,
    suffixes: [],
    forced: [],
    byIncluders: false,
    known: new Searches(view).of(folders, []),
  };
  const twins = Twins.among(found, view);
  return { twins, passedOver: () => [...twins?.passedOver(search) ?? []].sort() };
}

Deno.test("Twins.among() is about files that are read once", () => {
  assert.equal(scene({ "/a.c": "int a;\n", "/x.h": "int x;\n" }, ["/a.c", "/x.h"]).twins, undefined);
  assert.ok(scene({ "/x.h": ONCE }, ["/x.h"]).twins);
});

Deno.test("pair() names one of two files of the same content", () => {
  const texts = { "/x.h": ONCE, "/y.h": ONCE, "/z.h": `${ONCE}\n`, "/p.h": "int p;\n", "/q.h": "int p;\n" };
  assert.equal(scene(texts, ["/x.h", "/z.h", "/p.h", "/q.h"]).twins?.pair(), undefined);
  assert.equal(scene(texts, ["/x.h", "/z.h", "/y.h"]).twins?.pair(), "/y.h");
});

Deno.test("pair() counts every file after an #import", () => {
  const texts = { "/a.c": '#import "p.h"\n', "/p.h": "int p;\n", "/q.h": "int p;\n" };
  assert.equal(scene(texts, ["/a.c", "/p.h", "/q.h"]).twins?.pair(), "/q.h");
});

for (
  const [what, include, files, passed] of [
    ["beside the file", '"y.h"', ["/p/y.h", "/one/y.h"], ["/one/y.h", "/p/y.h"]],
    ["not beside it for <>", "<y.h>", ["/p/y.h", "/one/y.h"], ["/one/y.h"]],
    ["before what was read", "<x.h>", ["/one/x.h"], ["/one/x.h"]],
    ["not after it", '"x.h"', ["/two/x.h", "/one/z.h"], []],
    ["above", '"../y.h"', ["/y.h"], ["/y.h"]],
    ["by its full path", "</three/y.h>", ["/three/y.h"], ["/three/y.h"]],
  ] as const
) {
  Deno.test(`passedOver() finds files ${what}`, () => {
    const texts = Object.fromEntries(files.map((path) => [path, "other\n"]));
    const source = `#include ${include}\n`;
    const { passedOver } = scene({ ...texts, "/p/a.c": source, "/two/x.h": ONCE }, ["/p/a.c", "/two/x.h"]);
    assert.deepEqual(passedOver(), passed);
  });
}
