import type { Reason } from "../../core/mod.ts";

/**
 * What a `-C` or `-Z` option does: `key` = a plain value that the outputs depend on; `link` = for the linker; the others
 * are dealt with by name.
 */
export type CodegenMeaning =
  | "key"
  | "link"
  | "incremental"
  | "metadata"
  | "extra-filename"
  | "cpu"
  | "codegen-backend"
  | "codegen-units"
  | "profile-use"
  | "llvm-args"
  | "passes"
  | "split-debuginfo"
  | { readonly refuse: Reason };

const TIMES: CodegenMeaning = { refuse: "time-trace" };
const UNKNOWN: CodegenMeaning = { refuse: "unknown-option" };

/** The `-C` options. */
export const CODEGEN: Readonly<Record<string, CodegenMeaning>> = {
  "ar": "key",
  "code-model": "key",
  "codegen-units": "codegen-units",
  "collapse-macro-debuginfo": "key",
  "control-flow-guard": "key",
  "debug-assertions": "key",
  "debuginfo": "key",
  "default-linker-libraries": "link",
  "dlltool": "link",
  "dwarf-version": "key",
  "embed-bitcode": "key",
  "extra-filename": "extra-filename",
  "force-frame-pointers": "key",
  "force-unwind-tables": "key",
  "incremental": "incremental",
  "inline-threshold": "key",
  "instrument-coverage": "key",
  "jump-tables": "key",
  "link-arg": "link",
  "link-args": "link",
  "link-dead-code": "key",
  "link-self-contained": "link",
  "linker": "link",
  "linker-features": "link",
  "linker-flavor": "link",
  "linker-plugin-lto": "key",
  "llvm-args": "llvm-args",
  "lto": "key",
  "metadata": "metadata",
  "no-prepopulate-passes": "key",
  "no-redzone": "key",
  "no-stack-check": "key",
  "no-vectorize-loops": "key",
  "no-vectorize-slp": "key",
  "opt-level": "key",
  "overflow-checks": "key",
  "panic": "key",
  // some of them write files
  "passes": "passes",
  "prefer-dynamic": "key",
  // the folder where the program will write its profile stands in the code
  "profile-generate": "key",
  "profile-use": "profile-use",
  "relocation-model": "key",
  "relro-level": "key",
  "remark": "key",
  "rpath": "link",
  "save-temps": { refuse: "save-temps" },
  "soft-float": "key",
  "split-debuginfo": "split-debuginfo",
  "strip": "link",
  "symbol-mangling-version": "key",
  "target-cpu": "cpu",
  "target-feature": "key",
  "unsafe-allow-abi-mismatch": "key",
};

/** The `-Z` options that do nothing but change what is compiled or said; every other one is refused. */
export const UNSTABLE: Readonly<Record<string, CodegenMeaning>> = {
  "allow-features": "key",
  "always-encode-mir": "key",
  "binary-dep-depinfo": "key",
  "branch-protection": "key",
  "cf-protection": "key",
  "check-cfg-all-expected": "key",
  "codegen-backend": "codegen-backend",
  "codegen-source-order": "key",
  "crate-attr": "key",
  "cross-crate-inline-threshold": "key",
  "debug-info-for-profiling": "key",
  "debuginfo-compression": "key",
  "dwarf-version": "key",
  "dylib-lto": "key",
  "embed-metadata": "key",
  "embed-source": "key",
  "fewer-names": "key",
  "flatten-format-args": "key",
  "fmt-debug": "key",
  "force-unstable-if-unmarked": "key",
  "function-sections": "key",
  "hint-mostly-unused": "key",
  "human-readable-cgu-names": "key",
  "inline-mir": "key",
  "inline-mir-hint-threshold": "key",
  "inline-mir-threshold": "key",
  "location-detail": "key",
  "macro-backtrace": "key",
  "merge-functions": "key",
  "mir-opt-level": "key",
  "mutable-noalias": "key",
  "next-solver": "key",
  "no-parallel-backend": "key",
  "no-unique-section-names": "key",
  "packed-stack": "key",
  "panic-abort-tests": "key",
  "plt": "key",
  "polonius": "key",
  "proc-macro-backtrace": "key",
  "randomize-layout": "key",
  "sanitizer": "key",
  "share-generics": "key",
  "stack-protector": "key",
  "strict-init-checks": "key",
  "teach": "key",
  "thinlto": "key",
  "threads": "key",
  "tls-model": "key",
  "trap-unreachable": "key",
  "trim-diagnostic-paths": "key",
  "tune-cpu": "cpu",
  "ub-checks": "key",
  "ui-testing": "key",
  "unstable-options": "key",
  "validate-mir": "key",
  "virtual-function-elimination": "key",
};

const REFUSED_UNSTABLE: Readonly<Record<string, CodegenMeaning>> = {
  "llvm-time-trace": TIMES,
  "self-profile": TIMES,
  "time-llvm-passes": TIMES,
  "time-passes": TIMES,
};

/** The meaning of a `-C name`. Underscores are dashes. */
export function meaningOfCodegen(name: string): CodegenMeaning {
  return CODEGEN[name.replaceAll("_", "-")] ?? UNKNOWN;
}

/** The meaning of a `-Z name`. */
export function meaningOfUnstable(name: string): CodegenMeaning {
  const dashed = name.replaceAll("_", "-");
  return UNSTABLE[dashed] ?? REFUSED_UNSTABLE[dashed] ?? UNKNOWN;
}
