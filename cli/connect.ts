import { timingSafeEqual } from "node:crypto";
import { endpointFile, err, ok, parseEndpoint, type Result } from "../lib/core/mod.ts";
import { type Door, KNOCK_BYTES, parseDoor } from "../lib/protocol/mod.ts";
import { isAlive } from "./process_state.ts";

/** Why there is no reply: nobody listens, nobody answered in time, or what came was no reply. */
export type AskFailure =
  | { readonly kind: "absent" }
  | { readonly kind: "silent" }
  /** It speaks an older or a newer protocol than ours; an older one leaves when it's asked. */
  | { readonly kind: "older" | "newer" }
  | { readonly kind: "broken"; readonly detail: string };

/** Connects to the daemon of an endpoint; by the loopback interface only to one that knows the port file's token. */
export async function connectTo(endpoint: string, timeoutMs: number): Promise<Result<Deno.Conn, AskFailure>> {
  if (isForeign(endpointFile(endpoint))) return broken("the socket belongs to another user");
  const where = parseEndpoint(endpoint);
  try {
    return where.kind === "socket"
      ? await openSocket(where.path, timeoutMs)
      : await openLoopback(where.portFile, timeoutMs);
  } catch (error) {
    return isConnectError(error) ? err({ kind: "absent" }) : broken(error);
  }
}

async function openSocket(path: string, timeoutMs: number): Promise<Result<Deno.Conn, AskFailure>> {
  const connecting = Deno.connect({ transport: "unix", path });
  const connection = await withDeadline(connecting, timeoutMs);
  if (connection !== undefined) return ok(connection);
  connecting.then((late) => late.close(), () => {});
  return err({ kind: "silent" });
}

async function openLoopback(portFile: string, timeoutMs: number): Promise<Result<Deno.Conn, AskFailure>> {
  const text = await Deno.readTextFile(portFile);
  if (text === "") return err({ kind: "absent" }); // what a power cut may leave of it
  const door = parseDoor(text);
  if (!door.ok) return broken(`Cannot read ${portFile}: ${door.error}`);
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: door.value.port });
  let welcome: boolean | undefined;
  try {
    connection.setNoDelay(true);
    welcome = await withDeadline(isWelcome(connection, door.value), timeoutMs);
    if (welcome === true) return ok(connection);
  } finally {
    if (welcome !== true) connection.close();
  }
  // whoever has the port of a daemon that ended without taking its file away may say nothing as well
  return err({ kind: welcome === undefined && isAlive(door.value.pid) ? "silent" : "absent" });
}

/** Shows our half of the token, and asks for the other's: a stranger must not get our environment. */
async function isWelcome(connection: Deno.Conn, { knock, welcome }: Door): Promise<boolean> {
  const utf8 = new TextEncoder();
  const answer = new Uint8Array(KNOCK_BYTES);
  try {
    await writeAll(connection, utf8.encode(knock));
    for (let got = 0; got < KNOCK_BYTES;) {
      const count = await connection.read(answer.subarray(got));
      if (count === null) return false;
      got += count;
    }
  } catch (error) {
    // the deadline closes the connection under our hands
    if (isConnectError(error) || error instanceof Deno.errors.Interrupted) return false;
    throw error;
  }
  return timingSafeEqual(answer, utf8.encode(welcome));
}

/** Writes everything. Throws what the connection throws. */
export async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
}

/** Whether an error says that nobody is, or is any longer, at the other end. */
export function isConnectError(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.ConnectionRefused ||
    error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.NotConnected || error instanceof Deno.errors.BadResource;
}

/** What work comes to; undefined once the time is over. */
export async function withDeadline<T>(work: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A failure that no retry would heal. */
export function broken(error: unknown): { readonly ok: false; readonly error: AskFailure } {
  return err({ kind: "broken", detail: error instanceof Error ? error.message : String(error) });
}

/** What another user put there must not get our environment, let alone tell us what to run. */
function isForeign(file: string): boolean {
  try {
    const { uid } = Deno.lstatSync(file);
    return uid !== null && uid !== Deno.uid();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    if (error instanceof Deno.errors.PermissionDenied) return true;
    throw error;
  }
}
