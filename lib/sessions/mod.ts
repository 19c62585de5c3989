/** Sessions: what the commands of one build came to, and where their time went. */
export * from "./counts.ts";
export * from "./session.ts";
export * from "./session_folder.ts";
export * from "./sessions.ts";
export type { Profiled } from "./profile.ts";
