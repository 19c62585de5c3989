import type { Reason } from "../../lib/core/mod.ts";
import { withFolder } from "../../testing/folder.ts";
import { assertOk, Rig, testWith } from "../rig.ts";
import { rustEnvironment } from "../rig/rust.ts";
import { eachRow, type Row } from "../rig/table.ts";
import { PROJECT, unobserved } from "../rig/wrapper.ts";

const SOURCES = {
  "q.rs": "pub fn f() -> u32 { 1 }\n",
  "main.rs": "fn main() {}\n",
  "macros.rs":
    "extern crate proc_macro;\n#[proc_macro]\npub fn m(x: proc_macro::TokenStream) -> proc_macro::TokenStream { x }\n",
  "uses.rs": "macros::m! { pub fn u() {} }\n",
};

const LIB = "--crate-name q --crate-type lib q.rs";
const TOLD = "--emit=dep-info,link";

/** Why each is not kept: what such a run reads or writes is told by nobody. */
const ROWS: readonly (readonly [words: string, reason: Reason])[] = [
  ["--crate-name p --crate-type bin main.rs", "linked-crate"],
  [`${LIB} ${TOLD} -l static:+verbatim=none`, "native-library"],
  [`${LIB} --emit=dep-info,asm -C codegen-units=4`, "codegen-units"],
  [`${LIB} ${TOLD} -g -C split-debuginfo=unpacked`, "split-debuginfo"],
  [LIB, "no-dependencies"],
  [`--crate-name uses --crate-type lib uses.rs --extern macros=libmacros.so ${TOLD}`, "macro-reads"],
];

testWith(
  ["rustc", "cc"],
  "where runs can't be observed, rustc's are kept if all they read is told",
  (t) =>
    withFolder(async (folder) => {
      await using rig = await Rig.open({ env: rustEnvironment(), wrapper: unobserved(folder) });
      rig.fresh(SOURCES);
      const macros = "--crate-name macros --crate-type proc-macro macros.rs --extern proc_macro";
      assertOk(await rig.bare(["rustc", ...macros.split(" ")]));
      await rig.settled();
      const rows = ROWS.map(([words, reason]): Row => {
        const outcome = `uncacheable:${reason}` as const;
        return [words, outcome, outcome];
      });
      await eachRow(t, { rig, compiler: "rustc" }, [[`${LIB} ${TOLD}`, "miss", "hit"], ...rows]);
    }, { dir: `${PROJECT}/build` }),
);
