import { assertOk, type Rig, text } from "../rig.ts";

/** What the shim's second toolchain is called. */
export const OTHER = "other";

/**
 * Builds something that stands in for rustup, with two toolchains whatever is installed; gives the folder with its links
 * `rustc` and `rustfmt`, to be first in PATH.
 */
export async function buildRustup(rig: Rig): Promise<string> {
  const folder = rig.folder({}, "rustup-shim");
  const asked = await rig.bare(["rustc", "--print", "sysroot"], { in: rig.base });
  assertOk(asked);
  const real = `-DREAL_BIN="${text(asked.stdout).trim()}/bin"`;
  const source = new URL("rustup_shim.c", import.meta.url).pathname;
  assertOk(await rig.bare(["cc", real, "-o", `${folder}/rustup`, source], { in: rig.base }));
  for (const name of ["rustc", "rustfmt"]) await Deno.symlink("rustup", `${folder}/${name}`);
  await rig.settled(folder);
  return folder;
}
