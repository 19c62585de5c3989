import assert from "node:assert/strict";
import { encode } from "@msgpack/msgpack";
import { rootFolder } from "../../cli/mod.ts";
import { RELEASE } from "../../lib/core/mod.ts";
import { encodeRequest, KIND, LENGTH_BYTES, PROTOCOL } from "../../lib/protocol/mod.ts";
import { assertOk, Rig, testWith } from "../rig.ts";
import { allGone, daemonPid } from "../rig/daemon.ts";
import { frame, join, Peer } from "./peer.ts";

const ARGV = ["gcc", "-c", "a.c"];
const bytes = (...values: number[]) => new Uint8Array(values);
const utf8 = (words: string) => new TextEncoder().encode(words);

/** A message as MessagePack, whatever its fields. */
const message = (...fields: unknown[]) => frame(encode([PROTOCOL, ...fields]));

/** A compile request that is good but for the given fields, which follow its head of fixed form. */
function compile(wrong: Readonly<Record<string, unknown>> = {}): Uint8Array {
  const fields = {
    flags: 0,
    columns: 0,
    umask: 0o22,
    rootFolder: utf8(rootFolder()),
    cwd: utf8("/tmp"),
    argv: [utf8("gcc"), utf8("-c")],
    env: utf8("A=b\0"),
    ...wrong,
  };
  return frame(join(HEAD, ...Object.values(fields).map((field) => encode(field))));
}

/** Up to the session, which is none. */
const HEAD = encodeRequest({
  kind: "compile",
  ...{ pid: 1, release: RELEASE, connectUs: 0, session: bytes() },
  ...{ flags: 0, columns: 0, umask: 0, rootFolder: "", cwd: bytes(), argv: [], env: bytes() },
}).slice(LENGTH_BYTES, LENGTH_BYTES + 20);

const HOSTILE: Readonly<Record<string, Uint8Array>> = {
  "nothing": bytes(),
  "half a length": bytes(0, 0),
  "the largest length": bytes(0xff, 0xff, 0xff, 0xff),
  "a length over the limit": bytes(0x00, 0x80, 0x00, 0x01),
  "a length of zero": bytes(0, 0, 0, 0),
  "a frame that ends early": frame(encode([PROTOCOL, KIND.ping]), 1000),
  "not an array": frame(encode("ping")),
  "a map": frame(encode({ kind: "ping" })),
  "an empty array": frame(encode([])),
  "an unknown kind": message(12345),
  "a kind that is a reply": message(KIND.deliver, 0, bytes(), bytes(), [], 0),
  "a negative kind": message(-1),
  "a kind that is text": message("compile"),
  "left-over bytes": frame(join(encode([PROTOCOL, KIND.ping]), bytes(1, 2, 3))),
  "too few fields": message(KIND.compile, 1),
  "too many fields": message(KIND.ping, 1, 2, 3),
  "an array of four billion": frame(bytes(0xdd, 0xff, 0xff, 0xff, 0xff, 1)),
  "a byte string of four gigabytes": frame(join(bytes(0x92, PROTOCOL), bytes(0xc6, 0xff, 0xff, 0xff, 0xff))),
  "a thousand arrays deep": frame(new Uint8Array(1000).fill(0x91)),
  "a million arrays deep": frame(new Uint8Array(1_000_000).fill(0x91)),
  "maps in maps": frame(new Uint8Array(100_000).fill(0x81)),
  "a folder that is a number": compile({ cwd: 5 }),
  "a folder that is relative": compile({ cwd: utf8("tmp") }),
  "an empty folder": compile({ cwd: bytes() }),
  "no arguments": compile({ argv: [] }),
  "arguments that are text": compile({ argv: ["gcc"] }),
  "arguments that are arrays": compile({ argv: [[[[[utf8("gcc")]]]]] }),
  "a NUL in an argument": compile({ argv: [utf8("gcc"), utf8("a\0b")] }),
  "an empty program": compile({ argv: [utf8(""), utf8("-c")] }),
  "an environment without ends": compile({ env: utf8("A=b") }),
  "an environment without names": compile({ env: utf8("=\0=b\0\0\0C\0") }),
  "a root folder of a megabyte": compile({ rootFolder: new Uint8Array(1_000_000).fill(0x30) }),
  "an environment that is nil": compile({ env: null }),
  "a mask that is a fraction": compile({ umask: 0.5 }),
  "a report nobody asked for": message(KIND.report, 4242, 0, 0, 1, 0, bytes(), bytes(), [[1, 2]]),
  "a report with odd numbers": message(KIND.report, 2 ** 53, -5, -1, -1, 255, bytes(), bytes(), [[-1, 1e9]]),
  "a second step without a first": message(KIND.preprocessed, 7, 0, 0),
  "a command of no name": message(
    KIND.command,
    1,
    RELEASE,
    0,
    bytes(),
    0,
    0,
    0,
    bytes(),
    utf8("/"),
    [],
    bytes(),
  ),
  "random bytes": frame(crypto.getRandomValues(new Uint8Array(5000))),
  "a good frame, then rubbish": join(message(KIND.ping), bytes(0xff, 0xff, 0xff, 0xff, 0xff)),
  "a thousand good frames": join(...Array.from({ length: 1000 }, () => message(KIND.ping))),
};

testWith(["gcc"], "hostile frames do no harm", async (t) => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a;\n" });
  await rig.expectSame(ARGV, { cold: "miss", warm: "hit" });
  const pid = daemonPid(rig.root);
  for (const [what, request] of Object.entries(HOSTILE)) {
    await t.step(what, async () => {
      {
        using peer = await Peer.connect(`${rig.root}/daemon.sock`);
        await peer.send(request);
        assertOk(await rig.wrapped(ARGV, { deadlineMs: 10_000 }));
      }
      await rig.expectSame(ARGV, { cold: "hit" });
      assert.equal(daemonPid(rig.root), pid, "the daemon is the same");
    });
  }
  assert.deepEqual(crashesOf(rig.root), []);
});

testWith(["gcc"], "refused frames are hung up on", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a;\n" });
  await rig.expectSame(ARGV, { cold: "miss" });
  for (const what of ["the largest length", "not an array", "left-over bytes", "a million arrays deep"]) {
    using peer = await Peer.connect(`${rig.root}/daemon.sock`);
    await peer.send(HOSTILE[what] ?? bytes());
    assert.equal(await peer.receive(5_000), undefined, what);
  }
  using peer = await Peer.connect(`${rig.root}/daemon.sock`);
  await peer.send(compile());
  assert.equal(
    (await peer.receive(5_000))?.[6],
    KIND.bypass,
    "the frame that the others are made of is a good one",
  );
});

testWith(["gcc"], "a hundred clients that never finish their frame keep nobody waiting", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a;\n" });
  await rig.expectSame(ARGV, { cold: "miss", warm: "hit" });
  const request = compile();
  const peers = await Promise.all(Array.from({ length: 100 }, () => Peer.connect(`${rig.root}/daemon.sock`)));
  try {
    for (let sent = 0; sent < 20; sent++) {
      await Promise.all(peers.map((peer) => peer.send(request.subarray(sent, sent + 1))));
      if (sent % 5 === 0) await rig.expectSame(ARGV, { cold: "hit" });
    }
    await rig.expectSame(ARGV, { cold: "hit" });
  } finally {
    for (const peer of peers) peer[Symbol.dispose]();
  }
  await rig.expectSame(ARGV, { cold: "hit" });
});

testWith(["gcc"], "a launcher of a newer release is let through and the daemon makes room", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a;\n" });
  await rig.expectSame(ARGV, { cold: "miss", warm: "hit" });
  const head = { pid: Deno.pid, connectUs: 0, session: utf8("") };
  const place = { rootFolder: rootFolder(), cwd: utf8(rig.work) };
  const caller = { ...head, ...place, flags: 0, columns: 0, umask: 0o22, env: utf8("") };
  const argv = ARGV.map(utf8);
  for (const [release, leaves] of [[RELEASE - 1, false], [RELEASE + 1, true]] as const) {
    {
      using peer = await Peer.connect(`${rig.root}/daemon.sock`);
      await peer.send(encodeRequest({ kind: "compile", ...caller, release, argv }));
      const reply = await peer.receive(5_000);
      assert.equal(reply?.[6], KIND.bypass, "the answer is a bypass");
    }
    assert.equal(await allGone(rig.root, leaves ? 5_000 : 200), leaves);
  }
  await rig.expectSame(ARGV, { cold: "hit", warm: "hit" });
});

testWith(["gcc"], "a later protocol is answered with a bypass, and the daemon makes room", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a;\n" });
  await rig.expectSame(ARGV, { cold: "miss", warm: "hit" });
  {
    using peer = await Peer.connect(`${rig.root}/daemon.sock`);
    await peer.send(frame(encode([PROTOCOL + 1, KIND.ping])));
    assert.equal((await peer.receive(5_000))?.[6], KIND.bypass);
  }
  assert.ok(await allGone(rig.root, 5_000));
  await rig.expectSame(ARGV, { cold: "hit", warm: "hit" });
});

function crashesOf(root: string): string[] {
  try {
    return [...Deno.readDirSync(`${root}/crashes`)].map((entry) =>
      Deno.readTextFileSync(`${root}/crashes/${entry.name}`)
    );
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
