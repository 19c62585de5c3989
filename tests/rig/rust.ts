import { which } from "../../testing/needs.ts";

/**
 * Variables under which a rig's commands find Rust, though their home is another: rustup's own folder stays where it is,
 * cargo's is in the rig's home.
 */
export function rustEnvironment(): Record<string, string> {
  const folder = which("rustc")?.replace(/\/rustc$/, "") ?? "/usr/bin";
  const rustup = Deno.env.get("RUSTUP_HOME") ?? `${Deno.env.get("HOME") ?? ""}/.rustup`;
  return {
    PATH: `${folder}:/usr/local/bin:/usr/bin:/bin`,
    RUSTUP_HOME: rustup,
    CARGO_TERM_COLOR: "never",
  };
}
