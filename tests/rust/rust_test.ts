import { Rig, testWith } from "../rig.ts";
import { rustEnvironment } from "../rig/rust.ts";
import { eachRow, type Row } from "../rig/table.ts";

const SOURCES = {
  "q.rs":
    `mod part;\npub fn f() -> u32 { part::g() + include_str!("text.txt").len() as u32 }\npub fn h(unused: u32) {}\n`,
  "part.rs": "pub fn g() -> u32 { 1 }\n",
  "text.txt": "text\n",
  "main.rs": `fn main() { println!("{}", option_env!("SAYS").unwrap_or("nothing")); }\n#[test]\nfn t() {}\n`,
  "macros.rs":
    `extern crate proc_macro;\n#[proc_macro]\npub fn m(x: proc_macro::TokenStream) -> proc_macro::TokenStream { x }\n`,
  "c.rs": `#[no_mangle]\npub extern "C" fn c() -> i32 { 1 }\n`,
  "bad.rs": "fn main() { 1 }\n",
  "args": "--crate-name\nq\n--crate-type\nlib\nq.rs\n",
  "nested": "@args\n--crate-type\nlib\n",
  "out/.keep": "",
};

const LIB = "--crate-name q --crate-type lib q.rs";
const MAIN = "--crate-name p --crate-type bin main.rs";

/** What comes by standard input goes to the compiler. */
const LEFT = ["uncacheable:stdin-source", "uncacheable:stdin-source"] as const;

/** A failing compile that is not cargo's is kept like any other: build scripts ask so what the compiler can do. */
const ROWS: readonly Row[] = [
  [LIB, "miss", "hit"],
  [`${LIB} --out-dir out`, "miss", "hit"],
  [`${LIB} --emit=metadata`, "miss", "hit"],
  [`${LIB} --emit=metadata=out/x.rmeta,dep-info=out/x.d`, "miss", "hit"],
  [`${LIB} --emit=dep-info,metadata,link -C extra-filename=-1`, "miss", "hit"],
  [`${LIB} --emit=asm,llvm-ir,obj,mir,llvm-bc`, "miss", "hit"],
  [`${LIB} --emit=asm,link -C codegen-units=4`, "miss", "hit"],
  [`${LIB} --emit=asm,llvm-bc,llvm-ir,obj -C codegen-units=4 --out-dir out`, "miss", "hit"],
  [`${LIB} --emit=obj -C codegen-units=4 -o out/named.o`, "miss", "hit"],
  [`${LIB} --emit=asm=out/named.s,metadata`, "miss", "hit"],
  [
    `${LIB} --emit=llvm-ir=out/a.ll,obj=out/a.o,mir=out/a.mir,link=out/a.rlib,dep-info=out/a.d`,
    "miss",
    "hit",
  ],
  [`${LIB} --emit=asm=-`, "uncacheable:stdout-output", "uncacheable:stdout-output"],
  [`${LIB} -o out/named.rlib`, "miss", "hit"],
  [`${LIB} -O -C debuginfo=2 -C metadata=7`, "miss", "hit"],
  [
    `${LIB} --error-format=json --json=artifacts,diagnostic-rendered-ansi --emit=dep-info,link`,
    "miss",
    "hit",
  ],
  [`${LIB} --error-format=json`, "miss", "hit"],
  [`${LIB} --error-format=json --emit=metadata`, "miss", "hit"],
  [`${LIB} --error-format=json --json=artifacts --emit=metadata,link`, "miss", "hit"],
  [`${LIB} --cap-lints allow`, "miss", "hit"],
  [`${LIB} -C target-cpu=native`, "miss", "hit"],
  ["@args", "hit or miss", "hit"],
  [MAIN, "miss", "hit"],
  [`${MAIN} --emit=dep-info,link --out-dir out -C opt-level=1`, "miss", "hit"],
  [`${MAIN} -C strip=symbols`, "miss", "hit"],
  [`${MAIN} --emit=dep-info,link`, "miss", "hit"],
  [`${MAIN} --emit=dep-info,link`, "miss", "hit", { env: { SAYS: "something" } }],
  ["--crate-name p --test main.rs", "miss", "hit"],
  ["--crate-name m --crate-type proc-macro macros.rs --extern proc_macro", "miss", "hit"],
  ["--crate-name c --crate-type staticlib c.rs", "miss", "hit"],
  ["--crate-name c --crate-type cdylib c.rs", "miss", "hit"],
  ["--crate-name c --crate-type dylib c.rs -C prefer-dynamic", "miss", "hit"],
  ["--crate-name c --crate-type staticlib,rlib,cdylib c.rs --out-dir out", "miss", "hit"],
  ["-vV", "miss", "hit"],
  [
    "- --crate-name ___ --print=file-names --crate-type bin --crate-type rlib --print=sysroot --print=cfg",
    "miss",
    "hit",
  ],
  ["--print sysroot", "miss", "hit"],
  ["--print target-cpus", "uncacheable:information", "uncacheable:information"],
  ["@nested", "uncacheable:no-crate-name", "uncacheable:no-crate-name"],
  ["- --print=crate-name", ...LEFT, { stdin: new TextEncoder().encode('#![crate_name = "told"]') }],
  ["- --crate-name q --crate-type lib", ...LEFT, { stdin: new TextEncoder().encode("pub fn f() {}") }],
  ["--crate-name bad --crate-type bin bad.rs", "miss", "hit"],
  ["q.rs --crate-type lib", "uncacheable:no-crate-name", "uncacheable:no-crate-name"],
  [`${LIB} -g -C split-debuginfo=packed`, "miss", "hit"],
  [`${LIB} -g -C split-debuginfo=unpacked`, "miss", "hit"],
  [`${LIB} -g -C split-debuginfo=unpacked --emit=dep-info,metadata,link --out-dir out`, "miss", "hit"],
  [`${MAIN} -g -C split-debuginfo=packed`, "miss", "hit"],
  [`${MAIN} -g -C split-debuginfo=unpacked`, "miss", "hit"],
  [`${MAIN} -g -C split-debuginfo=unpacked -C codegen-units=4 --out-dir out`, "miss", "hit"],
  [`${MAIN} -g -C split-debuginfo=packed --emit=dep-info,link --out-dir out`, "miss", "hit"],
  [`${MAIN} -g -C split-debuginfo=off`, "miss", "hit"],
];

testWith(["rustc", "cc"], "rustc's outputs come from the cache as they were", async (t) => {
  await using rig = await Rig.open({ env: rustEnvironment() });
  rig.fresh(SOURCES);
  await eachRow(t, { rig, compiler: "rustc" }, ROWS);
});

testWith(["rustc", "cc"], "older outputs keep of themselves what rustc leaves them", async (t) => {
  await using rig = await Rig.open({ env: rustEnvironment() });
  rig.fresh(SOURCES);
  const kinds: readonly (readonly [words: string, outputs: readonly string[]])[] = [
    [`${LIB} --emit=dep-info,metadata,link --error-format=json`, ["q.d", "libq.rmeta", "libq.rlib"]],
    [`${LIB} --emit=asm,obj,llvm-ir,mir,llvm-bc`, ["q.s", "q.o", "q.ll", "q.mir", "q.bc"]],
    [`${MAIN} --emit=dep-info,link`, ["p.d", "p"]],
  ];
  for (const [words, outputs] of kinds) {
    await t.step(words, async () => {
      const before = () =>
        outputs.forEach((path) => {
          rig.write({ [path]: "older", [`${path}.linked`]: "" });
          Deno.chmodSync(rig.at(path), 0o600);
          Deno.removeSync(rig.at(`${path}.linked`));
          Deno.linkSync(rig.at(path), rig.at(`${path}.linked`));
        });
      await rig.expectSame(["rustc", ...words.split(" ")], { cold: "miss", warm: "hit", before });
    });
  }
});
