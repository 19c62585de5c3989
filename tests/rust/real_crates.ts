/** A program on crates that everybody uses: macros, build scripts that try the compiler, C by the usual helper. */
export const REAL_CRATES: Readonly<Record<string, string>> = {
  "Cargo.toml": `[package]
name = "real"
version = "0.1.0"
edition = "2021"
[dependencies]
serde = { version = "=1.0.219", features = ["derive"] }
serde_json = "=1.0.140"
syn = { version = "=2.0.101", features = ["full"] }
tokio = { version = "=1.45.0", features = ["rt", "macros", "sync", "time"] }
regex = "=1.11.1"
[build-dependencies]
cc = "=1.2.22"
`,
  "build.rs": `fn main() { cc::Build::new().file("src/native.c").compile("native"); }\n`,
  "src/native.c": "int native(int x) { return x + 1; }\n",
  "src/main.rs": `use serde::{Deserialize, Serialize};
#[derive(Serialize, Deserialize, Debug)]
struct Point { x: i32, y: i32 }
extern "C" { fn native(x: i32) -> i32; }
#[tokio::main(flavor = "current_thread")]
async fn main() {
    let point: Point = serde_json::from_str(r#"{"x":1,"y":2}"#).unwrap();
    let number = regex::Regex::new(r"\\d+").unwrap();
    let file: syn::File = syn::parse_str("fn f() {}").unwrap();
    println!("{point:?} {} {} {}", number.find("ab12").unwrap().as_str(), file.items.len(), unsafe { native(41) });
}
#[test]
fn natives() { assert_eq!(unsafe { native(1) }, 2); }
`,
};
