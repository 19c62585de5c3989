import assert from "node:assert/strict";
import { assertOk, testWith, text } from "../rig.ts";
import { CargoProject } from "./cargo_project.ts";
import { manifest } from "./manifest.ts";

/** A program that says what a macro, and so rustc, saw of the jobserver while it was compiled. */
const PROJECT = {
  "Cargo.toml": manifest("app", { dependencies: 'seen = { path = "seen" }' }),
  "src/main.rs": `fn main() { println!("{}", seen::jobserver!()); }\n`,
  "src/lib.rs": `pub const SEEN: &str = seen::jobserver!();\n`,
  "seen/Cargo.toml": manifest("seen", { library: "proc-macro = true" }),
  "seen/src/lib.rs": `use proc_macro::TokenStream;
#[proc_macro]
pub fn jobserver(_: TokenStream) -> TokenStream {
    let flags = std::env::var("CARGO_MAKEFLAGS").unwrap_or_default();
    let auth = flags.split("--jobserver-auth=").nth(1).unwrap_or("").split(' ').next().unwrap_or("");
    let is_pipe = |fd: &str| std::fs::read_link(format!("/proc/self/fd/{fd}"))
        .is_ok_and(|to| to.to_string_lossy().starts_with("pipe:"));
    let open = match auth.strip_prefix("fifo:") {
        Some(path) => std::path::Path::new(path).exists(),
        None => auth.split(',').all(is_pipe),
    };
    format!("{:?}", if auth.is_empty() { "none" } else if open { "open" } else { "closed" }).parse().unwrap()
}
`,
  "Makefile": "all:\n\t+cargo build -q\n",
};

testWith(["cargo", "cc", "make"], "rustc has the jobserver that cargo or make hands down", async (t) => {
  await using project = await CargoProject.open(PROJECT);
  const { rig } = project;
  const [wrapper] = rig.wrapper.prefix;
  const seen = async () => text((await rig.bare([rig.at("target/debug/app")])).stdout);
  for (const argv of [["cargo", "build", "-q", "-j2"], ["make", "-s", "-j2"]]) {
    await t.step(argv.join(" "), async () => {
      project.clean();
      assertOk(await rig.bare(argv, { deadlineMs: 120_000 }));
      assert.equal(await seen(), "open\n", "by cargo alone");
      project.clean();
      await rig.settled();
      const counters = await rig.counting(async () =>
        assertOk(await rig.bare(argv, { env: { RUSTC_WRAPPER: wrapper! }, deadlineMs: 120_000 }))
      );
      assert.equal(await seen(), "open\n");
      assert.ok(counters.cached + counters.cold > 0, JSON.stringify(counters));
      // what cargo has built so far doesn't answer for make
      assertOk(await rig.wrapped(["clear"]));
    });
  }
});
