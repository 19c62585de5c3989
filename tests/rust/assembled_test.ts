import { FakeTool } from "../rig/fake_tool.ts";
import { assertOk, type Expected, Rig, testWith } from "../rig.ts";
import { rustEnvironment } from "../rig/rust.ts";

const TOLD = "--error-format=json --emit=dep-info,metadata,link".split(" ");
const lib = (name: string) => ["rustc", "--crate-name", name, "--crate-type", "lib", `${name}.rs`, ...TOLD];
const against = (name: string, crate: string) => [
  ...lib(name),
  ...`--extern ${crate}=lib${crate}.rlib -L dependency=.`.split(" "),
];

/** Code in which the assembler reads a file, by which no compiler says. */
const SOURCES: Readonly<Record<string, string>> = {
  "direct.rs": `core::arch::global_asm!(".globl blob", "blob: .incbin \\"data.bin\\"");\n`,
  "text.rs": `core::arch::global_asm!(include_str!("text.S"));\n`,
  "text.S": `.globl blob\nblob: .include "data.bin"\n`,
  "macros.rs": `#[macro_export]
macro_rules! blob {
    ($file:literal) => { core::arch::global_asm!(".globl blob", concat!("blob: .incbin \\"", $file, "\\"")); };
}
${"// as long as sources are\n".repeat(50)}`,
  "uses.rs": `macros::blob!("data.bin");\n`,
  "inlines.rs": `#[inline(always)]
pub fn blob() { unsafe { core::arch::asm!(".pushsection .data.blob", ".incbin \\"data.bin\\"", ".popsection") } }
`,
  "calls.rs": `pub fn f() { inlines::blob() }\n`,
  "data.bin": ".byte 1\n",
};

testWith(["rustc"], "what the assembler includes is no hidden input", async (t) => {
  await using rig = await Rig.open({ env: rustEnvironment() });
  rig.fresh(SOURCES);
  const edited = async (argv: readonly string[], [cold, warm]: readonly [Expected, Expected]) => {
    for (const data of [".byte 1\n", ".byte 2\n"]) {
      rig.write({ "data.bin": data });
      await rig.settled();
      await rig.expectSame(argv, { cold, warm });
    }
  };
  const refused = "uncacheable:assembler-include";
  for (const name of ["direct", "text"]) {
    await t.step(`a library: ${name}`, () => edited(lib(name), [refused, refused]));
    await t.step(`a shared one, which is observed: ${name}`, async () => {
      const shared = lib(name).map((word) => word === "lib" ? "cdylib" : word);
      await edited(shared, ["miss", "hit"]);
    });
  }
  for (const [crate, user] of [["macros", "uses"], ["inlines", "calls"]] as const) {
    await t.step(`who is compiled against such a one: ${user}`, async () => {
      assertOk(await rig.wrapped(lib(crate)));
      await rig.settled();
      await edited(against(user, crate), ["miss", "hit"]);
    });
  }
});

testWith(["rustc"], "who was compiled while it wasn't known yet isn't answered by that", async () => {
  await using rig = await Rig.open({ env: rustEnvironment() });
  rig.fresh(SOURCES);
  const user = against("uses", "macros");
  const slow = await FakeTool.build(rig, "rustc");
  const [, ...making] = lib("macros");
  for (const data of [".byte 1\n", ".byte 2\n"]) {
    rig.write({ "data.bin": data });
    await rig.settled();
    slow.hold("after");
    const made = rig.wrapped([slow.path, ...making]);
    await slow.arrived(made);
    await rig.expectSame(user, { cold: "any" });
    slow.release();
    assertOk(await made);
  }
});
