import assert from "node:assert/strict";
import { type HeaderEvidence, systemHeaders } from "./header_classes.ts";

const NOTHING = { systemHeaderPragma: false, computedInclude: false, includes: [] };
const EVIDENCE: HeaderEvidence = {
  source: "a.c",
  inputs: ["a.c", "mine.txt"],
  forcedIncludes: ["pre.h"],
  userFolders: ["/inc"],
  systemFolders: ["/usr/include", "/inc/third"],
  realPath: (path) => path.startsWith("/") ? path : path === "." ? "/w" : `/w/${path}`,
  facts: () => NOTHING,
};

Deno.test("systemHeaders() tells headers by their folders", () => {
  const found = systemHeaders(["a.c", "/usr/include/pre.h", "b.h", "/usr/include/x.h", "/inc/y.h"], EVIDENCE);
  assert.deepEqual([...found ?? []], ["/usr/include/pre.h", "/usr/include/x.h"]);
});

Deno.test("systemHeaders() leaves out clang's own special-case lists and keeps the user's", () => {
  const found = systemHeaders(["mine.txt", "/usr/share/asan.txt", "a.c", "b.h"], EVIDENCE);
  assert.deepEqual([...found ?? []], ["/usr/share/asan.txt"]);
});

const DOUBTFUL:
  readonly (readonly [why: string, prerequisites: readonly string[], changes?: Partial<HeaderEvidence>])[] = [
    ["the source is not listed", ["b.h"]],
    ["a precompiled header", ["a.c", "b.h.gch"]],
    ["a folder that nobody searches", ["a.c", "/nowhere/x.h"]],
    ["a folder of both kinds", ["a.c", "/inc/third/x.h"]],
    ["a header that can't be read", ["a.c", "b.h"], { facts: () => undefined }],
    ["a header that calls itself a system header", ["a.c", "b.h"], {
      facts: (path) => ({ ...NOTHING, systemHeaderPragma: path === "b.h" }),
    }],
    ["a system header that includes a macro", ["a.c", "b.h", "/usr/include/x.h"], {
      facts: (path) => ({ ...NOTHING, computedInclude: path === "/usr/include/x.h" }),
    }],
    ["a system header that may include the user's", ["a.c", "b.h", "/usr/include/x.h"], {
      facts: (path) => ({ ...NOTHING, includes: path === "/usr/include/x.h" ? ['"b.h'] : [] }),
    }],
  ];
for (const [why, prerequisites, changes] of DOUBTFUL) {
  Deno.test(`systemHeaders() gives up: ${why}`, () => {
    assert.equal(systemHeaders(prerequisites, { ...EVIDENCE, ...changes }), undefined);
  });
}
