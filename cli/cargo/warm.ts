import { isLocked, type LockedPackage } from "./lock_file.ts";

/** A stored file as `rust-artifacts --json --contents` lists it. */
export interface StoredOutput {
  readonly crate: string;
  /** The crate's root, absolute. */
  readonly source: string;
  /** Where the compile has put it. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly content: { readonly storedIn: string } | { readonly bytes: Uint8Array<ArrayBuffer> };
}

/** What is asked for. */
export interface WarmRequest {
  /** Absolute. */
  readonly targetDir: string;
  readonly profile: string;
  /** Undefined where there is no lock file: then every crate of a registry or repository is taken. */
  readonly packages: readonly LockedPackage[] | undefined;
  /** Whether something stands at a path. */
  readonly isThere: (path: string) => boolean;
}

/** Why a stored file is not put back. */
export type Skipped = "not in the lock file" | "there already" | "made in several ways";

/** What to put back, and how many files are not, by reason. */
export interface WarmPlan {
  readonly files: readonly StoredOutput[];
  readonly skipped: Readonly<Partial<Record<Skipped, number>>>;
}

const KINDS = /\.(?:rlib|rmeta|d)$/;

/**
 * Chooses what belongs into `TARGET/[TRIPLE/]PROFILE/deps`. Cargo believes what it finds there, so only what is surely what
 * it looks for: crates whose files never change (a registry's, a repository's revision), each where its own compile has put
 * it, none over a file that is there, and none of which two compiles made different ones.
 */
export function planWarm(outputs: readonly StoredOutput[], request: WarmRequest): WarmPlan {
  const skipped: Partial<Record<Skipped, number>> = {};
  const skip = (why: Skipped) => void (skipped[why] = (skipped[why] ?? 0) + 1);
  const byPath = new Map<string, StoredOutput | "several">();
  for (const output of outputs) {
    if (!KINDS.test(output.path) || !isIn(output.path, request)) continue;
    if (!isWanted(output, request.packages)) {
      skip("not in the lock file");
      continue;
    }
    const other = byPath.get(output.path);
    const same = other === undefined || other !== "several" && isSame(other, output);
    byPath.set(output.path, same ? output : "several");
  }
  const files: StoredOutput[] = [];
  for (const [path, output] of byPath) {
    if (request.isThere(path)) skip("there already");
    else if (output === "several") skip("made in several ways");
    else files.push(output);
  }
  return { files: files.sort((a, b) => a.path < b.path ? -1 : 1), skipped };
}

function isIn(path: string, { targetDir, profile }: WarmRequest): boolean {
  if (!path.startsWith(`${targetDir}/`)) return false;
  const folders = path.slice(targetDir.length + 1).split("/").slice(0, -1);
  return folders.length <= 3 && folders.at(-1) === "deps" && folders.at(-2) === profile;
}

function isWanted({ crate, source }: StoredOutput, packages: WarmRequest["packages"]): boolean {
  if (packages !== undefined) return isLocked(crate, source, packages);
  return /\/(?:registry\/src|git\/checkouts)\//.test(source);
}

function isSame({ content: one }: StoredOutput, { content: other }: StoredOutput): boolean {
  if ("storedIn" in one) return "storedIn" in other && one.storedIn === other.storedIn;
  if ("storedIn" in other || one.bytes.length !== other.bytes.length) return false;
  return one.bytes.every((byte, at) => byte === other.bytes[at]);
}

/** Reads what `rust-artifacts --json --contents` printed; undefined if it is something else. */
export function readArtifacts(text: string): StoredOutput[] | undefined {
  const list = fieldsOf(JSON.parse(text))["artifacts"];
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((artifact: unknown) => {
    const { crate, source, outputs } = fieldsOf(artifact);
    if (typeof crate !== "string" || typeof source !== "string" || !Array.isArray(outputs)) return [];
    return outputs.flatMap((output: unknown) => {
      const { path, size_bytes, stored_in, base64 } = fieldsOf(output);
      if (typeof path !== "string" || typeof size_bytes !== "number") return [];
      const whole = { crate, source, path, sizeBytes: size_bytes };
      if (typeof stored_in === "string") return { ...whole, content: { storedIn: stored_in } };
      if (typeof base64 !== "string") return [];
      return { ...whole, content: { bytes: Uint8Array.fromBase64(base64) } };
    });
  });
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/**
 * Puts a file back: a new one, as if just made by this process. Throws what writing a file throws, and if the stored file is
 * not as long as it was.
 */
export async function putBack({ path, sizeBytes, content }: StoredOutput, stamp: Date): Promise<void> {
  const temporary = `${path}.zccache-${Deno.pid}`;
  try {
    if ("bytes" in content) await Deno.writeFile(temporary, content.bytes);
    else await Deno.copyFile(content.storedIn, temporary);
    // stored files are nobody's to change
    if (Deno.build.os !== "windows") await Deno.chmod(temporary, 0o666 & ~Deno.umask());
    await Deno.utime(temporary, stamp, stamp);
    const { size } = await Deno.stat(temporary);
    if (size !== sizeBytes) throw new Error(`the stored file has ${size} bytes instead of ${sizeBytes}`);
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}
