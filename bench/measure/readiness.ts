import { encodeRequest } from "../../lib/protocol/mod.ts";

/** How often a socket that isn't there yet is tried again, in milliseconds. */
const PAUSE_MS = 1;

/** Milliseconds from the start of a daemon's process until it answers a ping at its socket. The process goes on. */
export async function timeToPong(
  program: string,
  options: { readonly env: Record<string, string>; readonly socket: string },
): Promise<number> {
  const since = performance.now();
  const child = new Deno.Command(program, {
    args: ["--foreground"],
    env: options.env,
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  child.unref();
  while (!await answers(options.socket)) await new Promise((resume) => setTimeout(resume, PAUSE_MS));
  return performance.now() - since;
}

async function answers(path: string): Promise<boolean> {
  try {
    using connection = await Deno.connect({ transport: "unix", path });
    await connection.write(encodeRequest({ kind: "ping" }));
    return await connection.read(new Uint8Array(64)) !== null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.ConnectionRefused) return false;
    throw error;
  }
}
