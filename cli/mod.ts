/** The commands of `zccache` as the daemon runs them; the caller's process enters through `main.ts`. */
export { answerCommand } from "./answer.ts";
export type { DaemonFacts } from "./command.ts";
export { connectTo } from "./connect.ts";
export { rootFolder } from "./root_folder.ts";
