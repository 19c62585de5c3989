import {
  absolutePath,
  type ArtifactsAsked,
  isCommonPath,
  PathMap,
  type RustArtifact,
  type RustArtifactFile,
} from "../../core/mod.ts";
import type { FileView } from "../../files/mod.ts";
import type { ReadyResult, Store, StoredCall, StoredEntry } from "../../store/mod.ts";
import { rootsOfTarget } from "../checkouts/checkout_roots.ts";
import { aloneContext, toLocalResult } from "../checkouts/common_result.ts";
import { outputOfRole } from "../observed/observed_unit.ts";
import { Paths } from "../paths.ts";

/** Who asks: what he wants, and which of the paths that checkouts share are his. */
interface Asker {
  readonly store: Store;
  readonly below: string | undefined;
  readonly roots: PathMap;
}

/**
 * The crates whose files are stored, whole: as the last compiles of each source have made them. Being listed is a use, which
 * keeps them longer.
 */
export function rustArtifacts(
  { store, view }: { readonly store: Store; readonly view: FileView },
  { below, sharing }: ArtifactsAsked,
): RustArtifact[] {
  view.barrier();
  const roots = below === undefined || sharing === undefined
    ? new PathMap([])
    : rootsOfTarget(below, sharing, { view, paths: new Paths(view) });
  const asker = { store, below, roots };
  return store.sources(["family", "rustc"]).flatMap((subject) =>
    store.calls(subject).flatMap((call) => artifactOf(call, asker) ?? [])
  );
}

function artifactOf(call: StoredCall, asker: Asker): RustArtifact | undefined {
  const { store, below, roots } = asker;
  const facts = call.facts ?? [];
  const valuesOf = (label: string) =>
    facts.flatMap(([name, value]) => name === label ? roots.wordFromKey(value) : []);
  const [crate] = valuesOf("crate");
  const [source] = valuesOf("source");
  const [folder] = valuesOf("folder");
  const entry = entryOf(call, asker);
  if (crate === undefined || source === undefined || folder === undefined || entry === undefined) {
    return undefined;
  }
  const placeOf = (path: string) => isCommonPath(path) ? path : absolutePath(path, folder);
  const isWanted = (path: string) => below === undefined || placeOf(path).startsWith(`${below}/`);
  const places = new Map(valuesOf("output").map(splitAtEquals));
  if (![...places.values()].some(isWanted)) return undefined;
  const stored = store.ready(entry.result);
  if (stored === undefined || stored.result.exit !== 0) return undefined;
  const { ready } = toLocalResult(stored, roots, "rustc");
  const files = filesOf(ready, (role) => {
    const observed = outputOfRole(role);
    const path = observed === undefined ? places.get(role) : roots.fromCommon(observed);
    return path !== undefined && isWanted(path) ? placeOf(path) : undefined;
  });
  return {
    crate,
    source: placeOf(source),
    types: valuesOf("type"),
    result: entry.result,
    atMs: call.atMs,
    files,
  };
}

/** The last result of a call; where it could not be shared, the asker's own. */
function entryOf({ context }: StoredCall, { store, roots }: Asker): StoredEntry | undefined {
  const [shared] = store.entries(context);
  return shared ?? store.entries(aloneContext(context, roots))[0];
}

function filesOf(ready: ReadyResult, place: (role: string) => string | undefined): RustArtifactFile[] {
  return ready.files.flatMap((file, i): RustArtifactFile[] => {
    const path = place(file.role);
    if (path === undefined) return [];
    if ("inline" in file) return [{ path, sizeBytes: file.inline.length, inline: file.inline }];
    return [{ path, sizeBytes: ready.result.files[i]?.size ?? 0, from: file.from }];
  });
}

function splitAtEquals(text: string): [before: string, after: string] {
  const equals = text.indexOf("=");
  return [text.slice(0, equals), text.slice(equals + 1)];
}
