import assert from "node:assert/strict";
import { FakeFileView } from "../../files/fake.ts";
import { canBePutTogether, NameSearch } from "./name_search.ts";

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

Deno.test("NameSearch.mayOccur() finds names in files and texts, also in pieces of several", () => {
  const { view, sources } = viewOf({ "a.c": "int FOO_; // ONE", "a.h": "int TWO;" });
  const search = new NameSearch(view);
  const mayOccur = (name: string, ...texts: string[]) => search.mayOccur({ names: [name], sources, texts });
  for (const name of ["ONE", "FOO_BAR", "FOO", "TWO1", "THREE"]) {
    assert.equal(mayOccur(name, "// BARS", ""), name === "TWO1", name);
  }
  assert.ok(mayOccur("TWO"));
  assert.ok(mayOccur("FOO_TWO"));
  assert.ok(mayOccur("FOO_BAR", "// BAR"));
  assert.ok(mayOccur("FOO_BAR", "FOO_BAR"));
  assert.ok(search.mayOccur({ names: ["ONE", "TWO"], sources, texts: [] }));
});

Deno.test("NameSearch.mayOccur() goes by what the view knows of a file", () => {
  const { view, sources } = viewOf({ "b.c": "int a;" });
  const search = new NameSearch(view);
  const path = `${folder}/b.c`;
  const mayOccur = () => search.mayOccur({ names: ["NAME"], sources, texts: [] });
  Deno.writeTextFileSync(path, "int b;");
  assert.ok(mayOccur(), "the file is not what it was");
  view.write(path, "int b;");
  assert.ok(!mayOccur());
  Deno.removeSync(path);
  assert.ok(!mayOccur(), "a content that was looked into is known");
  view.write(path, "int NAME;");
  assert.ok(mayOccur(), "another content");
  view.remove(path);
  assert.ok(mayOccur(), "no content");
});

Deno.test("NameSearch.look() reads what mayOccur() then knows, up to the first that has a name", async () => {
  const { view, sources } = viewOf({ "c.c": "int a;", "d.c": "int NAME;", "e.c": "int a = 1;" });
  const search = new NameSearch(view);
  await search.look(["NAME"], sources);
  for (const name of ["c.c", "d.c", "e.c"]) Deno.removeSync(`${folder}/${name}`);
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
