import assert from "node:assert/strict";
import { callOf, journalCallOf } from "./caller.ts";
import type { CompileRequest } from "../lib/protocol/mod.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

const REQUEST: CompileRequest = {
  kind: "compile",
  connectUs: 0,
  session: new Uint8Array(),
  pid: 1,
  release: 1000,
  flags: 2,
  columns: 100,
  umask: 0o22,
  rootFolder: "",
  cwd: bytes("/p"),
  argv: [bytes("gcc"), bytes("-c"), bytes("ä.c")],
  env: bytes("PATH=/usr/bin\0EMPTY=\0=odd\0CC=gcc\0A=b=c"),
};

Deno.test("callOf() reads words, folder, variables and the terminal", () => {
  const call = callOf(REQUEST);
  assert.ok(call.ok);
  assert.deepEqual([call.value.name, call.value.args, call.value.cwd], ["gcc", ["-c", "ä.c"], "/p"]);
  assert.deepEqual(call.value.terminal, {
    stderr: true,
    stdout: false,
    stdin: false,
    columns: 100,
  });
  assert.deepEqual([...call.value.env], [["PATH", "/usr/bin"], ["EMPTY", ""], ["CC", "gcc"], ["A", "b=c"]]);
  assert.deepEqual(journalCallOf(call.value), {
    compiler: "gcc",
    args: ["-c", "ä.c"],
    cwd: "/p",
    env: [["CC", "gcc"]],
  });
});

Deno.test("callOf() refuses words and folders that are not UTF-8", () => {
  const odd = new Uint8Array([0x2f, 0xff]);
  for (const request of [{ ...REQUEST, cwd: odd }, { ...REQUEST, argv: [bytes("gcc"), odd] }]) {
    const call = callOf(request);
    assert.ok(!call.ok && call.error.reason === "not-utf8");
  }
});

Deno.test("callOf() refuses a relative folder and an empty command", () => {
  for (const request of [{ ...REQUEST, cwd: bytes("p") }, { ...REQUEST, argv: [] }]) {
    const call = callOf(request);
    assert.ok(!call.ok && call.error.reason === "bad-request");
  }
});

Deno.test("callOf() keeps values apart that are not UTF-8", () => {
  const env = (byte: number) => new Uint8Array([...bytes("LANG=x"), byte, 0]);
  const a = callOf({ ...REQUEST, env: env(0xfe) });
  const b = callOf({ ...REQUEST, env: env(0xff) });
  assert.ok(a.ok && b.ok);
  assert.notEqual(a.value.env.get("LANG"), b.value.env.get("LANG"));
});
