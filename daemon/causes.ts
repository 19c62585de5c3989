import type { Difference, Explanation } from "../lib/core/mod.ts";
import type { NotKept } from "../lib/cache/mod.ts";
import type { JournalCause, JournalValue } from "../lib/journal/mod.ts";
import type { Ending } from "./outcomes.ts";

/** What an explanation, or the refusal to keep a result, says in a journal; docs/manual/why.md has the keys. */
export function causeOf(why: Explanation | NotKept): Pick<Ending, "reason" | "detail" | "because"> {
  const because = "differences" in why ? comparison(why) : named({ via: why.via });
  return { reason: why.reason, detail: why.detail, because };
}

function comparison({ sinceMs, differences, more }: Explanation): JournalCause | undefined {
  return named({
    compared_with: timeOf(sinceMs),
    differences: differences.length === 0 ? undefined : differences.map(differenceObject),
    more: more === 0 ? undefined : more,
  });
}

function differenceObject({ kind, name, was, now, hides, atMs, via }: Difference): JournalCause {
  return named({ kind, name, was, now, hides, at: timeOf(atMs), via }) ?? {};
}

/** The values that are there; undefined if there are none. */
function named(values: Readonly<Record<string, JournalValue | undefined>>): JournalCause | undefined {
  const known = Object.entries(values).filter((pair): pair is [string, JournalValue] =>
    pair[1] !== undefined
  );
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

function timeOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
