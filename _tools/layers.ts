/**
 * Which folders may import which. `lib/NAME` is a layer of its own, so are the other top folders; a layer that is
 * missing here is a `lib/` layer that may use core only.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "lib/core": [],
  "lib/protocol": ["lib/core"],
  "lib/cache": ["lib/core", "lib/protocol", "lib/tools", "lib/store", "lib/files"],
  "lib/sessions": ["lib/core", "lib/journal"],
  "cli": ["lib/core", "lib/protocol", "lib/journal"],
  "daemon": ["lib/*", "cli"],
  "launcher": ["lib/core", "lib/protocol", "cli"],
  "main.ts": ["lib/*", "cli", "daemon"],
  "mod.ts": ["lib/*", "cli"],
  "bench": ["*"],
  "testing": [],
  "tests": ["*"],
  "_tools": ["*"],
};

/** Layers whose insides may be reached without their mod.ts: programs around the product, and its one entry. */
const LOOKS_INSIDE = ["main.ts", "mod.ts", "launcher", "bench", "tests", "_tools"];

/** The layer of a path relative to the repository: its top folder, one more for `lib/`, or the file itself. */
export function layerOf(path: string): string {
  const [top = "", second = ""] = path.split("/");
  return top === "lib" ? `lib/${second}` : top;
}

/** What is wrong with an import, both paths relative to the repository; undefined if it's fine. */
export function findFault(from: string, to: string): string | undefined {
  const [ours, theirs] = [layerOf(from), layerOf(to)];
  if (ours === theirs) return undefined;
  if (theirs === "tests") return "nothing imports tests/";
  if (theirs === "testing") {
    return ours === "tests" || from.endsWith("_test.ts") ? undefined : "only tests import testing/";
  }
  if (!mayImport(ours, theirs)) return `${ours} may not import ${theirs}`;
  const inside = LOOKS_INSIDE.includes(ours) || from.endsWith("_test.ts");
  if (!inside && !to.endsWith("/mod.ts")) return `${theirs} is reached through ${theirs}/mod.ts only`;
  return undefined;
}

function mayImport(ours: string, theirs: string): boolean {
  const allowed = MAY_IMPORT[ours] ?? ["lib/core"];
  return allowed.some((layer) =>
    layer === "*" || layer === theirs || (layer.endsWith("/*") && theirs.startsWith(layer.slice(0, -1)))
  );
}
