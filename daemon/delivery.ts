import type { DeliveryMode } from "../lib/core/mod.ts";
import type { Unit } from "../lib/cache/mod.ts";
import type { DeliveredFile, DeliverReply } from "../lib/protocol/mod.ts";
import type { ReadyResult } from "../lib/store/mod.ts";

/** The reply that hands out a result. */
export function deliverReply(unit: Unit, ready: ReadyResult, mode: DeliveryMode): DeliverReply {
  const { exit, stdout, stderr } = ready.result;
  return {
    kind: "deliver",
    exit,
    stdout,
    stderr,
    files: deliveredFiles(unit, ready),
    delivery: deliveryOf(mode),
  };
}

/**
 * No delivered file ever shares its bytes with the store by a hard link: who writes to one, or changes its mode, would
 * change the other (docs/decisions/0005-no-hard-links.md). The words that ask for links get the next best thing.
 */
function deliveryOf(mode: DeliveryMode): DeliverReply["delivery"] {
  return mode === "link" || mode === "reflink-or-link-or-copy" ? "auto" : mode;
}

/** Where the files of a result go for this call. */
function deliveredFiles(unit: Unit, ready: ReadyResult): DeliveredFile[] {
  const files: DeliveredFile[] = [];
  for (const file of ready.files) {
    const dest = destinationOf(unit, file.role);
    if (dest === undefined) continue;
    const base = { dest, mode: (file.mode & 0o111) === 0 ? 0o666 : 0o777 };
    files.push("from" in file ? { ...base, from: file.from } : { ...base, inline: file.inline });
  }
  return files;
}

function destinationOf(unit: Unit, role: string): string | undefined {
  const { discovery, outputs } = unit.plan;
  if (role === "depfile" && discovery.how === "filtered-depfile") return discovery.path;
  return outputs.find((output) => output.role === role)?.path;
}
