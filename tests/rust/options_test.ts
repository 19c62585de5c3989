import assert from "node:assert/strict";
import { Rig, testWith, text } from "../rig.ts";
import { rustEnvironment } from "../rig/rust.ts";
import { changesBetween, takeSnapshot, undo } from "../rig/snapshot.ts";
import { CODEGEN, UNSTABLE } from "../../lib/tools/rustc/codegen.ts";

const SOURCES = {
  "q.rs": `mod part;
/// Adds up, and says so.
pub fn f(xs: &[u32]) -> u32 { xs.iter().sum::<u32>() + part::g() }
pub fn generic<T: std::fmt::Debug>(x: T) -> String { format!("{x:?}") }
`,
  "part.rs": "pub fn g() -> u32 { 1 }\n",
  "main.rs": `fn main() { println!("{:?}", std::env::args().map(|a| a.len()).collect::<Vec<_>>()); }\n`,
};

const LIB = "--crate-name q --crate-type lib q.rs";
const MAIN = "--crate-name p --crate-type bin main.rs";

/** Each `-C` option, with a value that changes something where there is one; link options are given to a program. */
const VALUES: Readonly<Record<string, string>> = {
  "ar": "ar",
  "code-model": "small",
  "codegen-units": "2",
  "collapse-macro-debuginfo": "yes",
  "control-flow-guard": "no",
  "debug-assertions": "on",
  "debuginfo": "line-tables-only",
  "default-linker-libraries": "yes",
  "dlltool": "dlltool",
  "dwarf-version": "4",
  "embed-bitcode": "no",
  "extra-filename": "-more",
  "force-frame-pointers": "yes",
  "force-unwind-tables": "no",
  "inline-threshold": "9",
  "instrument-coverage": "",
  "jump-tables": "no",
  "link-arg": "-Wl,--build-id=0x1234",
  "link-args": "-Wl,--build-id=0x1235 -Wl,-O1",
  "link-dead-code": "yes",
  "link-self-contained": "no",
  "linker": "cc",
  "linker-features": "-lld",
  "linker-flavor": "gcc",
  "linker-plugin-lto": "yes",
  "llvm-args": "-inline-threshold=3",
  "lto": "off",
  "metadata": "12345",
  "no-prepopulate-passes": "",
  "no-redzone": "yes",
  "no-stack-check": "",
  "no-vectorize-loops": "",
  "no-vectorize-slp": "",
  "opt-level": "2",
  "overflow-checks": "yes",
  "panic": "abort",
  "passes": "mem2reg",
  "prefer-dynamic": "",
  "profile-generate": "",
  "relocation-model": "static",
  "relro-level": "partial",
  "remark": "all",
  "rpath": "yes",
  "soft-float": "no",
  "split-debuginfo": "unpacked",
  "strip": "debuginfo",
  "symbol-mangling-version": "v0",
  "target-cpu": "x86-64-v2",
  "target-feature": "+sse4.2",
  "unsafe-allow-abi-mismatch": "regparm",
};

/** Each `-Z` option that is cached, likewise. */
const UNSTABLE_VALUES: Readonly<Record<string, string>> = {
  "allow-features": "test",
  "always-encode-mir": "yes",
  "binary-dep-depinfo": "yes",
  "branch-protection": "bti",
  "cf-protection": "full",
  "check-cfg-all-expected": "yes",
  "codegen-backend": "llvm",
  "codegen-source-order": "yes",
  "crate-attr": "allow(unused)",
  "cross-crate-inline-threshold": "5",
  "debug-info-for-profiling": "yes",
  "debuginfo-compression": "zlib",
  "dwarf-version": "4",
  "dylib-lto": "yes",
  "embed-metadata": "no",
  "embed-source": "no",
  "fewer-names": "yes",
  "flatten-format-args": "no",
  "fmt-debug": "none",
  "force-unstable-if-unmarked": "no",
  "function-sections": "no",
  "hint-mostly-unused": "yes",
  "human-readable-cgu-names": "yes",
  "inline-mir": "no",
  "inline-mir-hint-threshold": "5",
  "inline-mir-threshold": "5",
  "location-detail": "none",
  "macro-backtrace": "yes",
  "merge-functions": "disabled",
  "mir-opt-level": "3",
  "mutable-noalias": "no",
  "next-solver": "coherence",
  "no-parallel-backend": "",
  "no-unique-section-names": "yes",
  "packed-stack": "yes",
  "panic-abort-tests": "yes",
  "plt": "yes",
  "polonius": "",
  "proc-macro-backtrace": "yes",
  "randomize-layout": "yes",
  "sanitizer": "address",
  "share-generics": "no",
  "stack-protector": "all",
  "strict-init-checks": "yes",
  "teach": "yes",
  "thinlto": "no",
  "threads": "2",
  "tls-model": "initial-exec",
  "trap-unreachable": "no",
  "trim-diagnostic-paths": "no",
  "tune-cpu": "native",
  "ub-checks": "yes",
  "ui-testing": "yes",
  "unstable-options": "",
  "validate-mir": "yes",
  "virtual-function-elimination": "no",
};

/** What rustc may refuse, as it is for other processors or of another version. Its refusal is what is kept. */
const MAY_BE_REFUSED: ReadonlySet<string> = new Set(["branch-protection", "packed-stack"]);

/** Options that are refused, or have tests of their own. */
const ELSEWHERE: ReadonlySet<string> = new Set(["save-temps", "incremental", "profile-use"]);

function isOfLinker(name: string): boolean {
  return CODEGEN[name] === "link" || /^(?:relro|prefer-dyn|relocation|lto$|panic$|target-cpu)/.test(name);
}

for (
  const [letter, table, values, env] of [
    ["-C", CODEGEN, VALUES, {}],
    ["-Z", UNSTABLE, UNSTABLE_VALUES, { RUSTC_BOOTSTRAP: "1" }],
  ] as const
) {
  testWith(
    ["rustc", "cc"],
    `each ${letter} option is part of the key, and its outputs come back`,
    async (t) => {
      await using rig = await Rig.open({ env: { ...rustEnvironment(), ...env } });
      rig.fresh(SOURCES);
      await rig.settled();
      for (const crate of [LIB, MAIN]) {
        await rig.expectSame(["rustc", ...crate.split(" ")], { cold: "miss", warm: "hit" });
      }
      const names = Object.keys(table).filter((name) => !ELSEWHERE.has(name));
      assert.deepEqual(Object.keys(values), names);
      const start = takeSnapshot(rig.work);
      for (const [name, value] of Object.entries(values)) {
        await t.step(`${letter} ${name}=${value}`, async () => {
          const crate = letter === "-C" && isOfLinker(name) ? MAIN : LIB;
          const option = value === "" ? name : `${name}=${value}`;
          const argv = ["rustc", ...crate.split(" "), letter, option];
          const { code, stderr } = await rig.expectSame(argv, { cold: "miss", warm: "hit" });
          undo(rig.work, changesBetween(start, takeSnapshot(rig.work)));
          assert.ok(code === 0 || MAY_BE_REFUSED.has(name), text(stderr));
        });
      }
    },
  );
}
