import { type Digest, type PathMap, type Reason } from "../../core/mod.ts";

/** How many commands are remembered. */
const MAX_REMEMBERED = 100_000;

/** A command whose results are shared between checkouts. */
export interface SharedCommand {
  readonly roots: PathMap;
  /** Key of everything but file contents. */
  readonly base: Digest;
  /** The same without the compiler's identity. */
  readonly anyCompiler: Digest;
}

/** Reasons that only say that there was nothing that fits. */
const VAGUE: ReadonlySet<Reason> = new Set(["first-seen", "input-changed", "command-changed"]);

/** Tells why a command that another checkout has given before was no hit in this one. */
export class Siblings {
  /** Bases and commands, each by itself and with every checkout that gave it. */
  readonly #seen = new Set<string>();

  /** The reason of a miss, more exactly where another checkout explains it. */
  reason(unit: SharedCommand, reason: Reason): Reason {
    const { base, anyCompiler: command } = unit;
    const known = this.#seen.has(base) ? "content_hash_mismatch" : "toolchain_mismatch";
    const isElsewhere = this.#seen.has(base) || this.#seen.has(command);
    const isHere = this.#seen.has(`${base}\0${unit.roots.key}`) ||
      (known === "toolchain_mismatch" && this.#seen.has(`${command}\0${unit.roots.key}`));
    if (this.#seen.size > MAX_REMEMBERED) this.#seen.clear();
    for (const key of [base, command]) this.#seen.add(key).add(`${key}\0${unit.roots.key}`);
    return isElsewhere && !isHere && VAGUE.has(reason) ? known : reason;
  }
}
