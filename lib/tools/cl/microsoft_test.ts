// Microsoft's cl.exe is run by no test: these show how its commands and answers are read by unit tests alone.
import assert from "node:assert/strict";
import type { Reason } from "../../core/mod.ts";
import { type Call, detectTool, parseCall, parseProbe, type Plan, probeArguments } from "../mod.ts";

const CMAKE = "/nologo /TP /DWIN32 /D_WINDOWS /W3 /GR /EHsc /Ob0 /Od /RTC1 -MDd /showIncludes /Fdout/ /FS";

function parse(args: string, env: Readonly<Record<string, string>> = {}, isScript = false) {
  const call: Call = {
    name: "cl.exe",
    args: args.split(" "),
    cwd: "/w",
    env: new Map(Object.entries(env)),
    terminal: { stderr: false, columns: 0 },
    isScript,
  };
  return parseCall("msvc", call, () => undefined);
}

function plan(args: string, env: Readonly<Record<string, string>> = {}): Plan {
  const parsed = parse(args, env);
  assert.equal(parsed.kind, "plan", JSON.stringify(parsed));
  return parsed as Plan;
}

function keyOf(args: string, env: Readonly<Record<string, string>> = {}): string {
  return plan(args, env).recipe.digest();
}

Deno.test("by unit test alone: cl.exe is known by its name", () => {
  for (const name of ["cl", "cl.exe", "CL.EXE", "C:/VC/bin/cl.exe"]) {
    assert.equal(detectTool("/x/cl.exe", name), "msvc", name);
  }
  for (const name of ["clx", "ecl", "x-cl"]) assert.equal(detectTool(`/x/${name}`, name), undefined, name);
});

Deno.test("by unit test alone: cl.exe's command of CMake is read", () => {
  const found = plan(`${CMAKE} /Z7 /Brepro /Foout/dir/a.cpp.obj -c src/a.cpp`);
  assert.deepEqual([found.family, found.source, found.language], ["msvc", "src/a.cpp", "c++"]);
  assert.deepEqual(found.outputs.map(({ path }) => path), ["out/dir/a.cpp.obj"]);
  assert.deepEqual(found.discovery, { how: "listed-includes" });
  assert.deepEqual(found.runArgs("/d").at(-1), "src/a.cpp");
  assert.ok(found.searchesIncluders && found.commentsCount && found.definesCount);
  assert.equal(plan("/c a.c /showIncludes /experimental:deterministic").outputs[0]?.path, "a.obj");
});

const GOOD = "/c a.c /Brepro /showIncludes";
const REFUSED: readonly (readonly [args: string, reason: Reason])[] = [
  ["/c a.c /showIncludes", "output-time"],
  ["/c a.c /Brepro", "includes-not-listed"],
  [`${GOOD} /Zi`, "shared-pdb"],
  [`${GOOD} /ZI`, "shared-pdb"],
  [`${GOOD} /Zi /Zf`, "shared-pdb"],
  [`${GOOD} /Ycx.h`, "pch-input"],
  [`${GOOD} /Yux.h /Fpx.pch`, "pch-input"],
  [`${GOOD} /MP b.c`, "multiple-sources"],
  [`${GOOD} /std:c++20`, "modules"],
  [`${GOOD} /std:c++latest`, "modules"],
  [`${GOOD} /experimental:module`, "unknown-option"],
  [`${GOOD} /clr`, "unknown-option"],
  [`${GOOD} -Xclang -g`, "unknown-option"],
  [`${GOOD} --target=x86_64-linux`, "unknown-option"],
  [`${GOOD} /FAs`, "unknown-option"],
  [`${GOOD} @gone.rsp`, "response-file"],
  ["/E a.c", "preprocess-only"],
  ["a.c /Brepro /showIncludes", "called-for-link"],
];
for (const [args, reason] of REFUSED) {
  Deno.test(`by unit test alone: cl.exe ${args} is ${reason}`, () => {
    const parsed = parse(args);
    assert.equal(parsed.kind === "uncacheable" ? parsed.reason : parsed.kind, reason);
  });
}

Deno.test("by unit test alone: variables that cl.exe heeds refuse, count, or are searched", () => {
  for (const name of ["CL", "_CL_", "VS_UNICODE_OUTPUT"]) {
    const parsed = parse(GOOD, { [name]: "" });
    assert.deepEqual(parsed, { kind: "uncacheable", reason: "environment", detail: name });
  }
  for (const name of ["INCLUDE", "EXTERNAL_INCLUDE", "LIB", "LIBPATH", "VSLANG"]) {
    assert.notEqual(keyOf(GOOD, { [name]: "x" }), keyOf(GOOD), name);
  }
  assert.equal(keyOf(GOOD, { TMP: "x" }), keyOf(GOOD));
  const { search } = plan(`${GOOD} /Ione /external:I two`, {
    INCLUDE: "/vc:/sdk",
    EXTERNAL_INCLUDE: "/more",
  });
  assert.deepEqual([search.angle, search.system], [["one", "two"], ["/vc", "/sdk", "/more"]]);
});

Deno.test("by unit test alone: every object of cl.exe's names itself", () => {
  assert.notEqual(keyOf(`${GOOD} /Foone.obj`), keyOf(`${GOOD} /Fotwo.obj`));
});

Deno.test("by unit test alone: a script that is called cl is none", () => {
  assert.deepEqual(parse(GOOD, {}, true), {
    kind: "uncacheable",
    reason: "opaque-wrapper",
    detail: "cl.exe",
  });
});

Deno.test("by unit test alone: cl.exe tells its version where it has nothing to do, in any language", () => {
  assert.deepEqual(probeArguments(plan(GOOD).probe), [[], []]);
  const banners = [
    ["Microsoft (R) C/C++ Optimizing Compiler Version 19.38.33133 for x64", "x64"],
    ["Microsoft (R) C/C++-Optimierungscompiler Version 19.29.30147 für x86", "x86"],
    ["用于 ARM64 的 Microsoft (R) C/C++ 优化编译器 19.34.31937 版", "ARM64"],
  ] as const;
  for (const [banner, target] of banners) {
    const text =
      `${banner}\r\nCopyright (C) Microsoft Corporation.\r\n\r\nusage: cl [ option... ] filename...\r\n`;
    const probed = parseProbe("msvc", [text, text]);
    assert.deepEqual([probed?.version, probed?.target], [banner, target]);
    assert.deepEqual(probed?.beside?.needed, ["c1.dll", "c1xx.dll", "c2.dll"]);
    assert.ok(probed?.beside?.optional.includes("1033/clui.dll"));
  }
  for (const text of ["", "cl: Common Lisp 2.1.3\n", "Microsoft (R) C/C++ Optimizing Compiler\n"]) {
    assert.equal(parseProbe("msvc", [text, text]), undefined, text);
  }
});
