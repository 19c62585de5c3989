import assert from "node:assert/strict";
import { PathMap } from "../../core/mod.ts";
import { pathVariable } from "./path_variables.ts";

const roots = new PathMap([{ name: "root", path: "/w/here" }]);

function reasonOf(text: string, value: string | undefined = "/w/here/out"): string | undefined {
  const info = { files: ["lib.rs"], variables: new Map([["OUT_DIR", value]]) };
  return pathVariable({ info, roots, readText: () => text })?.detail;
}

Deno.test("pathVariable() lets a crate include files by a variable that holds a path", () => {
  for (
    const text of [
      `include!(concat!(env!("OUT_DIR"), "/a.rs"));`,
      `const A: &[u8] = include_bytes! [ concat!( env!( "OUT_DIR" ), "/a" ) ];`,
      `include!(concat!(\n    env!("OUT_DIR"),\n    "/a.rs"\n));\nstatic S: &str = include_str!(concat!(env!("OUT_DIR"), "/b"));`,
    ]
  ) assert.equal(reasonOf(text), undefined, text);
});

Deno.test("pathVariable() tells what else may have been made of it", () => {
  for (
    const text of [
      `const N: usize = env!("OUT_DIR").len();`,
      `const N: usize = concat!(env!("OUT_DIR"), "/a").len();`,
      `include!(concat!(env!("OUT_DIR"), "/a.rs")); const N: usize = env!("OUT_DIR").len();`,
      `dir!("OUT_DIR"); include!(concat!(env!("OUT_DIR"), "/a.rs"));`,
      `made_by_a_macro!();`,
    ]
  ) assert.equal(reasonOf(text), `env!("OUT_DIR")`, text);
});

Deno.test("pathVariable() doesn't mind variables that hold no path of the checkout", () => {
  const text = `const N: usize = env!("OUT_DIR").len();`;
  assert.equal(reasonOf(text, "/elsewhere/out"), undefined);
  const info = { files: [], variables: new Map([["OUT_DIR", undefined]]) };
  assert.equal(pathVariable({ info, roots, readText: () => text }), undefined);
});
