import type { FileView } from "../../files/mod.ts";
import type { Call } from "../../tools/mod.ts";
import { folderOf } from "../paths.ts";
import { Premises } from "../premises.ts";
import { readTrackedText } from "../text_reader.ts";

const TOOLCHAIN_FILES = ["rust-toolchain", "rust-toolchain.toml"];

/**
 * What makes rustup run the toolchain that it runs for this call, besides variables: its settings, the toolchain files from
 * the caller's folder upwards, the folder in which toolchains stand by their names, and where those lead that stand elsewhere
 * (`rustup toolchain link`).
 */
export function choiceOf(call: Call, view: FileView): Premises {
  const home = call.env.get("RUSTUP_HOME") ?? `${call.env.get("HOME") ?? ""}/.rustup`;
  const toolchains = `${home}/toolchains`;
  const leading = linksIn(toolchains);
  const asked = call.env.get("RUSTUP_TOOLCHAIN");
  if (asked?.startsWith("/")) leading.push(asked);
  const present = [`${home}/settings.toml`];
  const absent: string[] = [];
  for (let folder = call.cwd;; folder = folderOf(folder)) {
    for (const name of TOOLCHAIN_FILES) {
      const path = folder === "/" ? `/${name}` : `${folder}/${name}`;
      if (!view.exists(path)) {
        absent.push(path);
        continue;
      }
      present.push(path);
      const named = pathNamedIn(readTrackedText(view, path));
      if (named !== undefined) leading.push(named.startsWith("/") ? named : `${folder}/${named}`);
    }
    if (folder === "/") break;
  }
  const ids = present.map((path) => view.track(path));
  return new Premises(view, ids, { absent, listed: [toolchains], leading });
}

function linksIn(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder)).filter(({ isSymlink }) => isSymlink)
      .map(({ name }) => `${folder}/${name}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** The toolchain's own folder, where a toolchain file names that instead of a channel. */
function pathNamedIn(text: string | undefined): string | undefined {
  return /^\s*path\s*=\s*["']([^"']+)["']/m.exec(text ?? "")?.[1];
}
