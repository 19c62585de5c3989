import assert from "node:assert/strict";
import { encode } from "@msgpack/msgpack";
import { REASONS } from "../../lib/core/mod.ts";
import { encodeReply, KIND, PROTOCOL } from "../../lib/protocol/mod.ts";
import { assertOk, launcher, Rig, testWith, text, typescript, type Wrapper } from "../rig.ts";
import { frame } from "./peer.ts";

const utf8 = (words: string) => new TextEncoder().encode(words);

/** A hit with an object that the compiler never made. */
const POISONED = encodeReply({
  kind: "deliver",
  exit: 0,
  stdout: utf8("poisoned"),
  stderr: utf8(""),
  files: [{ dest: "a.o", mode: 0o666, inline: utf8("poisoned") }],
  delivery: "auto",
});

/** What a daemon of another version, or something else at its place, might answer. */
const ANSWERS: Readonly<Record<string, Uint8Array | "silence" | "hang up">> = {
  "nothing, ever": "silence",
  "nothing, and hangs up": "hang up",
  "a greeting of its own": utf8("220 mail.example ESMTP\r\n"),
  "the largest length": new Uint8Array([0xff, 0xff, 0xff, 0xff, 0]),
  "a frame that ends early": POISONED.subarray(0, POISONED.length - 3),
  "another protocol": frame(encode([PROTOCOL + 1, KIND.deliver, 0, utf8("x"), utf8("x"), [], 0])),
  "an unknown kind": frame(encode([PROTOCOL, 250])),
  "a request": frame(encode([PROTOCOL, KIND.ping])),
  "a hit without fields": frame(encode([PROTOCOL, KIND.deliver])),
  "a hit whose object is nowhere": encodeReply({
    kind: "deliver",
    exit: 0,
    stdout: utf8(""),
    stderr: utf8(""),
    files: [{ dest: "a.o", mode: 0o666, from: "/no/such/blob" }],
    delivery: "auto",
  }),
  "a hit of which one of two files is nowhere": encodeReply({
    kind: "deliver",
    exit: 0,
    stdout: utf8("never seen"),
    stderr: utf8(""),
    files: [{ dest: "a.o", mode: 0o666, inline: utf8("x") }, {
      dest: "a.d",
      mode: 0o666,
      from: "/no/such/blob",
    }],
    delivery: "copy",
  }),
  "that versions differ": encodeReply({ kind: "bypass", code: REASONS["version-mismatch"].code }),
  "a tool that isn't there": encodeReply({
    kind: "run",
    ticket: 1,
    tool: "/no/such/tool",
    argv: ["gcc", "-c", "a.c"],
    env: [],
    outputs: ["a.o"],
    snapshot: "/no/such/folder",
    captureLimit: 1000,
    waits: false,
    lingers: false,
    mayBeLate: false,
    exactStreams: false,
    lists: false,
    several: false,
    files: [],
    delivery: "auto",
    priority: "normal",
  }),
};

const CASES: readonly (readonly [Wrapper, readonly string[]])[] = [
  [launcher, Object.keys(ANSWERS)],
  [typescript, [
    "nothing, and hangs up",
    "a greeting of its own",
    "another protocol",
    "a frame that ends early",
  ]],
];

for (const [wrapper, answers] of CASES) {
  for (const answer of answers) {
    testWith(
      ["gcc"],
      `${wrapper.name}: the daemon's place is taken by something that answers ${answer}`,
      async () => {
        await using rig = await Rig.open({ wrapper });
        rig.fresh({ "a.c": "int a;\n" });
        assertOk(await rig.bare(["gcc", "-c", "a.c", "-MD"]));
        const bare = [Deno.readFileSync(rig.at("a.o")), Deno.readFileSync(rig.at("a.d"))];
        Deno.mkdirSync(rig.root, { mode: 0o700 });
        await using _impostor = listen(`${rig.root}/daemon.sock`, ANSWERS[answer] ?? "hang up");
        for (const name of ["a.o", "a.d"]) Deno.removeSync(rig.at(name));
        const outcome = await rig.wrapped(["gcc", "-c", "a.c", "-MD"], { deadlineMs: 30_000 });
        assert.deepEqual([outcome.code, text(outcome.stdout), text(outcome.stderr)], [0, "", ""]);
        assert.deepEqual([Deno.readFileSync(rig.at("a.o")), Deno.readFileSync(rig.at("a.d"))], bare);
        assert.deepEqual([...Deno.readDirSync(rig.work)].map(({ name }) => name).sort(), [
          "a.c",
          "a.d",
          "a.o",
        ]);
      },
    );
  }
}

testWith(["gcc", "root"], "a socket that another user listens on is not believed", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a;\n" });
  const program = `${rig.base}/impostor`;
  const source = new URL("impostor.c", import.meta.url).pathname;
  assertOk(await rig.bare(["gcc", "-o", program, source]));
  Deno.mkdirSync(rig.root, { mode: 0o700 });
  Deno.writeFileSync(`${rig.base}/reply`, POISONED);
  const impostor = new Deno.Command(program, {
    args: [`${rig.root}/daemon.sock`, "65534", `${rig.base}/reply`],
    stdout: "piped",
  }).spawn();
  try {
    const reader = impostor.stdout.getReader();
    assert.equal(text((await reader.read()).value ?? new Uint8Array()), "listening\n");
    await reader.cancel();
    await rig.expectSame(["gcc", "-c", "a.c"], { cold: "any", warm: "any", deadlineMs: 30_000 });
  } finally {
    impostor.kill("SIGKILL");
    await impostor.status;
  }
});

/** Answers every connection on a socket with the same bytes. */
function listen(path: string, answer: Uint8Array | "silence" | "hang up"): AsyncDisposable {
  const listener = Deno.listen({ transport: "unix", path });
  const open: Deno.UnixConn[] = [];
  const serving = (async () => {
    for await (const connection of listener) {
      if (answer === "hang up") {
        connection.close();
        continue;
      }
      open.push(connection);
      if (answer !== "silence") await connection.write(answer).catch(() => 0);
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of open) connection.close();
      await serving;
    },
  };
}
