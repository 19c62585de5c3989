/**
 * The library: what a program needs to talk to a zccache daemon. `readSettings` finds the cache root and the socket,
 * `askDaemon` asks it one question.
 *
 * ```ts
 * import { askDaemon, readSettings } from "./mod.ts";
 *
 * const settings = readSettings((name) => Deno.env.get(name), Deno.cwd());
 * const reply = await askDaemon(settings.endpoint, { kind: "ping" }, 1000);
 * if (reply.ok && reply.value.kind === "pong") console.log(`daemon ${reply.value.pid}`);
 * ```
 */
export { askDaemon, type AskFailure, DaemonClient, describeFailure } from "./cli/daemon_client.ts";
export {
  hitRate,
  readSettings,
  RELEASE,
  type Result,
  SettingError,
  type Settings,
  VERSION,
} from "./lib/core/mod.ts";
export type { CommandRequest, OutputReply, PongReply, Reply, Request } from "./lib/protocol/mod.ts";
