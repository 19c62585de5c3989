import { Buffer } from "node:buffer";
import { type Digest, KeyRecipe, type PathMap, textOfUtf8 } from "../../core/mod.ts";
import type { OfferedFile, ReadyFile, ReadyResult } from "../../store/mod.ts";
import type { ToolFamily, Unshared } from "../../tools/mod.ts";
import { formsOf, type TextForm } from "./text_forms.ts";

/** The key of results that were to be shared, but hold the path of their checkout. */
export function aloneContext(context: Digest, roots: PathMap): Digest {
  return new KeyRecipe().add("context", context).add("alone in", roots.key).digest();
}

/** The role of the file that says from which checkout a shared result came; it's delivered nowhere. */
export const ORIGIN_ROLE = "origin";

/** What a run left, about to be filed. */
export interface Produced {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly files: readonly OfferedFile[];
}

/** A run whose result shall be the same in every checkout. */
export interface CommonRun {
  readonly roots: PathMap;
  readonly family: ToolFamily;
  /** Where a file may be written. */
  readonly folder: string;
  /** Whether the messages are broken by their width, or set otherwise by what they say. */
  readonly wraps: boolean;
  /** Paths of all files that the tool read. */
  inputs(): readonly string[];
}

const utf8 = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Brings what a run left into the form that all checkouts have in common: paths in messages and depfile by the roots' names.
 * Refused if a root's path is anywhere else, or if what this checkout had doesn't come back byte for byte. Nothing is
 * written unless all of it is right.
 */
export function toCommonResult(run: CommonRun, produced: Produced): Produced | Unshared {
  const depfile = produced.files.find(({ role }) => formsOf(run.family).isDepfile(role));
  const holder = produced.files.find((file) => file !== depfile && holdsRoot(file.source, run.roots));
  if (holder !== undefined) return { reason: "path_sensitive_arg", detail: `in the ${holder.role}` };
  const stdout = commonMessages(run, produced.stdout);
  const stderr = commonMessages(run, produced.stderr);
  const list = depfile && commonDepfile(run, Deno.readFileSync(depfile.source));
  if (stdout === undefined || stderr === undefined) {
    return { reason: "path_sensitive_arg", detail: "in the messages" };
  }
  if (depfile !== undefined && list === undefined) {
    return { reason: "path_sensitive_arg", detail: "in the depfile" };
  }
  if (depfile !== undefined && list !== undefined) Deno.writeFileSync(depfile.source, list);
  const files = produced.files.map((file) => file === depfile ? { ...file, digest: undefined } : file);
  const source = `${run.folder}/${ORIGIN_ROLE}`;
  Deno.writeTextFileSync(source, originOf(run.roots));
  return { stdout, stderr, files: [...files, { role: ORIGIN_ROLE, mode: 0o600, source }] };
}

/** What a run produced, in common where its unit's results are shared and can be; else with the reason why not, `alone` if that is known already. */
export function shareProduced(
  run: Omit<CommonRun, "roots"> & {
    readonly roots: PathMap | undefined;
    readonly alone?: Unshared | undefined;
  },
  produced: Produced,
): Produced & { readonly unshared?: Unshared } {
  const { roots, alone } = run;
  if (roots === undefined) return produced;
  if (alone !== undefined) return { ...produced, unshared: alone };
  const common = toCommonResult({ ...run, roots }, produced);
  return "reason" in common ? { ...produced, unshared: common } : common;
}

/** A result as the tool would have left it in this checkout, and the root of the one that it came from if it's another. */
export interface LocalResult {
  readonly ready: ReadyResult;
  readonly origin: string | undefined;
}

/** Brings a result from its common form into that of a checkout. */
export function toLocalResult(ready: ReadyResult, roots: PathMap, family: ToolFamily): LocalResult {
  const forms = formsOf(family);
  const said = (bytes: Uint8Array) => localText(bytes, forms.messages, roots);
  const mark = ready.files.find(({ role }) => role === ORIGIN_ROLE);
  if (mark === undefined) return { ready, origin: undefined };
  const files = ready.files.map((file): ReadyFile =>
    forms.isDepfile(file.role)
      ? { role: file.role, mode: file.mode, inline: localText(contentOf(file), forms.depfile, roots) }
      : file
  );
  const { stdout, stderr } = ready.result;
  const result = { ...ready.result, stdout: said(stdout), stderr: said(stderr) };
  const origin = strict.decode(contentOf(mark));
  return { ready: { result, files }, origin: origin === originOf(roots) ? undefined : origin };
}

function originOf(roots: PathMap): string {
  const { roots: all } = roots;
  return all.find(({ name }) => name === "root")?.path ?? all[0]?.path ?? "";
}

/** Whether a file holds a root's path, as it is or as compilers make it part of a symbol. */
function holdsRoot(path: string, roots: PathMap): boolean {
  const bytes = Buffer.from(Deno.readFileSync(path).buffer);
  return roots.roots.some((root) =>
    bytes.includes(root.path) || bytes.includes(root.path.replaceAll(/[^A-Za-z0-9]/g, "_"))
  );
}

/** Messages in their common form; undefined if that may not be what the tool would say elsewhere. */
function commonMessages(run: CommonRun, bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length === 0) return bytes;
  const { roots } = run;
  const text = textOfUtf8(bytes);
  if (text === undefined) return undefined;
  if (!roots.mentions(text)) return bytes;
  const { messages, quotes } = formsOf(run.family);
  // a source line that is quoted would hold the same path in another checkout
  if (run.wraps || quotes && run.inputs().some((path) => holdsRoot(path, roots))) return undefined;
  return commonText(text, messages, roots);
}

function commonDepfile(run: CommonRun, bytes: Uint8Array): Uint8Array | undefined {
  const { roots, family } = run;
  const text = textOfUtf8(bytes);
  if (text === undefined) return undefined;
  return roots.mentions(text) ? commonText(text, formsOf(family).depfile, roots) : bytes;
}

/** A text in its common form; undefined if that still holds a root's path, or doesn't come back. */
function commonText(text: string, form: TextForm, roots: PathMap): Uint8Array | undefined {
  const common = form.toCommon(text, roots);
  if (common === undefined || roots.roots.some(({ path }) => common.includes(path))) return undefined;
  return form.toLocal(common, roots) === text ? utf8.encode(common) : undefined;
}

function localText(bytes: Uint8Array, form: TextForm, roots: PathMap): Uint8Array {
  if (bytes.length === 0) return bytes;
  const text = strict.decode(bytes);
  return roots.mentions(text) ? utf8.encode(form.toLocal(text, roots)) : bytes;
}

function contentOf(file: ReadyFile): Uint8Array {
  return "inline" in file ? file.inline : Deno.readFileSync(file.from);
}
