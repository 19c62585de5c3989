import type { ReasonRows } from "./rows.ts";

/** Would be wrong or useless to cache: what is special to rustc. */
export const RUST_REASONS = {
  "linked-crate": {
    code: 120,
    text: "the crate is linked, and what the linker reads is not known",
    remedy: "nothing, where runs can't be observed",
  },
  "no-crate-name": {
    code: 121,
    text: "the command does not say the crate's name or type",
    remedy: "give --crate-name and --crate-type, as cargo does",
  },
  "unknown-crate": {
    code: 122,
    text: "a crate that is depended on was compiled without zccache",
    remedy: "build once from an empty target folder",
  },
  "native-library": {
    code: 123,
    text: "a native library may be bundled, and where it is found is not known",
    remedy: "nothing, where runs can't be observed",
  },
  "unsupported-target": {
    code: 124,
    text: "a target whose output files' names are not known",
    remedy: "nothing: the compile runs as without zccache",
  },
  "macro-reads": {
    code: 125,
    text: "macros run, and what they read is not known",
    remedy: "nothing, where runs can't be observed",
  },
  "excluded-crate": {
    code: 126,
    text: "the crate is named by ZCCACHE_RUST_EXCLUDE",
    remedy: "take the crate's name out of ZCCACHE_RUST_EXCLUDE",
  },
  "codegen-units": {
    code: 200,
    text: "the code of several units goes to files of their own, whose names are not known",
    remedy: "nothing, where runs can't be observed; else -C codegen-units=1",
  },
  "split-debuginfo": {
    code: 185,
    text: "debug information goes to files of its own, whose names are not known",
    remedy: "nothing, where runs can't be observed; else -C split-debuginfo=off",
  },
} as const satisfies ReasonRows;
