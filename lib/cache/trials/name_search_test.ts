import assert from "node:assert/strict";
import { FakeFileView } from "../../files/fake.ts";
import { canBePutTogether, NameSearch, type Wanted } from "./name_search.ts";

const folder = Deno.makeTempDirSync();
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

/** A view of a folder with these files. */
function viewOf(files: Readonly<Record<string, string>>): { view: FakeFileView; sources: number[] } {
  const view = new FakeFileView();
  const sources = Object.entries(files).map(([name, text]) => {
    const path = `${folder}/${name}`;
    Deno.writeTextFileSync(path, text);
    view.write(path, text);
    return view.track(path);
  });
  return { view, sources };
}

/** Looks, then tells. */
async function mayOccur(search: NameSearch, wanted: Wanted): Promise<boolean> {
  await search.look(wanted);
  return search.mayOccur(wanted);
}

Deno.test("NameSearch finds names in files and texts, also in pieces of several", async () => {
  const { view, sources } = viewOf({ "a.c": "int FOO_; // ONE", "a.h": "int TWO;" });
  const search = new NameSearch(view);
  const occurs = (name: string, ...texts: string[]) => mayOccur(search, { names: [name], sources, texts });
  for (const name of ["ONE", "FOO_BAR", "FOO", "TWO1", "THREE"]) {
    assert.equal(await occurs(name, "// BARS", ""), name === "TWO1", name);
  }
  assert.ok(await occurs("TWO"));
  assert.ok(await occurs("FOO_TWO"), "the first piece in one file, the other in another");
  assert.ok(await occurs("FOO_BAR", "// BAR"));
  assert.ok(await occurs("TITWO", "TI"), "the first piece in a text");
  assert.ok(await occurs("FOO_BAR", "FOO_BAR"));
  assert.ok(await mayOccur(search, { names: ["ONE", "TWO"], sources, texts: [] }));
});

Deno.test("NameSearch goes by what the view knows of a file", async () => {
  const { view, sources } = viewOf({ "b.c": "int a;" });
  const search = new NameSearch(view);
  const path = `${folder}/b.c`;
  const occurs = () => mayOccur(search, { names: ["NAME"], sources, texts: [] });
  assert.ok(!await occurs());
  Deno.removeSync(path);
  assert.ok(!await occurs(), "a content that was looked into is known");
  view.write(path, "int b;");
  assert.ok(await occurs(), "it can't be read");
  Deno.writeTextFileSync(path, "int NAME;");
  view.write(path, "int NAME;");
  assert.ok(await occurs());
  view.remove(path);
  assert.ok(await occurs(), "no content");
});

Deno.test("NameSearch doesn't believe what it read of a file that was touched meanwhile", async () => {
  const { view, sources } = viewOf({ "c.c": "int a;", "d.c": "int b;" });
  const search = new NameSearch(view);
  const barrier = view.barrier.bind(view);
  view.barrier = () => {
    view.write(`${folder}/c.c`, "int NAME;");
    view.write(`${folder}/c.c`, "int a;");
    barrier();
  };
  const wanted = { names: ["NAME"], sources, texts: [] };
  assert.ok(await mayOccur(search, wanted));
  view.barrier = barrier;
  assert.ok(!await mayOccur(search, wanted));
});

Deno.test("NameSearch.look() ends at the first file that has a name", async () => {
  const { view, sources } = viewOf({ "e.c": "int a;", "f.c": "int NAME;", "g.c": "int a = 1;" });
  const search = new NameSearch(view);
  await search.look({ names: ["NAME"], sources, texts: [] });
  for (const name of ["e.c", "f.c", "g.c"]) Deno.removeSync(`${folder}/${name}`);
  const occurs = (i: number) => search.mayOccur({ names: ["NAME"], sources: [sources[i]!], texts: [] });
  assert.deepEqual([0, 1, 2].map(occurs), [false, true, true]);
});

Deno.test("canBePutTogether() tries all ways to put a name together from words and digits", () => {
  const cases: readonly (readonly [name: string, pieces: string, can: boolean])[] = [
    ["AB", "A B", true],
    ["ABAB", "AB", true],
    ["ABC", "A AB BC", true],
    ["ABC", "AB B BC", false],
    ["ABC", "A B", false],
    ["A12", "A", true],
    ["A12B", "A B", true],
    ["A1", "", false],
    ["A_1", "A", false],
    ["A_1", "A _", true],
  ];
  for (const [name, pieces, can] of cases) {
    assert.equal(
      canBePutTogether(name, new Set(pieces.split(" ").filter(Boolean))),
      can,
      `${name} of ${pieces}`,
    );
  }
});
