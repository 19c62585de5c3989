import assert from "node:assert/strict";
import { launcher, Rig, testWith, text } from "../rig.ts";
import { rustEnvironment } from "../rig/rust.ts";
import { manifest } from "./manifest.ts";
import { eachRow, type Row } from "../rig/table.ts";
import { CargoProject } from "./cargo_project.ts";

const TIDY = "mod part;\n\nfn main() {\n    part::f();\n}\n";
const FILES = {
  "main.rs": TIDY,
  "part.rs": "pub mod deep;\n\npub fn f() {}\n",
  "part/deep.rs": "pub fn g() {}\n",
  "untidy.rs": "fn main( ) { let x=1 ; }\n",
  "reaches.rs": "mod messy;\n",
  "messy.rs": "pub fn f( ) { }\n",
  "broken.rs": "fn main( {\n",
  "other/rustfmt.toml": "tab_spaces = 2\n",
  "wide.toml": "max_width = 40\n",
};

const ROWS: readonly Row[] = [
  ["--check main.rs", "miss", "hit"],
  ["--check --edition 2021 main.rs", "miss", "hit"],
  ["--check untidy.rs", "miss", "hit"],
  ["--check untidy.rs main.rs", "miss", "hit"],
  ["--check -l untidy.rs", "miss", "hit"],
  ["--check --color always untidy.rs", "miss", "hit"],
  ["--check --config-path other main.rs", "miss", "hit"],
  ["--check --config-path wide.toml main.rs", "miss", "hit"],
  ["--check --config tab_spaces=8 main.rs", "miss", "hit"],
  ["--check broken.rs", "miss", "hit"],
  ["--check none.rs", "miss", "hit"],
  ["--emit stdout untidy.rs", "miss", "hit"],
  ["--emit=stdout --quiet main.rs", "miss", "hit"],
  ["main.rs", "miss", "hit"],
  ["--edition 2021 untidy.rs", "miss", "hit"],
  ["-l untidy.rs", "miss", "hit"],
  ["reaches.rs", "uncacheable:input-rewritten", "uncacheable:input-rewritten"],
  ["-v main.rs", "uncacheable:time-trace", "uncacheable:time-trace", {
    allow: { because: "it says how long it took", stream: () => new Uint8Array() },
  }],
  ["--version", "uncacheable:information", "uncacheable:information"],
  ["--print-config default", "uncacheable:information", "uncacheable:information"],
];

testWith(["rustfmt"], "what rustfmt says and rewrites is cached right", async (t) => {
  await using rig = await Rig.open({ env: rustEnvironment() });
  rig.fresh(FILES);
  await rig.settled();
  await eachRow(t, { rig, compiler: "rustfmt" }, ROWS);
  await t.step("a source keeps its mode", async () => {
    const before = () => {
      rig.write({ "mine.rs": "fn f( ) { }\n" });
      Deno.chmodSync(rig.at("mine.rs"), 0o600);
    };
    await rig.expectSame(["rustfmt", "mine.rs"], { cold: "miss", warm: "hit", before });
    assert.equal(Deno.statSync(rig.at("mine.rs")).mode! & 0o777, 0o600);
  });
  await t.step("standard input is left to rustfmt", async () => {
    const stdin = new TextEncoder().encode("fn main( ) {}\n");
    const reason = "uncacheable:stdin-source";
    await rig.expectSame(["rustfmt"], { cold: reason, warm: reason, stdin });
    await rig.expectSame(["rustfmt", "--check", "-"], { cold: reason, warm: reason, stdin });
  });
});

testWith(["rustfmt"], "rustfmt runs again when what it looks at changes, and only then", async () => {
  await using rig = await Rig.open({ env: rustEnvironment() });
  rig.fresh({ ...prefixed("crate/src", FILES), "crate/Cargo.toml": "" });
  rig.work = rig.at("crate");
  const same = (cold: "hit" | "miss") =>
    rig.expectSame(["rustfmt", "--check", "src/main.rs"], { cold, warm: "hit" });
  await same("miss");
  const edits: readonly (readonly [what: string, path: string, text: string])[] = [
    ["a file that a module names", "src/part/deep.rs", "pub fn g( ) {}\n"],
    ["a module in another form", "src/part/deep/mod.rs", "pub fn g() {}\n"],
    ["a configuration that appears beside it", "src/rustfmt.toml", "tab_spaces = 2\n"],
    ["a hidden one", "src/.rustfmt.toml", "tab_spaces = 3\n"],
    ["one above the package", "../rustfmt.toml", "tab_spaces = 8\n"],
    ["the user's", `${rig.env["HOME"]}/.config/rustfmt/rustfmt.toml`, "tab_spaces = 1\n"],
  ];
  for (const [what, path, text] of edits) {
    const at = path.startsWith("/") ? path : rig.at(path);
    const before = readOrNothing(at);
    rig.write({ [at.slice(1)]: text }, "");
    await rig.settled();
    await same("miss");
    if (before === undefined) Deno.removeSync(at);
    else Deno.writeTextFileSync(at, before);
    await rig.settled();
    await same("hit").catch((error) => {
      throw new Error(`after ${what}`, { cause: error });
    });
  }
});

testWith(["rustfmt", "cargo-fmt"], "cargo fmt works through a link called rustfmt", async (t) => {
  await using project = await CargoProject.open({
    "Cargo.toml": manifest("tidy"),
    ...prefixed("src", FILES),
    "src/lib.rs": "pub async fn f() {}\n",
  });
  const { rig } = project;
  Deno.mkdirSync(`${rig.base}/links`);
  Deno.symlinkSync(launcher.prefix[0]!, `${rig.base}/links/rustfmt`);
  const env = { RUSTFMT: `${rig.base}/links/rustfmt` };
  const expectSame = async (words: string, cold: "cached" | "cold") => {
    await rig.settled();
    const bare = await project.bare(words);
    const untouched = text((await rig.bare(["sh", "-c", "cat src/*.rs"])).stdout);
    for (const counter of [cold, "cached"] as const) {
      const wrapped = await project.bare(words, env);
      assert.equal(wrapped.outcome.code, bare.outcome.code, text(wrapped.outcome.stderr));
      assert.equal(text(wrapped.outcome.stdout), text(bare.outcome.stdout));
      assert.equal(text(wrapped.outcome.stderr), text(bare.outcome.stderr));
      assert.equal(wrapped.counters[counter], 1, JSON.stringify(wrapped.counters));
    }
    assert.equal(text((await rig.bare(["sh", "-c", "cat src/*.rs"])).stdout), untouched);
    return bare.outcome.code;
  };
  await t.step("a package in order", async () => {
    assert.equal(await expectSame("fmt --check", "cold"), 0);
    assert.equal(await expectSame("fmt", "cold"), 0);
  });
  await t.step("a package that is not", async () => {
    rig.write({ "src/main.rs": TIDY.replace("f();", "f( );") });
    assert.equal(await expectSame("fmt --check", "cold"), 1);
  });
  await t.step("what is rewritten is what rustfmt would write, again and again", async () => {
    for (const counter of ["cold", "cached"] as const) {
      rig.write({ "src/main.rs": TIDY.replace("f();", "f( );") });
      await rig.settled();
      const { counters } = await project.bare("fmt", env);
      assert.equal(counters[counter], 1, JSON.stringify(counters));
      assert.equal(Deno.readTextFileSync(rig.at("src/main.rs")), TIDY);
    }
  });
});

function prefixed(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]));
}

function readOrNothing(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
