import assert from "node:assert/strict";
import { GOLDEN_REPLIES, GOLDEN_REQUESTS } from "./golden.ts";
import {
  connectUsOf,
  decodeReply,
  decodeRequest,
  encodeReply,
  encodeRequest,
  FrameError,
  hasHead,
  isWholeMessage,
  KIND,
  LENGTH_BYTES,
  payloadLength,
  PROTOCOL,
  protocolOf,
  rememberedFrom,
  sessionOf,
} from "./mod.ts";

const FOLDER = new URL("./testdata/", import.meta.url);

/** The committed frame; with UPDATE_GOLDEN=1 it's written first. */
function golden(name: string, frame: Uint8Array): Uint8Array {
  const file = new URL(`${name}.bin`, FOLDER);
  if (Deno.env.get("UPDATE_GOLDEN") === "1") Deno.writeFileSync(file, frame);
  return Deno.readFileSync(file);
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function payload(frame: Uint8Array): Uint8Array {
  assert.equal(payloadLength(frame, frame.length), frame.length - LENGTH_BYTES);
  return frame.subarray(LENGTH_BYTES);
}

/** Uint8Array views and copies are equal if their bytes are. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, part) => part instanceof Uint8Array ? { bytes: Array.from(part) } : part),
  );
}

for (const [name, request] of Object.entries(GOLDEN_REQUESTS)) {
  Deno.test(`a ${name} request has the committed bytes and comes back the same`, () => {
    const frame = encodeRequest(request);
    assert.deepEqual(Array.from(frame), Array.from(golden(`request-${name}`, frame)));
    assert.deepEqual(plain(decodeRequest(payload(frame))), plain(request));
  });
}

for (const [name, reply] of Object.entries(GOLDEN_REPLIES)) {
  Deno.test(`a ${name} reply has the committed bytes and comes back the same`, () => {
    const frame = encodeReply(reply);
    assert.deepEqual(Array.from(frame), Array.from(golden(`reply-${name}`, frame)));
    assert.deepEqual(plain(decodeReply(payload(frame))), plain(reply));
  });
}

Deno.test("every kind of message has a golden frame", () => {
  const kinds = new Set(
    [...Object.values(GOLDEN_REQUESTS), ...Object.values(GOLDEN_REPLIES)].map((message) => message.kind),
  );
  assert.equal(kinds.size, Object.keys(KIND).length);
});

Deno.test("truncated frames are refused at every length", () => {
  for (const request of Object.values(GOLDEN_REQUESTS)) {
    const whole = payload(encodeRequest(request));
    for (let length = 0; length < whole.length; length++) {
      assert.throws(() => decodeRequest(whole.subarray(0, length)), FrameError);
    }
  }
});

Deno.test("payloadLength() refuses a length above the limit before anything is allocated", () => {
  assert.throws(() => payloadLength(new Uint8Array([0xff, 0xff, 0xff, 0xff]), 1000), FrameError);
  assert.equal(payloadLength(new Uint8Array([0, 0, 1]), 1000), undefined);
});

Deno.test("wrong types, leftovers, unknown kinds, maps, huge and deep arrays are refused", () => {
  const ping = [0x92, PROTOCOL, 0];
  const deep = [0x93, PROTOCOL, 0, ...new Array<number>(100_000).fill(0x91), 0xc0];
  assert.equal(decodeRequest(new Uint8Array(ping)).kind, "ping");
  for (
    const bytes of [
      [0x93, PROTOCOL, 0, 0xc0], // a field too many
      [...ping, 0xc0], // bytes behind the array
      [0x92, PROTOCOL + 1, 0],
      [0x92, PROTOCOL - 1, 0],
      [0x92, PROTOCOL, 0x63], // unknown kind
      [0x92, PROTOCOL, 0xc0], // kind is nil
      [0x80], // a map
      [0x92, PROTOCOL, 0x81, 1, 1],
      [0xdd, 0xff, 0xff, 0xff, 0xff, PROTOCOL], // an array of four billion
      [0xc6, 0xff, 0xff, 0xff, 0xff], // bytes of four gigabytes
      [0xc1],
      deep,
      [],
    ]
  ) {
    assert.throws(() => decodeRequest(new Uint8Array(bytes)), FrameError);
  }
});

Deno.test("random damage never does more than a FrameError", () => {
  let seed = 1;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 20_000; round++) {
    const frames = Object.values(GOLDEN_REQUESTS).map((request) => payload(encodeRequest(request)));
    const bytes = frames[random(frames.length)]!.slice();
    for (let i = 0; i <= random(3); i++) bytes[random(bytes.length)] = random(256);
    try {
      decodeRequest(bytes);
    } catch (error) {
      assert.ok(error instanceof FrameError, String(error));
    }
  }
});

Deno.test("two compile requests of different processes are equal from rememberedFrom() on", () => {
  const request = GOLDEN_REQUESTS["compile"];
  assert.ok(request?.kind === "compile");
  const rest = (changes: Partial<typeof request>) => {
    const bytes = payload(encodeRequest({ ...request, ...changes }));
    assert.ok(hasHead(bytes));
    return bytes.subarray(rememberedFrom(bytes));
  };
  const session = bytes("");
  assert.deepEqual(rest({}), rest({ pid: 1, release: 2, connectUs: 3, session }));
  assert.notDeepEqual(rest({}), rest({ umask: 0 }));
});

Deno.test("a compile request's head tells session and time; a session that is too long is none", () => {
  const request = GOLDEN_REQUESTS["compile"];
  assert.ok(request?.kind === "compile");
  const head = payload(encodeRequest(request));
  assert.deepEqual([sessionOf(head), connectUsOf(head)], [request.session, 250]);
  const long = payload(encodeRequest({ ...request, session: new Uint8Array(256) }));
  assert.equal(sessionOf(long).length, 0);
  assert.ok(!hasHead(head.subarray(0, 19)));
});

Deno.test("isWholeMessage() tells a later protocol's message from bytes that begin like one", () => {
  assert.ok(isWholeMessage(new Uint8Array([0x93, 9, 0, 0x81, 0xa1, 0x78, 1])));
  for (
    const bytes of [[], [0x93, 9, 0], [0x92, 9, 0, 0], [0x92, 9, 0xc1], [0x09], [
      0xdd,
      0xff,
      0xff,
      0xff,
      0xff,
      9,
    ]]
  ) {
    assert.ok(!isWholeMessage(new Uint8Array(bytes)), String(bytes));
  }
});

Deno.test("protocolOf() reads the version of frames that this version can't decode", () => {
  assert.equal(protocolOf(new Uint8Array([0x92, 9, 0])), 9);
  assert.equal(protocolOf(new Uint8Array([0xc0])), undefined);
  assert.equal(protocolOf(new Uint8Array([])), undefined);
});
