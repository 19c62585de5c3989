import type { ToolCall } from "./call.ts";

/** Above this the log is kept once as `launcher.log.1` and a new one begun. */
const LOG_LIMIT_BYTES = 1024 * 1024;

/** Appends a line to ROOT/logs/launcher.log, the launcher's own log. A log that can't be written must not be noticed. */
export function logFallback(call: ToolCall, why: string): void {
  if (call.settings === undefined) return;
  const path = `${call.settings.root}/logs/launcher.log`;
  const name = (call.argv[0] ?? "").replaceAll("\n", "?");
  const line = `${new Date().toISOString()} ${Deno.pid} ${why}: ${name}\n`;
  try {
    if (Deno.lstatSync(path).size > LOG_LIMIT_BYTES) Deno.renameSync(path, `${path}.1`);
  } catch {
    // no log yet, or one that can't be moved: the next write says which, and it is ignored as well
  }
  try {
    Deno.writeTextFileSync(path, line, { append: true, create: true, mode: 0o600 });
  } catch {
    // an unwritable root, a full disk: the build goes on
  }
}
