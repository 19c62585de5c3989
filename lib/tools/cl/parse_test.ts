import assert from "node:assert/strict";
import type { Reason } from "../../core/mod.ts";
import type { Call, Plan } from "../mod.ts";
import { CLANG_CL } from "./manner.ts";
import { CL_OPTIONS } from "./options.ts";
import { parseCl } from "./parse.ts";

const FILES: Readonly<Record<string, string>> = { "/w/args.rsp": String.raw`/DPATH=\"c:\x\" "/I a b" a.c` };

function parse(args: string | readonly string[], env: Readonly<Record<string, string>> = {}) {
  const call: Call = {
    name: "clang-cl",
    args: typeof args === "string" ? args.split(" ") : args,
    cwd: "/w",
    env: new Map(Object.entries(env)),
    terminal: { stderr: false, columns: 0 },
  };
  return parseCl(call, (path) => FILES[path], CLANG_CL);
}

function plan(args: string | readonly string[]): Plan {
  const parsed = parse(args);
  assert.equal(parsed.kind, "plan", JSON.stringify(parsed));
  return parsed as Plan;
}

const REFUSED: readonly (readonly [args: string, reason: Reason])[] = [
  ["a.c /Brepro", "called-for-link"],
  ["/c a.c", "output-time"],
  ["/c a.c b.c /Brepro", "multiple-sources"],
  ["/c a.obj /Brepro", "no-compile"],
  ["/c /Brepro", "no-compile"],
  ["/c a.c /Brepro /Z7", "unknown-option"],
  ["/c a.c /Brepro /Zi /mystery", "unknown-option"],
  ["/c a.c /Brepro /showIncludes:user", "unknown-option"],
  ["/E a.c", "preprocess-only"],
  ["/Zs a.c", "syntax-only"],
  ["/c a.c /Brepro /Yufoo.h", "pch-input"],
  ["/c a.c /Brepro /Fax.asm", "unknown-option"],
  ["/c a.cppm /Brepro", "modules"],
  ["/c m.m /Brepro", "unsupported-language"],
  ["/c a.c /Brepro -Xclang -load", "unknown-option"],
  ["/c a.c /Brepro @gone", "response-file"],
  ["/c - /Brepro", "stdin-source"],
];
for (const [args, reason] of REFUSED) {
  Deno.test(`parseCl() refuses ${args}: ${reason}`, () => {
    const parsed = parse(args);
    assert.equal(parsed.kind === "uncacheable" ? parsed.reason : "a plan", reason);
  });
}

Deno.test("parseCl() refuses variables that add arguments", () => {
  for (const name of ["CL", "_CL_"]) {
    const parsed = parse("/c a.c /Brepro", { [name]: "" });
    assert.deepEqual(parsed, { kind: "uncacheable", reason: "environment", detail: name });
  }
});

Deno.test("parseCl() names the object as cl does", () => {
  for (
    const [args, path] of [
      ["/c src/a.c", "a.obj"],
      ["/c a.b.c /Foout/", "out/a.b.obj"],
      ["/c a.c /Foout/x", "out/x.obj"],
      ["/c a.c /Fo:out/x.o", "out/x.o"],
      ["-c a.c -o x.obj", "x.obj"],
    ] as const
  ) {
    assert.deepEqual(plan(`${args} /Brepro`).outputs, [{ role: "object", path, required: true }], args);
  }
});

Deno.test("parseCl() takes slashes for dashes, languages for all sources and response files by Windows' rules", () => {
  const slashed = plan("/c /Brepro /DX=1 /Idir /EHsc a.c /TP");
  assert.equal(slashed.language, "c++");
  assert.deepEqual(slashed.search.angle, ["dir"]);
  assert.deepEqual(slashed.runArgs("/d"), [
    ..."/c /Brepro /DX=1 /Idir /EHsc a.c /TP".split(" "),
    "/clang:-MD",
    "/clang:-MF/d",
  ]);
  assert.deepEqual(plan("/c /Brepro @args.rsp").search.angle, [" a b"]);
  assert.ok(
    plan("/c /Brepro @args.rsp").recipe.facts.some(([, value]) => value === String.raw`/DPATH="c:\x"`),
  );
});

Deno.test("parseCl() adds nothing where the object holds the arguments: the compiler lists what it read", () => {
  const debug = plan("/c a.c /Brepro /Z7 /showIncludes");
  assert.equal(debug.discovery.how, "listed-includes");
  assert.deepEqual(debug.runArgs("/d"), "/c a.c /Brepro /Z7 /showIncludes".split(" "));
  assert.ok(debug.commentsCount && debug.definesCount);
});

Deno.test("cl's options are each spelled with a dash", () => {
  for (const name of CL_OPTIONS.names()) assert.match(name, /^-/);
});
