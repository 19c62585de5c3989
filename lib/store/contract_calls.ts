import assert from "node:assert/strict";
import { digestText } from "../core/mod.ts";
import type { Test } from "./contract.ts";
import { MAX_CALLS_PER_SOURCE, type StoredCall } from "./store.ts";

/** What every store promises of the calls that are noted in it. */
export function callContract(test: Test): void {
  test("calls are kept by source and base, the latest first, a bounded number", ({ store }) => {
    const source = "/p/src/main.c";
    const call = (at: number, parts: Partial<StoredCall> = {}): StoredCall => ({
      base: digestText(`base ${at}`),
      context: digestText(`context ${at}`),
      toolchain: digestText("gcc"),
      own: [[source, digestText("text")]],
      facts: [["arg", "-O2"], ["source", "src/main.c"], ["arg", `-D${at}`], ["output", "main.o"], [
        "arg",
        "-O2",
      ]],
      atMs: 1000 + at,
      ...parts,
    });
    assert.deepEqual(store.calls(source), []);
    store.noteCall(source, call(1, { facts: undefined }));
    assert.deepEqual(store.calls(source), [], "without facts there is nothing to compare with");
    for (let at = 1; at <= MAX_CALLS_PER_SOURCE + 1; at++) store.noteCall(source, call(at));
    store.noteCall("/p/other.c", call(1));
    assert.deepEqual(
      store.calls(source),
      Array.from({ length: MAX_CALLS_PER_SOURCE }, (_, i) => call(MAX_CALLS_PER_SOURCE + 1 - i)),
    );
    const renewed = call(3, { context: digestText("context 3b"), own: [[source, "absent"]], atMs: 5000 });
    store.noteCall(source, { ...renewed, facts: undefined });
    assert.deepEqual(store.calls(source)[0], renewed);
    assert.equal(store.calls(source).length, MAX_CALLS_PER_SOURCE);
    store.noteCall("/p/src/lib.rs", call(1));
    assert.deepEqual(store.sources(["arg", "-O2"]), ["/p/other.c", "/p/src/lib.rs", source]);
    assert.deepEqual(store.sources(["arg", "-D1"]), ["/p/other.c", "/p/src/lib.rs"], "the oldest call went");
    assert.deepEqual([store.sources(["arg", "-O"]), store.sources(["label", "-O2"])], [[], []]);
  });
}
