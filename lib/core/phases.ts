/** What a request's time is spent on, in the order in which it comes; `connect`, `deliver` and `snapshot` are the launcher's. */
export const PHASES = [
  "connect",
  "barrier",
  "parse",
  "key",
  "validate",
  "deliver",
  "tool",
  "snapshot",
  "ingest",
] as const;

export type Phase = (typeof PHASES)[number];

/** Time by phase, in nanoseconds; a phase that a request doesn't have is absent. */
export type PhaseTimes = Readonly<Partial<Record<Phase, number>>>;
