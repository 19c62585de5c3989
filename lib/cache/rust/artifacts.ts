import { absolutePath, type RustArtifact, type RustArtifactFile } from "../../core/mod.ts";
import type { ReadyResult, Store, StoredCall } from "../../store/mod.ts";
import { outputOfRole } from "../observed_unit.ts";

/**
 * The crates whose files are stored, whole: as the last compiles of each source have made them. With a folder (absolute) only
 * files that were put below it; being listed is a use, which keeps them longer.
 */
export function rustArtifacts(store: Store, below?: string): RustArtifact[] {
  return store.sources(["family", "rustc"]).flatMap((subject) =>
    store.calls(subject).flatMap((call) => artifactOf(store, call, below) ?? [])
  );
}

function artifactOf(store: Store, call: StoredCall, below: string | undefined): RustArtifact | undefined {
  const facts = call.facts ?? [];
  const valuesOf = (label: string) => facts.flatMap(([name, value]) => name === label ? value : []);
  const [crate] = valuesOf("crate");
  const [source] = valuesOf("source");
  const [folder] = valuesOf("folder");
  const [entry] = store.entries(call.context);
  if (crate === undefined || source === undefined || folder === undefined || entry === undefined) {
    return undefined;
  }
  const isWanted = (path: string) =>
    below === undefined || absolutePath(path, folder).startsWith(`${below}/`);
  const places = new Map(valuesOf("output").map(splitAtEquals));
  if (![...places.values()].some(isWanted)) return undefined;
  const ready = store.ready(entry.result);
  if (ready === undefined || ready.result.exit !== 0) return undefined;
  const files = filesOf(ready, (role) => {
    const path = outputOfRole(role) ?? places.get(role);
    return path !== undefined && isWanted(path) ? absolutePath(path, folder) : undefined;
  });
  const { result } = entry;
  return {
    crate,
    source: absolutePath(source, folder),
    types: valuesOf("type"),
    result,
    atMs: call.atMs,
    files,
  };
}

function filesOf(ready: ReadyResult, place: (role: string) => string | undefined): RustArtifactFile[] {
  return ready.files.flatMap((file, i) => {
    const path = place(file.role);
    if (path === undefined) return [];
    const sizeBytes = ready.result.files[i]?.size ?? 0;
    return "from" in file ? { path, sizeBytes, from: file.from } : { path, sizeBytes, inline: file.inline };
  });
}

function splitAtEquals(text: string): [before: string, after: string] {
  const equals = text.indexOf("=");
  return [text.slice(0, equals), text.slice(equals + 1)];
}
