/** How a tool's process stands against others; the wire number is the position. */
export const PRIORITIES = ["normal", "low", "idle", "high"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** What each adds to the nice value. */
export const NICE: Readonly<Record<Priority, number>> = { normal: 0, low: 10, idle: 19, high: -5 };

/** What ZCCACHE_COMPILE_PRIORITY asks for; undefined for a word that it doesn't take. */
export function priorityWord(word: string): Priority | "auto" | undefined {
  const known = word.trim().toLowerCase();
  return known === "auto" ? known : PRIORITIES.find((priority) => priority === known);
}
