import assert from "node:assert/strict";
import { digestBytes, type DigestMemory, digestText, type RememberedDigest } from "../core/mod.ts";
import type { FileView } from "./file_view.ts";
import { identityAt } from "./_identity_at.ts";
import { openFileView } from "./open_file_view.ts";
import { testWith } from "../../testing/needs.ts";

const OLD = new Date("2020-01-01T00:00:00.123Z");
/** Far enough in the future that nothing on the disk is racily young. */
const LATER_MS = Date.now() + 3_600_000;

class Memory implements DigestMemory {
  readonly entries = new Map<string, RememberedDigest>();

  get(path: string): RememberedDigest | undefined {
    return this.entries.get(path);
  }

  put(path: string, entry: RememberedDigest): void {
    this.entries.set(path, entry);
  }
}

interface Scene extends Disposable {
  readonly path: string;
  readonly memory: Memory;
}

function scene(): Scene {
  const root = Deno.realPathSync(Deno.makeTempDirSync());
  const path = `${root}/a.h`;
  Deno.writeTextFileSync(path, "#include <x.h>\n");
  return { path, memory: new Memory(), [Symbol.dispose]: () => Deno.removeSync(root, { recursive: true }) };
}

function open(memory: Memory, nowMs: number, portable = false): FileView {
  return openFileView({ watch: !portable, portable, memory, now: () => nowMs });
}

/** Makes the memory tell from reading: its digest is not that of the bytes. */
function forge(memory: Memory, path: string): void {
  const entry = memory.entries.get(path);
  assert.ok(entry !== undefined, "nothing was remembered");
  memory.put(path, { ...entry, digest: digestText("forged") });
}

for (const portable of [false, true]) {
  const name = portable ? "the portable view" : "the view";
  Deno.test(`${name} takes a remembered digest and its facts without reading`, () => {
    using at = scene();
    {
      using view = open(at.memory, LATER_MS, portable);
      view.state(view.track(at.path));
    }
    forge(at.memory, at.path);
    using view = open(at.memory, LATER_MS, portable);
    assert.equal(view.state(view.track(at.path)), digestText("forged"));
    assert.deepEqual(view.facts(digestText("forged"))?.includes, ["<x.h"]);
  });

  Deno.test(`${name} reads when the file was changed since, stamps restored or not`, () => {
    using at = scene();
    {
      using view = open(at.memory, LATER_MS, portable);
      view.state(view.track(at.path));
    }
    Deno.writeTextFileSync(at.path, "#include <y.h>\n");
    Deno.utimeSync(at.path, OLD, OLD);
    using view = open(at.memory, LATER_MS, portable);
    assert.equal(view.state(view.track(at.path)), digestText("#include <y.h>\n"));
  });

  Deno.test(`${name} neither remembers nor believes a digest of a racily young file`, () => {
    using at = scene();
    {
      using view = open(at.memory, Date.now(), portable);
      view.state(view.track(at.path));
    }
    assert.equal(at.memory.entries.size, 0);
    {
      using view = open(at.memory, LATER_MS, portable);
      view.state(view.track(at.path));
    }
    forge(at.memory, at.path);
    const entry = at.memory.entries.get(at.path);
    assert.ok(entry !== undefined);
    at.memory.put(at.path, { ...entry, hashedAtNs: entry.ctimeNs });
    using view = open(at.memory, LATER_MS, portable);
    assert.equal(view.state(view.track(at.path)), digestText("#include <x.h>\n"));
  });
}

Deno.test("the view reads after an event about the bytes, whatever the memory says", () => {
  using at = scene();
  using view = open(at.memory, LATER_MS);
  const id = view.track(at.path);
  view.state(id);
  Deno.utimeSync(at.path, OLD, OLD);
  view.barrier();
  view.state(id);
  forge(at.memory, at.path);
  Deno.openSync(at.path, { write: true }).close();
  view.barrier();
  assert.equal(view.state(id), digestText("#include <x.h>\n"));
});

Deno.test("the view blanks comments outside the plain folders only", () => {
  using at = scene();
  const text = "int a; // note\n";
  Deno.writeTextFileSync(at.path, text);
  const folder = at.path.slice(0, at.path.lastIndexOf("/") + 1);
  for (const [plainFolders, blanked] of [[[], "int a;\n"], [[folder], text]] as const) {
    using view = openFileView({ watch: false, plainFolders });
    const state = digestText(text);
    assert.equal(view.state(view.track(at.path)), state);
    assert.equal(view.facts(state)?.blanked, digestText(blanked));
  }
});

Deno.test("the view searches no large Rust source for what counts in C, and takes all of that to be there", () => {
  using at = scene();
  using view = openFileView({ watch: false });
  const rust = at.path.replace(/a\.h$/, "lib.rs");
  for (const [lines, isSearched] of [[1, true], [200, false]] as const) {
    const text = "fn f() {} // note\n".repeat(lines);
    Deno.writeTextFileSync(rust, text);
    view.barrier();
    const state = view.state(view.track(rust));
    assert.equal(state, digestText(text));
    assert.equal(view.facts(digestText(text))?.usesTime, !isSearched);
    assert.equal(view.facts(digestText(text))?.blanked === state, !isSearched);
  }
});

Deno.test("the view takes a large library for what it is, whatever stands in it", () => {
  using at = scene();
  const bytes = new Uint8Array(3 * 1024 * 1024 + 7).fill(0x2f);
  bytes.set(new TextEncoder().encode("!<arch>\n"));
  bytes.set(new TextEncoder().encode(" __TIME__ "), bytes.length - 20);
  Deno.writeFileSync(at.path, bytes);
  using view = openFileView({ watch: false });
  const state = digestBytes(bytes);
  assert.equal(view.state(view.track(at.path)), state);
  assert.equal(view.facts(state)?.usesTime, false);
});

/** A compiled file, its copy, and the expectation that it is one, under a digest that reading would not give. */
function copyScene(view: FileView, { head = "\x7fELF", isAsked = false, seenAtMs = 0 } = {}) {
  const root = Deno.realPathSync(Deno.makeTempDirSync());
  const bytes = new Uint8Array(600_000).fill(7);
  bytes.set(new TextEncoder().encode(head));
  const [original, copy] = [`${root}/original`, `${root}/copy`];
  for (const path of [original, copy]) Deno.writeFileSync(path, bytes);
  let isWhole = true;
  const path = isAsked ? () => isWhole ? original : undefined : original;
  const seen = seenAtMs === 0 ? undefined : { identity: identityAt(copy), atMs: seenAtMs };
  const expected = { digest: digestText("forged"), path, size: bytes.length, seen };
  view.expectCopy(copy, expected);
  return {
    original,
    copy,
    bytes,
    /** Of an original that is asked for: it isn't what it was any more. */
    spoil: () => isWhole = false,
    /** Whether the copy is what it was expected to be, without having been hashed. */
    isTaken: () => view.state(view.track(copy)) === expected.digest,
    isHashed: () => view.state(view.track(copy)) === digestBytes(Deno.readFileSync(copy)),
    [Symbol.dispose]: () => Deno.removeSync(root, { recursive: true }),
  };
}

for (const portable of [false, true]) {
  const name = portable ? "the portable view" : "the view";
  Deno.test(`${name} compares a copy with its original before it hashes`, () => {
    using view = open(new Memory(), LATER_MS, portable);
    using at = copyScene(view);
    assert.ok(at.isTaken());
    assert.equal(view.facts(digestText("forged"))?.usesTime, false);
    Deno.writeFileSync(at.copy, at.bytes.with(at.bytes.length - 1, 8));
    // all this takes less than a tick of the clock that makes stamps
    Deno.utimeSync(at.copy, 1, 1);
    view.barrier();
    assert.ok(at.isHashed());
  });

  Deno.test(`${name} asks where the original is when it's about to compare, and hashes where there is none`, () => {
    for (const isWhole of [true, false]) {
      using view = open(new Memory(), LATER_MS, portable);
      using at = copyScene(view, { isAsked: true });
      if (!isWhole) at.spoil();
      assert.ok(isWhole ? at.isTaken() : at.isHashed());
    }
    using young = open(new Memory(), Date.now(), portable);
    using at = copyScene(young, { isAsked: true });
    assert.ok(at.isHashed(), "it may have changed since");
  });

  Deno.test(`${name} hashes what is no copy, or may be none`, () => {
    const edits: Readonly<Record<string, (at: ReturnType<typeof copyScene>) => void>> = {
      "another last byte": ({ copy, bytes }) => Deno.writeFileSync(copy, bytes.with(bytes.length - 1, 8)),
      "one byte more": ({ copy }) => Deno.writeTextFileSync(copy, "x", { append: true }),
      "no original": ({ original }) => Deno.removeSync(original),
      "an original that became longer": ({ original }) =>
        Deno.writeTextFileSync(original, "x", { append: true }),
    };
    for (const [what, edit] of Object.entries(edits)) {
      using view = open(new Memory(), LATER_MS, portable);
      using at = copyScene(view);
      edit(at);
      assert.ok(at.isHashed(), what);
    }
  });

  Deno.test(`${name} hashes where the original may have changed since, or the content is text`, () => {
    using young = open(new Memory(), Date.now(), portable);
    using at = copyScene(young);
    assert.ok(at.isHashed());
    using view = open(new Memory(), LATER_MS, portable);
    using text = copyScene(view, { head: "#include <x.h>\n" });
    assert.ok(text.isHashed());
  });
}

testWith(["linux"], "the view takes a file that was seen to have a content without comparing it", () => {
  using view = open(new Memory(), LATER_MS);
  using at = copyScene(view, { seenAtMs: LATER_MS });
  Deno.removeSync(at.original);
  assert.ok(at.isTaken());
  // all this takes less than a tick of the clock that makes stamps
  Deno.utimeSync(at.copy, 1, 1);
  view.barrier();
  assert.ok(at.isHashed());
});

testWith(
  ["linux"],
  "the view looks into a file that isn't the one that was seen, or was too young then",
  () => {
    const edits: Readonly<Record<string, (at: ReturnType<typeof copyScene>) => void>> = {
      "other stamps": ({ copy }) => Deno.utimeSync(copy, 1, 1),
      "another file": ({ copy, original }) => Deno.copyFileSync(original, `${copy}.new`),
    };
    for (const [what, edit] of Object.entries(edits)) {
      using view = open(new Memory(), LATER_MS);
      using at = copyScene(view, { seenAtMs: LATER_MS });
      edit(at);
      if (what === "another file") Deno.renameSync(`${at.copy}.new`, at.copy);
      Deno.removeSync(at.original);
      assert.ok(at.isHashed(), what);
    }
    using view = open(new Memory(), LATER_MS);
    using at = copyScene(view, { seenAtMs: Date.now() - 5 });
    Deno.removeSync(at.original);
    assert.ok(at.isHashed(), "it may have been written to since, within a tick of the clock");
  },
);
