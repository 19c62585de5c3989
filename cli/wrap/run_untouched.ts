import type { ToolCall } from "./call.ts";
import { splitAtNul } from "./call.ts";
import { logFallback } from "./fallback_log.ts";
import { becomeProgram, endBySignal } from "./native.ts";

/**
 * Runs the tool as if zccache were not there: this process becomes the tool. Where that is impossible it runs as a
 * child with our streams. The only way out when anything is wrong; `why` goes to the log, never to the streams.
 */
export async function runUntouched(call: ToolCall, why: string | undefined): Promise<number> {
  if (why !== undefined) logFallback(call, why);
  becomeProgram(call.tool, call.argvBytes, splitAtNul(call.envBlock));
  // A script without an interpreter line is the usual reason why we are still here.
  const shell = isScript(call.tool);
  const child = new Deno.Command(shell ? "/bin/sh" : call.tool, {
    args: [...shell ? [call.tool] : [], ...call.argv.slice(1)],
    env: call.env,
    clearEnv: true,
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  const status = await child.status;
  return status.signal === null ? status.code : endBySignal(status.signal);
}

/** A text file that the kernel refused to run. */
function isScript(path: string): boolean {
  if (Deno.build.os === "windows") return false;
  using file = Deno.openSync(path);
  const head = new Uint8Array(4);
  const size = file.readSync(head) ?? 0;
  const isElf = head[0] === 0x7f && head[1] === 0x45;
  return !isElf && size > 0 && !(head[0] === 0x23 && head[1] === 0x21) && !head.includes(0);
}
