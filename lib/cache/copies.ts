import type { Digest } from "../core/mod.ts";
import { type FileView, LEAST_COMPARED_BYTES } from "../files/mod.ts";
import type { ReadyResult, Store } from "../store/mod.ts";
import type { Finished } from "./ingest.ts";
import type { Job } from "./job.ts";
import type { LateOutputs } from "./late_copy.ts";
import type { Paths } from "./paths.ts";
import { KnownCall } from "./recall/known_call.ts";
import type { Writers } from "./writers.ts";

/** A run whose result was filed. */
interface FiledRun {
  readonly kind: string;
  readonly unit: Pick<Job, "cwd" | "destination">;
}

/**
 * Says which files will have the content of stored ones: who takes them for inputs soon has them compared with these, which
 * takes an eighth of the time of hashing them.
 */
export class Copies {
  readonly #view: FileView;
  readonly #store: Pick<Store, "ready">;
  readonly #paths: Paths;
  readonly #writers: Writers;

  constructor(
    parts: { view: FileView; store: Pick<Store, "ready">; paths: Paths; writers: Writers },
  ) {
    this.#view = parts.view;
    this.#store = parts.store;
    this.#paths = parts.paths;
    this.#writers = parts.writers;
  }

  /** A result is about to be delivered. */
  delivers(to: KnownCall | Job, { result, files }: ReadyResult): void {
    for (const [i, { role, blob, size }] of result.files.entries()) {
      const isLarge = blob !== undefined && size >= LEAST_COMPARED_BYTES;
      if (!isLarge && this.#writers.none) continue;
      const dest = to.destination(role);
      if (dest === undefined) continue;
      const path = this.#paths.resolve(to.cwd, dest);
      const file = files[i]!;
      if (isLarge && "from" in file) this.#view.expectCopy(path, { digest: blob, path: file.from, size });
      this.#writers.delivered(to instanceof KnownCall ? to.context : to.context(this.#view), path);
    }
  }

  /** The result of a run was filed; its files are where the tool wrote them, and `late` tells of those that were copied late. */
  filed(run: FiledRun, { outputs }: Pick<Finished, "outputs">, result: Digest, late?: LateOutputs): void {
    // what an observed run wrote is known by its result alone
    const mayBeLarge = run.kind === "observed" ||
      outputs.some((output) => (output?.size ?? 0) >= LEAST_COMPARED_BYTES);
    if (!mayBeLarge) return;
    const { unit } = run;
    const seen = new Map(Array.from(late?.values() ?? [], (copy) => [copy.digest, copy.seen]));
    for (const [i, { role, blob, size }] of this.#store.ready(result)?.result.files.entries() ?? []) {
      const dest = unit.destination(role);
      if (blob === undefined || size < LEAST_COMPARED_BYTES || dest === undefined) continue;
      const path = () => this.#blobOf(result, i);
      const original = { digest: blob, path, size, seen: seen.get(blob) };
      this.#view.expectCopy(this.#paths.resolve(unit.cwd, dest), original);
    }
  }

  /** Where a stored file is, if its result is whole. */
  #blobOf(result: Digest, at: number): string | undefined {
    const file = this.#store.ready(result)?.files[at];
    return file !== undefined && "from" in file ? file.from : undefined;
  }
}
