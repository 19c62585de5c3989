/** What happened, one line a command. */
export * from "./environment.ts";
export * from "./journal.ts";
export * from "./line_file.ts";
export * from "./record.ts";
export * from "./rollup.ts";
export * from "./entry.ts";
export * from "./read_journal.ts";
export * from "./size_point.ts";
export * from "./tally.ts";
