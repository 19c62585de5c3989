import { journalLine, type JournalRecord, sizeLine } from "../../lib/journal/mod.ts";

/** Numbers that look random and are the same each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
}

/** When the first build begins. */
const BEGIN_MS = Date.UTC(2026, 10, 20, 8, 0, 0);

const FAILED = { outcome: "error", reason: "tool-failed", exitCode: 1 } as const;

/** A journal of builds that never were: some jobs at once, edited headers, errors, names that try to be markup. */
export function madeJournal(
  count: number,
  options: { readonly builds: number; readonly jobs: number },
): string {
  const random = numbers(7);
  const lines: string[] = [];
  const perBuild = Math.ceil(count / options.builds);
  let at = BEGIN_MS;
  for (let build = 0; build < options.builds; build++, at += 600_000) {
    const free = Array.from({ length: options.jobs }, () => at);
    for (let i = 0; i < perBuild && lines.length < count; i++) {
      const job = free.indexOf(Math.min(...free));
      const toolMs = 20 + random() ** 4 * 4000;
      const record = recordOf(i, { random: random(), toolMs, first: build === 0 });
      const latencyMs = record.outcome === "hit" ? 0.2 + random() : toolMs;
      free[job] = free[job]! + latencyMs + 0.05;
      lines.push(
        journalLine({ ...record, latencyNs: latencyMs * 1e6, atMs: free[job]! }, `made.${lines.length}`),
      );
    }
    at = Math.max(...free);
  }
  return lines.join("");
}

/** The size that such builds would leave: growing until there is no more room, and held there by dropping files. */
export function madeSizes(count: number): string {
  const room = 5e9;
  const stored = (i: number) => i / count * 2 * room;
  return Array.from({ length: count }, (_, i) => {
    const bytes = Math.round(Math.min(stored(i), room - stored(i) % (room / 50)));
    const evicted = stored(i) > room && i % 20 === 0 ? 40 : 0;
    return sizeLine({ atMs: BEGIN_MS + i * 10_000, bytes, results: Math.round(bytes / 50_000), evicted });
  }).join("");
}

function recordOf(
  i: number,
  { random, toolMs, first }: { readonly random: number; readonly toolMs: number; readonly first: boolean },
): Omit<JournalRecord, "latencyNs" | "atMs"> {
  const name = i % 997 === 5 ? `<script>alert("${i}")</script>&amp;.cc` : `unit_${i}.cc`;
  const source = `src/module_${i % 40}/${name}`;
  const output = `out/${name}.o`;
  const call = {
    compiler: "/usr/bin/g++",
    args: ["-O2", "-Iinclude", "-std=c++17", "-c", source, "-o", output],
    cwd: "/home/somebody/project",
    env: [],
    source,
    output,
  };
  const base = { call, sessionId: null, exitCode: 0, toolMs } as const;
  if (random < 0.01) return { ...base, ...FAILED };
  if (random < 0.04) return { ...base, outcome: "miss", exitCode: null, reason: "preprocess-only" };
  if (random > 0.3 && !first) return { ...base, outcome: "hit" };
  if (first) return { ...base, outcome: "miss", reason: "first-seen" };
  const header = `/home/somebody/project/include/part_${Math.floor(random * 30)}.h`;
  const because = { differences: [{ kind: "file", name: header, was: "0123", now: "4567" }] };
  return { ...base, outcome: "miss", reason: "input-changed", because };
}
