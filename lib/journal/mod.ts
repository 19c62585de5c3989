/** What happened, one line a command. */
export * from "./environment.ts";
export * from "./journal.ts";
export * from "./line_file.ts";
export * from "./record.ts";
