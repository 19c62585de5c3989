import assert from "node:assert/strict";
import { type Door, formatDoor, parseDoor } from "./door.ts";

const DOOR: Door = { port: 4711, knock: "k".repeat(32), welcome: "w".repeat(32), pid: 77 };

Deno.test("parseDoor() reads what formatDoor() wrote", () => {
  assert.equal(formatDoor(DOOR), `4711 ${"k".repeat(32)}${"w".repeat(32)} 77\n`);
  assert.deepEqual(parseDoor(formatDoor(DOOR)), { ok: true, value: DOOR });
});

for (
  const [what, text] of [
    ["nothing", ""],
    ["no end", formatDoor(DOOR).trimEnd()],
    ["more than one line", `${formatDoor(DOOR)}x`],
    ["a port of zero", formatDoor({ ...DOOR, port: 0 })],
    ["a port over 65535", formatDoor({ ...DOOR, port: 65536 })],
    ["a short token", formatDoor({ ...DOOR, welcome: "w" })],
    ["a token with a blank", formatDoor({ ...DOOR, knock: " ".repeat(32) })],
    ["no process", formatDoor(DOOR).replace("77", "")],
  ] as const
) {
  Deno.test(`parseDoor() refuses ${what}`, () => assert.equal(parseDoor(text).ok, false));
}
