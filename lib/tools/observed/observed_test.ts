import assert from "node:assert/strict";
import { type Call, detectTool, type ObservedPlan, parseCall, type ToolFamily } from "../mod.ts";
import { databaseEntries } from "./compile_database.ts";

interface Around {
  readonly env?: Record<string, string>;
  readonly files?: Record<string, string>;
  readonly isScript?: boolean;
  readonly cwd?: string;
}

function parse(words: string, { env = {}, files = {}, isScript = false, cwd = "/w" }: Around = {}) {
  const [name = "", ...args] = words.split(" ");
  const family = detectTool(`/usr/bin/${name}`, name) as ToolFamily;
  const call: Call = {
    name,
    args,
    cwd,
    env: new Map(Object.entries(env)),
    terminal: { stderr: false, columns: 0 },
    isScript,
  };
  return parseCall(family, call, (path) => files[path]);
}

function plan(words: string, around: Around = {}): ObservedPlan {
  const parsed = parse(words, around);
  assert.equal(parsed.kind, "observed", JSON.stringify(parsed));
  return parsed as ObservedPlan;
}

function key(words: string, around: Around = {}): string {
  return plan(words, around).recipe.digest();
}

const REFUSED: readonly (readonly [words: string, reason: string, env?: Record<string, string>])[] = [
  ["gcc a.o -o p -Wl,--build-id=uuid", "random"],
  ["ld a.o --build-id=uuid -o p", "random"],
  ["gcc a.o -v", "information"],
  ["as --version", "information"],
  ["as -o a.o", "stdin-source"],
  ["as - -o a.o", "stdin-source"],
  ["as -al=list a.s", "unknown-option"],
  ["as --MD a.d a.s", "unknown-option"],
  ["x86_64-w64-mingw32-as a.s -o /dev/null", "special-output"],
  ["as a.s", "environment", { AS_SECURE_LOG_FILE: "x" }],
  ["gfortran -c a.f90", "unsupported-language"],
  ["clang --precompile a.cppm -o a.pcm", "modules"],
  ["gcc a.o -Wl,-t", "information"],
  ["gcc a.o -Wl,--gc-sections,--print-map", "information"],
  ["gcc a.o -o /dev/null", "special-output"],
  ["gcc a.o @none.rsp", "response-file"],
  ["x86_64-w64-mingw32-gcc a.o -o a.exe", "output-time"],
  ["lld-link a.obj", "output-time"],
  ["ar rcsU a.a a.o", "output-time"],
  ["ranlib -U a.a", "output-time"],
  ["ar t a.a", "no-compile"],
  ["ar x a.a", "no-compile"],
  ["ar d a.a a.o", "no-compile"],
  // GNU's, which runs compilers
  ["libtool --mode=link gcc -static -o a.la a.lo", "no-compile"],
  ["libtool -dynamic -o a.dylib a.o", "no-compile"],
  ["libtool -static -filelist list -o a.a", "unknown-option"],
  ["libtool -static -U -o a.a a.o", "output-time"],
  ["ar -M", "stdin-source"],
  ["ar --mystery rcs a.a", "unknown-option"],
  ["clang-tidy --version", "information"],
  ["clang-tidy --enable-check-profile a.cpp --", "time-trace"],
  ["clang-tidy - --", "stdin-source"],
  ["rustfmt", "stdin-source"],
  ["rustfmt --edition 2021 --config-path other", "stdin-source"],
  ["rustfmt --check -", "stdin-source"],
  ["rustfmt --backup a.rs", "input-rewritten"],
  ["rustfmt --check -lv a.rs", "time-trace"],
  ["rustfmt +nightly --print-config=default all.toml", "information"],
  ["emcc --show-ports", "information"],
  ["emcc -x c - -o a.js", "stdin-source"],
];

for (const [words, reason, env] of REFUSED) {
  Deno.test(`parseCall() refuses to observe ${words}: ${reason}`, () => {
    const parsed = parse(words, { env: env ?? {} });
    assert.equal(parsed.kind === "uncacheable" ? parsed.reason : parsed.kind, reason);
  });
}

const TAKEN: readonly (readonly [words: string, work: string, env?: Record<string, string>])[] = [
  ["gcc a.o -o p", "links"],
  ["clang++ a.cpp b.o -o p", "links"],
  ["gcc -shared a.o -o a.so -Wl,-Map,a.map", "links"],
  ["ld.lld a.o -o p", "links"],
  ["wasm-ld a.o -o a.wasm", "links"],
  ["x86_64-w64-mingw32-gcc a.o -o a.exe -Wl,--no-insert-timestamp", "links"],
  ["x86_64-w64-mingw32-gcc a.o -o a.exe", "links", { SOURCE_DATE_EPOCH: "1" }],
  ["ar rcs a.a a.o", "links"],
  ["llvm-ar-14 --thin rcs a.a a.o", "links"],
  ["ranlib a.a", "links"],
  ["clang-tidy a.cpp --", "compilations"],
  ["iwyu -c a.cpp", "compilations"],
  ["rustfmt --check a.rs", "compilations"],
  ["emcc -c a.c", "compilations"],
  ["em++ a.o -o a.js", "links"],
];

for (const [words, work, env] of TAKEN) {
  Deno.test(`parseCall() observes ${words}`, () => {
    assert.equal(plan(words, { env: env ?? {} }).work, work);
  });
}

Deno.test("a response file counts by what it says", () => {
  const files = { "/w/one.rsp": "a.o -o p", "/w/two.rsp": "a.o  -o p", "/w/three.rsp": "b.o -o p" };
  assert.equal(key("gcc @one.rsp", { files }), key("gcc @two.rsp", { files }));
  assert.notEqual(key("gcc @one.rsp", { files }), key("gcc @three.rsp", { files }));
  assert.deepEqual(plan("gcc @one.rsp", { files }).parsedFrom, ["/w/one.rsp"]);
});

Deno.test("a compiled tool's key has the variables it heeds, a script's all but noise", () => {
  const other = (isScript: boolean, env: Record<string, string>) => key("gcc a.o", { isScript, env });
  assert.equal(other(false, { FLAVOUR: "1" }), other(false, {}));
  assert.notEqual(other(true, { FLAVOUR: "1" }), other(true, {}));
  assert.equal(other(true, { SSH_TTY: "1", MAKEFLAGS: "j" }), other(true, {}));
  for (const name of ["PATH", "LIBRARY_PATH", "LD_LIBRARY_PATH", "SOURCE_DATE_EPOCH", "LANG"]) {
    assert.notEqual(other(false, { [name]: "x" }), other(false, {}), name);
  }
});

Deno.test("an archive that is added to is an input and an output", () => {
  assert.deepEqual(plan("ar rcs lib.a a.o").updates, ["lib.a"]);
  assert.deepEqual(plan("ranlib lib.a").updates, ["lib.a"]);
});

Deno.test("a source that rustfmt may rewrite is an input and an output", () => {
  const files = (words: string) => [plan(words).reads, plan(words).updates];
  assert.deepEqual(files("rustfmt --edition 2021 a.rs b.rs"), [["a.rs", "b.rs"], ["a.rs", "b.rs"]]);
  assert.deepEqual(files("rustfmt --emit files a.rs"), [["a.rs"], ["a.rs"]]);
  assert.deepEqual(files("rustfmt --emit=stdout a.rs"), [["a.rs"], []]);
  assert.deepEqual(files("rustfmt +nightly --check a.rs -- -b.rs"), [["a.rs", "-b.rs"], []]);
  for (const name of ["RUSTUP_TOOLCHAIN", "XDG_CONFIG_HOME", "TERM", "CARGO_HOME"]) {
    assert.notEqual(key("rustfmt a.rs", { env: { [name]: "x" } }), key("rustfmt a.rs"), name);
  }
});

const DATABASE = JSON.stringify([
  { directory: "/w/build", command: "c++ -c ../a.cpp", file: "../a.cpp" },
  { directory: "/w/build", command: "c++ -c ../b.cpp", file: "/w/b.cpp" },
]);

Deno.test("of a compilation database the entries of the sources count", () => {
  const read = (path: string) => path === "/w/build/compile_commands.json" ? DATABASE : undefined;
  const of = (sources: string[], args = ["-p", "build"]) =>
    databaseEntries({ args, sources, cwd: "/w" }, read);
  assert.deepEqual(of(["a.cpp"]).map(({ entries }) => entries.length), [1]);
  assert.deepEqual(of(["a.cpp", "./b.cpp"], ["-p=build"]).map(({ entries }) => entries.length), [2]);
  assert.deepEqual(of(["c.cpp"]), [], "guessed from all others: all of it counts");
  assert.deepEqual(of(["a.cpp"], []), [], "none above the source");
});

Deno.test("an edit of another source's entry leaves a clang-tidy key alone", () => {
  const keyWith = (text: string) =>
    key("clang-tidy -p build a.cpp", { files: { "/w/build/compile_commands.json": text } });
  assert.equal(keyWith(DATABASE), keyWith(DATABASE.replace("-c ../b.cpp", "-O2 -c ../b.cpp")));
  assert.notEqual(keyWith(DATABASE), keyWith(DATABASE.replace("-c ../a.cpp", "-O2 -c ../a.cpp")));
  assert.equal(keyWith("no list"), keyWith("[]"), "what is wrong with it, the tool says");
});
