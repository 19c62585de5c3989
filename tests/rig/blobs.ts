import fs from "node:fs";
import { takeSnapshot } from "./snapshot.ts";

/** Every blob of a root, absolute, with its content. */
export function blobsOf(root: string): Map<string, Uint8Array> {
  const blobs = new Map<string, Uint8Array>();
  if (!fs.existsSync(`${root}/artifacts`)) return blobs;
  for (const [path, entry] of takeSnapshot(`${root}/artifacts`)) {
    if (entry.kind === "file") blobs.set(`${root}/artifacts/${path}`, entry.bytes);
  }
  return blobs;
}

/** Damages a blob. Blobs are read-only, which doesn't stop whoever really wants to (or root). */
export function damage(
  path: string,
  how: "flipped" | "truncated" | "emptied" | "deleted" | "replaced",
): void {
  if (how === "deleted") return Deno.removeSync(path);
  Deno.chmodSync(path, 0o644);
  const bytes = Deno.readFileSync(path);
  const middle = bytes.length >> 1;
  if (how === "flipped") bytes[middle] = (bytes[middle] ?? 0) ^ 0xff;
  if (how === "replaced") {
    Deno.removeSync(path);
    bytes.fill(0);
  }
  Deno.writeFileSync(
    path,
    how === "truncated" ? bytes.slice(0, middle) : how === "emptied" ? new Uint8Array() : bytes,
  );
  Deno.chmodSync(path, 0o444);
}
