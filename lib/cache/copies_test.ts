import assert from "node:assert/strict";
import { type Digest, digestText } from "../core/mod.ts";
import { FakeFileView } from "../files/fake.ts";
import type { Original } from "../files/mod.ts";
import type { ReadyResult } from "../store/mod.ts";
import { Copies } from "./copies.ts";
import { Paths } from "./paths.ts";
import { Writers } from "./writers.ts";

class NotingView extends FakeFileView {
  readonly expected = new Map<string, Original>();

  override expectCopy(path: string, original: Original): void {
    this.expected.set(path, original);
  }
}

const RESULT = digestText("result");
const LARGE = 1e6;

/** A result of a large object, a small one and an inline one. */
function ready(): ReadyResult {
  const blobs = [["object", LARGE], ["small", 100]] as const;
  return {
    result: {
      exit: 0,
      toolMs: 1,
      stdout: new Uint8Array(),
      stderr: new Uint8Array(),
      files: [
        ...blobs.map(([role, size]) => ({ role, mode: 0o644, size, blob: digestText(role) })),
        { role: "depfile", mode: 0o644, size: 1, inline: new Uint8Array(1) },
      ],
    },
    files: [
      ...blobs.map(([role]) => ({ role, mode: 0o644, from: `/root/${role}` })),
      { role: "depfile", mode: 0o644, inline: new Uint8Array(1) },
    ],
  };
}

function scene() {
  const view = new NotingView();
  const paths = new Paths(view);
  const stored = new Map<Digest, ReadyResult>([[RESULT, ready()]]);
  const store = { ready: (digest: Digest) => stored.get(digest) };
  const copies = new Copies({ view, store, paths, writers: new Writers(paths) });
  const unit = { cwd: "/w", destination: (role: string) => `out/${role}.o` };
  return { view, copies, stored, unit };
}

for (
  const [kind, size, isExpected] of [["compile", LARGE, true], ["observed", 0, true], [
    "compile",
    100,
    false,
  ]] as const
) {
  Deno.test(`Copies expect ${isExpected ? "" : "no "}copies of what a ${kind} of ${size} bytes filed`, () => {
    const { view, copies, stored, unit } = scene();
    copies.filed({ kind, unit }, { outputs: size === 0 ? [] : [{ size, mode: 0o644 }] }, RESULT);
    assert.deepEqual([...view.expected.keys()], isExpected ? ["/w/out/object.o"] : []);
    const original = view.expected.get("/w/out/object.o");
    if (original === undefined) return;
    assert.equal(original.digest, digestText("object"));
    assert.equal(original.size, LARGE);
    const { path } = original;
    assert.ok(typeof path === "function");
    assert.equal(path(), "/root/object");
    stored.clear();
    assert.equal(path(), undefined, "the result is not whole any more");
  });
}
