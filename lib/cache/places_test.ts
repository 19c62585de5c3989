import assert from "node:assert/strict";
import { isDigest } from "../core/mod.ts";
import { FakeFileView } from "../files/fake.ts";
import { type FilesRead, type FoundFile, pathOfPlace, searchedPlaces, type SearchFolders } from "./places.ts";
import { Searches } from "./includes/searches.ts";

/** A project whose a.c includes "x.h" and <sys/y.h>; y.h asks __has_include(<opt.h>). */
function project() {
  const view = new FakeFileView();
  view.write("/p/a.c", '#include "x.h"\n#include <sys/y.h>\n');
  view.write("/inc2/x.h", "int x;\n");
  view.write("/sys/sys/y.h", "#if __has_include(<opt.h>)\n#endif\n");
  const search = searchOf(view, ["/inc1", "/inc2", "/sys"], [".gch"]);
  const places = () =>
    searchedPlaces(
      view,
      { ...search, forced: ["/p/forced.h"] },
      read(view, "/p/a.c", "/inc2/x.h", "/sys/sys/y.h"),
    );
  return { view, places };
}

function searchOf(view: FakeFileView, folders: string[], suffixes: string[] = []): SearchFolders {
  return {
    folders,
    suffixes,
    forced: [],
    byIncluders: false,
    known: new Searches(view).of(folders, suffixes),
  };
}

/** What a call reads that names the first of the files. */
function read(view: FakeFileView, ...paths: string[]): FilesRead {
  const [own, ...others] = paths.map((path) => found(view, path));
  return { found: others, own: [own!] };
}

function found(view: FakeFileView, path: string): FoundFile {
  const content = view.state(view.track(path));
  assert.ok(isDigest(content));
  return { path, content };
}

Deno.test("searchedPlaces() finds nothing where nothing is passed over", () => {
  assert.deepEqual(project().places(), []);
});

for (
  const [where, why] of [
    ["/inc1/x.h", "earlier on the include path"],
    ["/p/x.h", "beside the file that includes it"],
    ["/inc1/sys/y.h", "a folder earlier on the path"],
    ["/inc2/sys/y.h", "a folder in between"],
    ["/p/forced.h", "where -include looks first"],
    ["/inc2/x.h.gch", "precompiled, beside the header"],
    ["/inc1/opt.h", "asked by __has_include"],
    ["/sys/opt.h", "asked by __has_include, in the last folder"],
    ["/sys/sys/opt.h", "asked by __has_include, beside the asking file"],
  ] as const
) {
  Deno.test(`searchedPlaces() sees a new file ${why}`, () => {
    const { view, places } = project();
    view.write(where, "new");
    assert.deepEqual(places(), [where]);
  });
}

Deno.test("searchedPlaces() sees a folder that became a file", () => {
  const { view, places } = project();
  view.write("/inc1", "no folder");
  assert.deepEqual(places(), ["/inc1"]);
});

Deno.test("searchedPlaces() tells a folder in a header's place from a file", () => {
  const { view, places } = project();
  view.write("/inc1/x.h/inside", "");
  const [place, ...more] = places();
  assert.equal(pathOfPlace(place!), "/inc1/x.h");
  assert.notEqual(place, "/inc1/x.h");
  assert.deepEqual(more, []);
  view.remove("/inc1/x.h/inside");
  view.write("/inc1/x.h", "");
  assert.deepEqual(places(), ["/inc1/x.h"]);
});

Deno.test("searchedPlaces() passes over a link to nowhere until something is there", () => {
  const { view, places } = project();
  view.put("/inc1/x.h", "absent");
  assert.deepEqual(places(), []);
  view.write("/inc1/x.h", "");
  assert.deepEqual(places(), ["/inc1/x.h"]);
});

for (const where of ["/sys/x.h", "/p/y.h", "/inc1/other.h", "/inc1/y.h", "/p/b.c"]) {
  Deno.test(`searchedPlaces() is not moved by ${where}`, () => {
    const { view, places } = project();
    view.write(where, "new");
    assert.deepEqual(places(), []);
  });
}

Deno.test("searchedPlaces() looks everywhere for what a computed include may name", () => {
  const view = new FakeFileView();
  view.write("/p/a.c", "#include HEADER\n");
  view.write("/inc/x.h", "");
  const files = read(view, "/p/a.c", "/inc/x.h");
  const search = searchOf(view, ["/inc"]);
  assert.deepEqual(searchedPlaces(view, search, files), []);
  view.write("/p/x.h", "");
  assert.deepEqual(searchedPlaces(view, search, files), ["/p/x.h"]);
});

Deno.test("searchedPlaces() follows what a file includes from one content to the next", () => {
  const view = new FakeFileView();
  const search = searchOf(view, ["/inc"]);
  const now = () => searchedPlaces(view, search, read(view, "/p/a.c", "/inc/x.h", "/inc/y.h"));
  for (const name of ["/inc/x.h", "/inc/y.h", "/p/x.h", "/p/y.h"]) view.write(name, "");
  view.write("/p/a.c", '#include "x.h"\n');
  assert.deepEqual(now(), ["/p/x.h"]);
  view.write("/p/a.c", '#include "y.h"\n');
  assert.deepEqual(now(), ["/p/y.h"]);
});

Deno.test("searchedPlaces() tells what one call finds from what others found", () => {
  const view = new FakeFileView();
  const search = searchOf(view, ["/inc"]);
  view.write("/p/a.c", '#include "x.h"\n');
  view.write("/inc/x.h", "");
  view.write("/inc/sub/x.h", "");
  view.write("/p/x.h", "");
  view.write("/p/sub/x.h", "");
  const of = (...paths: string[]) => searchedPlaces(view, search, read(view, ...paths));
  assert.deepEqual(of("/p/a.c", "/inc/x.h"), ["/p/x.h"]);
  assert.deepEqual(of("/p/a.c", "/inc/sub/x.h"), ["/p/sub/x.h"]);
  assert.deepEqual(of("/p/a.c"), []);
});

Deno.test("searchedPlaces() climbs from what a call names and from what it finds", () => {
  const view = new FakeFileView();
  const search = searchOf(view, ["/inc"]);
  view.write("/p/src/a.c", '#include "../x.h"\n');
  view.write("/q/src/a.c", '#include "x.h"\n');
  view.write("/inc/x.h", '#include "../y.h"\n');
  const of = (...paths: string[]) => searchedPlaces(view, search, read(view, ...paths));
  view.write("/p/x.h", "");
  assert.deepEqual(of("/p/src/a.c"), ["/p/x.h"]);
  assert.deepEqual(of("/q/src/a.c", "/inc/x.h"), []);
  view.write("/y.h", "");
  assert.deepEqual(of("/q/src/a.c", "/inc/x.h"), ["/y.h"]);
});

Deno.test("searchedPlaces() remembers what calls find, and not what each of them names", () => {
  const view = new FakeFileView();
  const search = searchOf(view, ["/inc"]);
  view.write("/inc/x.h", "");
  for (let i = 0; i < 20; i++) view.write(`/p/${i}.c`, '#include "x.h"\n');
  for (let i = 0; i < 20; i++) searchedPlaces(view, search, read(view, `/p/${i}.c`, "/inc/x.h"));
  assert.equal(search.known.size, 1);
});
