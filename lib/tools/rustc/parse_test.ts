import assert from "node:assert/strict";
import { PathMap, type Reason } from "../../core/mod.ts";
import type { Call } from "../mod.ts";
import { macroEnvironment } from "./environment.ts";
import type { CratePlan } from "./plan.ts";
import { parseRustc } from "./parse.ts";

interface Around {
  readonly name?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly noInput?: boolean;
  readonly roots?: PathMap;
}

function parse(args: string, around: Around = {}) {
  const call: Call = {
    name: around.name ?? "rustc",
    args: args.split(" "),
    cwd: "/w",
    env: new Map(Object.entries(around.env ?? {})),
    terminal: { stderr: false, columns: 0 },
    noInput: around.noInput ?? true,
    roots: around.roots,
  };
  return parseRustc(call, (path) => around.files?.[path]);
}

function plan(args: string, around: Around = {}): CratePlan {
  const parsed = parse(args, around);
  assert.equal(parsed.kind, "crate", JSON.stringify(parsed));
  return parsed as CratePlan;
}

const LIB = "--crate-name q --crate-type lib src/q.rs";

const REFUSED: readonly (readonly [args: string, reason: Reason])[] = [
  ["--crate-name q --crate-type lib", "no-compile"],
  ["src/q.rs", "no-crate-name"],
  ["--crate-name q src/q.rs", "no-crate-name"],
  ["--crate-name q --crate-type lib -", "stdin-source"],
  [`${LIB} other.rs`, "multiple-sources"],
  [`${LIB} --mystery`, "unknown-option"],
  [`${LIB} -C mystery=1`, "unknown-option"],
  [`${LIB} -Z self-profile`, "time-trace"],
  [`${LIB} -Z dump-mir=all`, "unknown-option"],
  [`${LIB} -C save-temps`, "save-temps"],
  [`${LIB} -C llvm-args=-load=x.so`, "unknown-option"],
  [`${LIB} -Z codegen-backend=./mine.so`, "unknown-option"],
  [`${LIB} --emit=metadata=-`, "stdout-output"],
  [`${LIB} --emit=metadata -o /dev/null`, "special-output"],
  [`${LIB} --print link-args`, "information"],
  ["--crate-name q --crate-type cdylib q.rs --target x86_64-pc-windows-msvc", "unsupported-target"],
  ["--crate-name q --test q.rs --target my-linux.json", "unsupported-target"],
  ["@missing", "response-file"],
];
for (const [args, reason] of REFUSED) {
  Deno.test(`parseRustc() refuses ${args}`, () => {
    const parsed = parse(args);
    assert.equal(parsed.kind === "uncacheable" ? parsed.reason : parsed.kind, reason);
  });
}

const OUTPUTS: readonly (readonly [args: string, outputs: readonly string[]])[] = [
  [LIB, ["rlib=libq.rlib"]],
  [`${LIB} --emit=dep-info,metadata,link --out-dir t -C extra-filename=-1`, [
    "depfile=t/q-1.d",
    "metadata=t/libq-1.rmeta",
    "rlib=t/libq-1.rlib",
  ]],
  [`${LIB} --emit=metadata=x/y.rmeta,dep-info`, ["metadata=x/y.rmeta", "depfile=q.d"]],
  [`${LIB} --emit=asm,llvm-ir,obj,mir,llvm-bc`, [
    "assembly=q.s",
    "llvm-ir=q.ll",
    "object-file=q.o",
    "mir=q.mir",
    "llvm-bc=q.bc",
  ]],
  [`${LIB} --emit=asm,mir,link -C codegen-units=4`, ["mir=q.mir", "rlib=libq.rlib"]],
  ["--crate-name q --crate-type rlib -o out.rlib q.rs", ["rlib=out.rlib"]],
  ["--crate-name q --crate-type rlib,cdylib q.rs", ["rlib=libq.rlib", "cdylib=libq.so"]],
  ["--crate-name q --crate-type bin q.rs", ["executable=q"]],
  ["--crate-name q --test q.rs", ["executable=q"]],
  ["--crate-name q --crate-type proc-macro q.rs", ["proc-macro=libq.so"]],
  ["--crate-name q --crate-type staticlib q.rs", ["staticlib=libq.a"]],
];
for (const [args, outputs] of OUTPUTS) {
  Deno.test(`parseRustc() names the outputs of ${args}`, () => {
    assert.deepEqual(plan(args).outputs.map(({ role, path }) => `${role}=${path}`), outputs);
  });
}

const OBSERVED: readonly (readonly [args: string, reason: Reason])[] = [
  ["--crate-name q --crate-type bin q.rs", "linked-crate"],
  ["--crate-name q --crate-type proc-macro q.rs", "linked-crate"],
  ["--crate-name q --crate-type staticlib q.rs", "linked-crate"],
  ["--crate-name q --test q.rs", "linked-crate"],
  [`${LIB} --emit=asm -C codegen-units=4`, "codegen-units"],
  [`${LIB} --emit=obj,link -C incremental=i`, "codegen-units"],
  [`${LIB} -l static=z`, "native-library"],
  [`${LIB} -L native=/lib`, "native-library"],
  [`${LIB} -L /lib`, "native-library"],
  [LIB, "no-dependencies"],
  [`${LIB} --emit=metadata`, "no-dependencies"],
];
for (const [args, reason] of OBSERVED) {
  Deno.test(`parseRustc() can't tell what is read by ${args}`, () => {
    assert.equal(plan(args).reads?.reason, reason);
  });
}

const TOLD = `${LIB} --emit=dep-info,link`;
for (const args of [TOLD, `${TOLD} -L dependency=d --extern a=liba.rmeta`, `${TOLD} -C linker=cc`]) {
  Deno.test(`parseRustc() can tell what is read by ${args}`, () => {
    assert.equal(plan(args).reads, undefined);
  });
}

const KEYS: readonly (readonly [other: string, counts: boolean])[] = [
  [`${LIB} -O`, true],
  [`${LIB} --cfg x`, true],
  [`${LIB} -C metadata=1`, true],
  [`${LIB} -C profile-use=p.profdata`, true],
  [`${LIB} --target my.json`, true],
  [`${LIB} -Cmetadata=1`, true],
  [`${LIB} --cap-lints warn`, true],
  [`${LIB} --out-dir t`, true],
  [`${LIB} --extern a=liba.rmeta`, true],
  [`${LIB} -C linker=cc`, true],
  [`${LIB} -C incremental=i`, true],
];
for (const [other, counts] of KEYS) {
  Deno.test(`parseRustc() ${counts ? "has in its key" : "leaves out of its key"} what ${other} adds`, () => {
    assert.equal(plan(other).recipe.digest() !== plan(LIB).recipe.digest(), counts);
  });
}

Deno.test("parseRustc() has in its key what decides where the code of units goes", () => {
  const units = `${LIB} -C codegen-units=4`;
  const calls = ["--emit=asm", "--emit=obj", "--emit=obj -o a.o", "--emit=obj --out-dir a", "--emit=obj=a.o"];
  const keys = calls.map((words) => plan(`${units} ${words}`).recipe.digest());
  assert.equal(new Set(keys).size, calls.length);
});

Deno.test("parseRustc() leaves the folder of incremental compilation out of its key", () => {
  const [one, other] = ["i", "j"].map((folder) => plan(`${LIB} -C incremental=${folder}`));
  assert.equal(one!.recipe.digest(), other!.recipe.digest());
  assert.equal(one!.incremental, "i");
});

Deno.test("parseRustc() heeds the compiler's variables and no others", () => {
  const key = (env: Readonly<Record<string, string>>) => plan(LIB, { env }).recipe.digest();
  assert.notEqual(key({ RUSTC_BOOTSTRAP: "1" }), key({}));
  assert.equal(key({ RUSTC_WRAPPER: "zccache", EDITOR: "vi", CARGO_PKG_NAME: "q" }), key({}));
});

Deno.test("parseRustc() reads argument files line by line", () => {
  const files = { "/w/args": "--crate-name\nq\n--crate-type\nlib\nsrc/with blank.rs\n" };
  const parsed = plan("@args", { files });
  assert.equal(parsed.source, "src/with blank.rs");
  assert.deepEqual(parsed.parsedFrom, ["/w/args"]);
});

Deno.test("parseRustc() takes what describes a target for an input", () => {
  const inputs = (args: string, env = {}) => {
    const parsed = plan(`${LIB} ${args}`, { env });
    return [parsed.inputs.slice(1), parsed.optionalInputs];
  };
  const path = { RUST_TARGET_PATH: "/t:u" };
  assert.deepEqual(inputs("--target my.json", path), [["my.json"], []]);
  assert.deepEqual(inputs("--target my", path), [[], ["/t/my.json", "u/my.json"]]);
  assert.deepEqual(inputs("--target wasm32-unknown-unknown"), [[], []]);
  const asked = parse("--print cfg --target my", { env: path });
  assert.deepEqual(asked.kind === "query" ? asked.inputs : [], ["/t/my.json", "u/my.json"]);
});

Deno.test("parseRustc() knows no names of split debug information", () => {
  for (const form of ["packed", "unpacked"]) {
    const { reads } = plan(`${LIB} -g -C split-debuginfo=${form}`);
    assert.equal(reads?.reason, "split-debuginfo");
  }
  assert.equal(plan(`${TOLD} -C split-debuginfo=off`).reads, undefined);
});

for (
  const args of [
    "-vV",
    "--version",
    "--print sysroot",
    "--print=cfg --target x",
    "- --crate-name ___ --print=file-names",
  ]
) {
  Deno.test(`parseRustc() takes ${args} for a question`, () => {
    assert.equal(parse(args).kind, "query");
  });
}

Deno.test("parseRustc() answers no question whose source may come by standard input", () => {
  const parsed = parse("- --print=file-names", { noInput: false });
  assert.equal(parsed.kind === "uncacheable" ? parsed.reason : "", "stdin-source");
});

Deno.test("parseRustc() takes rustup's +toolchain and clippy-driver's rustc for what they are", () => {
  assert.equal(plan(`+nightly ${LIB}`).question.toolchain, "+nightly");
  const linted = plan(`/bin/rustc ${LIB}`, {
    name: "/bin/clippy-driver",
    env: { CARGO_MANIFEST_DIR: "/w/q" },
  });
  assert.equal(linted.source, "src/q.rs");
  assert.equal(linted.configuredFrom, "/w/q");
  assert.notEqual(linted.recipe.digest(), plan(LIB).recipe.digest());
});

Deno.test("parseRustc() refuses lints that run cargo", () => {
  for (
    const around of [{ env: { CLIPPY_ARGS: "-W__CLIPPY_HACKERY__clippy::cargo" } }, {
      files: { "/w/src/q.rs": "#![warn(clippy::multiple_crate_versions)]" },
    }]
  ) {
    const parsed = parse(`rustc ${LIB}`, { name: "clippy-driver", ...around });
    assert.equal(parsed.kind === "uncacheable" ? parsed.reason : "", "plugin");
  }
});

Deno.test("parseRustc() refuses crates that the caller excludes", () => {
  const parsed = parse(LIB, { env: { ZCCACHE_RUST_EXCLUDE: "other, q" } });
  assert.equal(parsed.kind === "uncacheable" ? parsed.reason : "", "excluded-crate");
});

Deno.test("macroEnvironment() leaves out the session and what the caller says nobody heeds", () => {
  const env = (more: Readonly<Record<string, string>>) =>
    macroEnvironment({ env: new Map(Object.entries(more)) }, true);
  assert.equal(env({ TERM: "x", A: "1", ZCCACHE_MODE: "copy" }), "A=1");
  assert.notEqual(env({ CI_RUN: "1" }), env({ CI_RUN: "2" }));
  const ignoring = { ZCCACHE_RUST_IGNORE_ENV: "CI_*, X" };
  assert.equal(env({ CI_RUN: "1", X: "1", XY: "1", ...ignoring }), "XY=1");
  const all = { ZCCACHE_RUST_IGNORE_ENV: "*" };
  assert.equal(env({ A: "1", LD_LIBRARY_PATH: "/lib", ...all }), "LD_LIBRARY_PATH=/lib", "the linker's");
});

Deno.test("parseRustc() maps a checkout's roots away, the inner one last", () => {
  const roots = new PathMap([{ name: "root", path: "/w" }, { name: "target", path: "/w/build/target" }]);
  const shared = plan(LIB, { roots });
  assert.deepEqual(shared.roots, roots);
  const maps = ["--remap-path-prefix=/w=.", "--remap-path-prefix=/w/build/target=target"];
  assert.deepEqual(shared.args, [...LIB.split(" "), ...maps]);
  assert.equal(plan(LIB).roots, undefined);
});

Deno.test("parseRustc() keeps with its checkout what may show it unseen", () => {
  const roots = new PathMap([{ name: "root", path: "/w" }]);
  for (
    const option of [
      '--cfg here="/w"',
      "-C metadata=/w",
      "--remap-path-prefix=/w/src=x",
      "-C instrument-coverage",
      "-C linker-plugin-lto",
      "-C embed-bitcode=yes",
      "-Z sanitizer=address",
      "-C link-arg=-Wl,--compress-debug-sections=zlib",
      "--emit=llvm-bc",
    ]
  ) {
    const { roots: mapped, unshared, args } = plan(`${LIB} ${option}`, { roots });
    assert.deepEqual([mapped, unshared?.reason], [undefined, "path_sensitive_arg"], option);
    assert.deepEqual(args, `${LIB} ${option}`.split(" "));
  }
  for (
    const option of ["-C embed-bitcode=no", "-C linker-plugin-lto=no", "-L dependency=/w/t", "-C opt-level=3"]
  ) {
    assert.notEqual(plan(`${LIB} ${option}`, { roots }).roots, undefined, option);
  }
  const odd = new PathMap([{ name: "root", path: "/w with blanks" }]);
  assert.equal(plan(LIB, { roots: odd }).unshared?.reason, "path_sensitive_arg");
});
