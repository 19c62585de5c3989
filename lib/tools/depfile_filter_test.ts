import assert from "node:assert/strict";
import { filterDepfile } from "./depfile_filter.ts";

Deno.test("filterDepfile() gives up on a file that is wrapped by other rules", () => {
  assert.equal(filterDepfile("gcc", "a.o: a.c \\\n b.h\n", () => true), undefined);
  assert.equal(filterDepfile("clang", "a.o: a.c  b.h\n", () => true), undefined);
  assert.equal(filterDepfile("gcc", "nonsense", () => true), undefined);
});
