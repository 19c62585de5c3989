import { randomBytes } from "node:crypto";
import { parseEndpoint, removeIfThere, type Settings } from "../lib/core/mod.ts";
import { type Door, formatDoor, KNOCK_BYTES, parseDoor } from "../lib/protocol/mod.ts";
import { Gate } from "./gate.ts";

/** The place where a daemon listens. */
export interface OpenEndpoint extends Disposable {
  readonly socket: Deno.Listener;
  /** Whom to let in, where others than our own user can connect. */
  readonly gate: Gate | undefined;
  /** Takes no more connections. The name goes first, so that whoever comes now starts a new daemon. */
  close(): void;
}

/** Opens the endpoint of these settings; the caller holds the root's lock and stands in the root. */
export function openEndpoint(settings: Pick<Settings, "root" | "endpoint">): OpenEndpoint {
  const endpoint = parseEndpoint(settings.endpoint);
  return endpoint.kind === "socket"
    ? openSocket(endpoint.path, settings.root)
    : openLoopback(endpoint.portFile);
}

/** Where the lock's holder alone may listen: whatever stands there is a dead daemon's, unless it's no socket at all. */
function openSocket(path: string, root: string): OpenEndpoint {
  removeDeadSocket(path);
  // a short relative name fits where a long absolute one doesn't
  const short = path === `${root}/daemon.sock` ? "daemon.sock" : path;
  const socket = Deno.listen({ transport: "unix", path: short });
  return opened(socket, undefined, () => removeIfThere(path));
}

function openLoopback(portFile: string): OpenEndpoint {
  if (readDoor(portFile) === "else") {
    throw new Error(`Cannot write ${portFile}: something else is there`);
  }
  const socket = Deno.listen({ transport: "tcp", hostname: "127.0.0.1", port: 0 });
  const door: Door = { port: socket.addr.port, knock: secret(), welcome: secret(), pid: Deno.pid };
  try {
    writeDoor(portFile, door);
  } catch (error) {
    socket.close();
    throw error;
  }
  return opened(socket, new Gate(door), () => {
    const found = readDoor(portFile);
    // where several roots share a file, it may be another's by now
    if (typeof found === "object" && found.welcome === door.welcome) removeIfThere(portFile);
  });
}

function opened(socket: Deno.Listener, gate: Gate | undefined, removeName: () => void): OpenEndpoint {
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    removeName();
    socket.close();
  };
  return { socket, gate, close, [Symbol.dispose]: close };
}

function secret(): string {
  return randomBytes(KNOCK_BYTES / 2).toString("hex");
}

/** For the owner only, and whole from the first moment on. */
function writeDoor(portFile: string, door: Door): void {
  const temporary = `${portFile}.${Deno.pid}`;
  removeIfThere(temporary);
  Deno.writeTextFileSync(temporary, formatDoor(door), { createNew: true, mode: 0o600 });
  Deno.renameSync(temporary, portFile);
}

/** What a port file says; `else` for what is none, undefined for nothing, which is also what a power cut may leave of one. */
function readDoor(portFile: string): Door | "else" | undefined {
  try {
    if (!Deno.lstatSync(portFile).isFile) return "else";
    const text = Deno.readTextFileSync(portFile);
    if (text === "") return undefined;
    const door = parseDoor(text);
    return door.ok ? door.value : "else";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function removeDeadSocket(path: string): void {
  try {
    if (!Deno.lstatSync(path).isSocket) throw new Error(`Cannot listen at ${path}: something else is there`);
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
