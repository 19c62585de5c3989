import { Rig } from "../rig.ts";
import { rustEnvironment } from "../rig/rust.ts";

/** Arguments for the library and the program of `SOURCES`. */
export const LIB = "--crate-name q --crate-type lib q.rs".split(" ");
export const MAIN = "--crate-name p --crate-type bin main.rs".split(" ");
/** Crates that say which compiler made them: the one that sets `other` makes others. */
export const SOURCES = {
  "q.rs": "pub fn f() -> u32 { if cfg!(other) { 2 } else { 1 } }\n",
  "main.rs": `fn main() { println!("{}", if cfg!(other) { 2 } else { 1 }); }\n`,
};

/** A rig for rustc, with these files in its work folder. */
export async function openRig(files: Readonly<Record<string, string>>): Promise<Rig> {
  const rig = await Rig.open({ env: rustEnvironment() });
  rig.fresh(files);
  return rig;
}
