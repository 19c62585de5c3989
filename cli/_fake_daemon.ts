/**
 * A daemon that pings and leaves, for the tests of starting and stopping. As a program: `_fake_daemon.ts MODE`, with the
 * socket in ZCCACHE_ENDPOINT; `stubborn` doesn't leave, `broken` never serves, `older` and `newer` speak another protocol,
 * each start is a line in ROOT/starts, and ROOT/listening is there once it can be reached.
 */
import { decodeRequest, encodeReply, LENGTH_BYTES, PROTOCOL, type Reply } from "../lib/protocol/mod.ts";

if (import.meta.main) await main(Deno.args[0] ?? "");

async function main(mode: string): Promise<void> {
  const endpoint = Deno.env.get("ZCCACHE_ENDPOINT") ?? "";
  const beside = (name: string) => endpoint.replace(/[^/]*$/, name);
  await Deno.writeTextFile(beside("starts"), "start\n", { append: true });
  if (mode === "broken") Deno.exit(3);
  const listener = Deno.listen({ transport: "unix", path: endpoint });
  await Deno.writeTextFile(beside("listening"), "");
  for await (const connection of listener) {
    const bytes = new Uint8Array(4096);
    const size = await connection.read(bytes) ?? 0;
    const { kind } = decodeRequest(bytes.slice(LENGTH_BYTES, size));
    const pong: Reply = { kind: "pong", release: 1000, pid: Deno.pid };
    const reply = encodeReply(pong);
    if (mode === "older") reply[LENGTH_BYTES + 1] = PROTOCOL - 1;
    if (mode === "newer") reply[LENGTH_BYTES + 1] = PROTOCOL + 1;
    await connection.write(reply);
    connection.close();
    if (kind === "shutdown" && mode !== "stubborn") Deno.exit(0);
    if (mode === "older") {
      // it has requests in hand
      await new Promise((resume) => setTimeout(resume, 100));
      Deno.exit(0);
    }
  }
}
