import { assertOk, Rig, testWith, text, which } from "../rig.ts";
import { rustEnvironment } from "../rig/rust.ts";

const TOLD = "--error-format=json --emit=dep-info,link".split(" ");
const program = (
  ...more: string[]
) => [..."rustc --crate-name p --crate-type bin main.rs".split(" "), ...TOLD, ...more];

const SOURCES: Readonly<Record<string, string>> = {
  "main.rs": `#[link(name = "number")]
extern "C" { fn number() -> i32; }
fn main() { println!("{}", unsafe { number() }); }
`,
  "number.c": "int number(void) { return NUMBER; }\n",
  "linker": "",
  "script.ld": "SECTIONS { .mine : { BYTE(1) } } INSERT AFTER .data;\n",
  "words": "-Wl,--build-id=0x1234\n",
  "first/.keep": "",
  "second/.keep": "",
};

testWith(["rustc", "cc", "ar", "gcc", "clang"], "all that the linker takes counts", async (t) => {
  await using rig = await Rig.open({ env: rustEnvironment() });
  rig.fresh(SOURCES);
  const library = async (number: number, where: string) => {
    assertOk(await rig.bare(["cc", "-c", `-DNUMBER=${number}`, "number.c"]));
    assertOk(await rig.bare(["ar", "rcsD", `${where}/libnumber.a`, "number.o"]));
    await rig.settled();
  };
  const folders = ["-L", "native=first", "-L", "second"];
  const same = (argv: readonly string[], cold: "hit" | "miss") => rig.expectSame(argv, { cold, warm: "hit" });
  const edited = async (argv: readonly string[], path: string, text: string) => {
    await same(argv, "miss");
    const before = Deno.readTextFileSync(rig.at(path));
    rig.write({ [path]: text });
    await rig.settled();
    await same(argv, "miss");
    rig.write({ [path]: before });
    await rig.settled();
    await same(argv, "hit");
  };
  await library(1, "second");
  await t.step("a library that #[link] names, found by -L", async () => {
    await same(program(...folders), "miss");
    await library(2, "second");
    await same(program(...folders), "miss");
  });
  await t.step("another one that would be found first", async () => {
    await library(3, "first");
    await same(program(...folders), "miss");
    Deno.removeSync(rig.at("first/libnumber.a"));
    await rig.settled();
    await same(program(...folders), "hit");
  });
  await t.step("the linker that is meant", async () => {
    const argv = program(...folders, "-C", `linker=${rig.at("linker")}`);
    const meant = async (tool: string, cold: "hit" | "miss") => {
      Deno.removeSync(rig.at("linker"));
      Deno.symlinkSync(which(tool)!, rig.at("linker"));
      await rig.settled();
      await same(argv, cold);
    };
    await meant("gcc", "miss");
    await meant("clang", "miss");
    await meant("gcc", "hit");
  });
  await t.step("a script for a linker may do anything", async () => {
    rig.write({ "wrapper": '#!/bin/sh\nexec cc "$@"\n' });
    Deno.chmodSync(rig.at("wrapper"), 0o755);
    await rig.settled();
    const refused = "uncacheable:opaque-wrapper";
    const argv = program(...folders, "-C", `linker=${rig.at("wrapper")}`);
    await rig.expectSame(argv, { cold: refused, warm: refused });
  });
  await t.step("a linker script", () =>
    edited(
      program(...folders, "-C", "link-arg=-Wl,-T,script.ld"),
      "script.ld",
      SOURCES["script.ld"]!.replace("1", "2"),
    ));
  await t.step(
    "a file of arguments for it",
    () => edited(program(...folders, "-C", "link-arg=@words"), "words", "-Wl,--build-id=0x5678\n"),
  );
  await t.step("a library that brings its natives with it", async () => {
    const bundling = "rustc --crate-name b --crate-type lib main.rs -l static=number -A dead_code".split(" ");
    const argv = [...bundling, ...folders, ...TOLD];
    await same(argv, "miss");
    await library(4, "second");
    await same(argv, "miss");
  });
});

testWith(
  ["rustc", "cc"],
  "a folder of PATH that changed a moment ago is no reason not to keep a program",
  async () => {
    await using rig = await Rig.open({ env: rustEnvironment() });
    rig.fresh({ "main.rs": "fn main() {}\n", "tools/.keep": "" });
    const sysroot = text((await rig.bare(["rustc", "--print", "sysroot"])).stdout).trim();
    const rustc = `${sysroot}/bin/rustc`;
    const env = { PATH: `${rig.at("tools")}:${rig.env["PATH"]}` };
    await rig.settled();
    // the compiler is known then, and none of the folders in which a linker is looked for
    assertOk(await rig.wrapped([rustc, "-vV"], { env }));
    rig.write({ "tools/other": "" });
    const argv = [rustc, ...program().slice(1)];
    assertOk(await rig.wrapped(argv, { env }));
    await rig.expectSame(argv, { cold: "hit", warm: "hit", env });
  },
);
