/** What happened, one line a command. */
export * from "./environment.ts";
export * from "./journal.ts";
