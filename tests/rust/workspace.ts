import { manifest } from "./manifest.ts";

/** A workspace with a bit of everything that needs no registry. */
export const WORKSPACE: Readonly<Record<string, string>> = {
  "Cargo.toml": `[workspace]\nmembers = ["app", "core", "derive", "sys"]\nresolver = "2"\n`,
  "app/Cargo.toml": manifest("app", {
    dependencies: 'the-core = { path = "../core" }\nsys = { path = "../sys" }',
    more: "[features]\nloud = []\n",
  }),
  "app/src/lib.rs": `//! An application.\nmod part;\npub use part::answer;\n`,
  "app/src/part.rs": `pub fn answer() -> String {
    let loud = if cfg!(feature = "loud") { "!" } else { "" };
    format!("{} {} {} {}{}", the_core::greeting(), the_core::Named::name(), sys::twice(21), env!("CARGO_PKG_VERSION"), loud)
}
#[cfg(test)]
mod tests {
    #[test]
    fn answers() { assert!(super::answer().starts_with("hello")); }
}
`,
  "app/src/main.rs": `fn main() {
    println!("{}", app::answer());
    println!("{}", option_env!("APP_GREETING").unwrap_or("none"));
}
`,
  "app/examples/show.rs": `fn main() { println!("example {}", app::answer()); }\n`,
  "app/tests/whole.rs": `#[test]\nfn whole() { assert!(app::answer().contains("42")); }\n`,
  "core/Cargo.toml": manifest("the-core", { dependencies: 'derive = { path = "../derive" }' }),
  "core/src/lib.rs": `use derive::Name;
mod nested;
pub fn greeting() -> &'static str { include_str!("greeting.txt").trim() }
#[derive(Name)]
pub struct Named;
pub fn unused_parameter(x: u32) -> u32 { nested::deep::add(1) }
`,
  "core/src/nested/mod.rs": `pub mod deep;\n`,
  "core/src/nested/deep.rs": `pub fn add(x: u32) -> u32 { x + 1 }\n`,
  "core/src/greeting.txt": "hello\n",
  "derive/Cargo.toml": manifest("derive", { library: "proc-macro = true" }),
  "derive/src/lib.rs": `use proc_macro::TokenStream;
/// Gives a type its name, and what stands in a file that nobody is told of.
#[proc_macro_derive(Name)]
pub fn name(input: TokenStream) -> TokenStream {
    let text = input.to_string();
    let name = text.split("struct ").nth(1).unwrap().trim_end_matches(';').trim().to_string();
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    let suffix = std::fs::read_to_string(format!("{root}/suffix.txt")).unwrap_or_default();
    let asked = std::env::var("NAME_SUFFIX").unwrap_or_default();
    format!("impl {name} {{ pub fn name() -> &'static str {{ \\"{name}{}{}\\" }} }}", suffix.trim(), asked)
        .parse().unwrap()
}
`,
  "core/suffix.txt": "-a\n",
  "sys/Cargo.toml": manifest("sys", { more: "[build-dependencies]\n" }),
  "sys/build.rs": `use std::{env, fs, process::Command};
fn main() {
    let out = env::var("OUT_DIR").unwrap();
    println!("cargo:rerun-if-changed=twice.c");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=constant.txt");
    assert!(Command::new("cc").args(["-c", "twice.c", "-o"]).arg(format!("{out}/twice.o")).status().unwrap().success());
    assert!(Command::new("ar").args(["rcsD"]).arg(format!("{out}/libtwice.a")).arg(format!("{out}/twice.o")).status().unwrap().success());
    let constant = fs::read_to_string("constant.txt").unwrap();
    fs::write(format!("{out}/constant.rs"), format!("pub const CONSTANT: i32 = {};", constant.trim())).unwrap();
    println!("cargo:rustc-link-search=native={out}");
    println!("cargo:rustc-link-lib=static=twice");
}
`,
  "sys/constant.txt": "0\n",
  "sys/twice.c": "int twice(int x) { return 2 * x; }\n",
  "sys/src/lib.rs": `include!(concat!(env!("OUT_DIR"), "/constant.rs"));
mod ffi { extern "C" { pub fn twice(x: i32) -> i32; } }
pub fn twice(x: i32) -> i32 { unsafe { ffi::twice(x) + CONSTANT } }
`,
};

/** A crate that lints speak of. */
export const LINTED: Readonly<Record<string, string>> = {
  "Cargo.toml": manifest("linted"),
  "src/lib.rs": "pub fn f(x: &Vec<u8>) -> usize { if x.len() == 0 { return 1; } 2 }\n",
};
