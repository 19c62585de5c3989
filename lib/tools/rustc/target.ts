import type { Call } from "../tool.ts";

/** Targets on which outputs are called as on Linux. */
const USUAL_NAMES = /-(?:linux|freebsd|netbsd|openbsd|dragonfly|illumos|solaris)(?:-|$)/;

/** Whether a target is described by a file that the command names. */
export function isSpecification(target: string): boolean {
  return target.endsWith(".json");
}

/** Whether programs and shared libraries for a target are called as on Linux; archives of crates always are. */
export function hasUsualNames(target: string): boolean {
  return !isSpecification(target) && USUAL_NAMES.test(target);
}

/** Where rustc looks for the description of a target that it doesn't know itself; whether files are there or not counts. */
export function targetFiles(target: string | undefined, env: Call["env"]): string[] {
  const folders = env.get("RUST_TARGET_PATH");
  if (target === undefined || folders === undefined || isSpecification(target)) return [];
  return folders.split(":").map((folder) => folder === "" ? `${target}.json` : `${folder}/${target}.json`);
}
