/**
 * The Windows half of the launcher, run by wine, with a daemon on this side that answers as it is told:
 * `deno task wine`. Not a part of the test ring, as wine takes 670 MB.
 */
import assert from "node:assert/strict";
import type { Act } from "../../launcher/_fake_daemon.ts";
import { hit } from "../../launcher/_stage.ts";
import { formatDoor, type Reply } from "../../lib/protocol/mod.ts";
import { reportOf, runTool, Stage } from "./stage.ts";
import { buildForWine, compileForWine, windowsPath, Wine } from "./wine.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const utf8 = new TextEncoder();

const bin = await Deno.makeTempDir({ prefix: "zccache-wine-bin-" });
await buildForWine(bin);
await compileForWine(`${import.meta.dirname}/tool.c`, `${bin}/tool.exe`);
const wine = await Wine.open();

Deno.test.afterAll(async () => {
  await wine[Symbol.asyncDispose]();
  await Deno.remove(bin, { recursive: true });
});

function testOnWine(name: string, body: (stage: Stage) => Promise<void>): void {
  Deno.test(name, async () => {
    await using stage = new Stage(wine, bin);
    await body(stage);
  });
}

testOnWine("a hit delivers its files, replays its streams and exits as the tool did", async (stage) => {
  Deno.writeTextFileSync(`${stage.root}/blob`, "object\0bytes\n".repeat(4000));
  const daemon = stage.daemon(() =>
    hit({
      exit: 3,
      out: "out\n",
      err: "warning\n",
      files: [
        { dest: "a.o", mode: 0o666, from: windowsPath(`${stage.root}/blob`) },
        { dest: windowsPath(`${stage.work}/ä b.d`), mode: 0o666, inline: utf8.encode("a.o: a.c\n") },
      ],
    })
  );
  for (let i = 0; i < 2; i++) { // the second time over what is there
    const ended = await stage.zcc(["out:x y", 'out:"\\', "out:ü", "out:"], { ZCCACHE_X: "ö" });
    assert.deepEqual(ended, { code: 3, stdout: "out\n", stderr: "warning\n" });
    assert.equal(stage.read("a.o"), "object\0bytes\n".repeat(4000));
    assert.equal(stage.read("ä b.d"), "a.o: a.c\n");
    assert.deepEqual(stage.names(), ["a.o", "ä b.d"]);
  }
  assert.equal(stage.log(), "");
  const [request] = daemon.requests;
  assert.ok(request?.kind === "compile");
  assert.deepEqual(request.argv.map(text), ["tool", "out:x y", 'out:"\\', "out:ü", "out:"]);
  assert.equal(text(request.cwd), windowsPath(stage.work));
  assert.ok(text(request.env).includes("ZCCACHE_X=ö\0"));
});

testOnWine(
  "a miss runs the plan, passes the streams through, copies the outputs and reports",
  async (stage) => {
    const args = ["out:to out", "err:to err", "write:a.o", "env:GIVEN", "env:TAKEN", 'out:ü "q" \\'];
    const daemon = stage.daemon((request) =>
      request.kind === "compile"
        ? runTool(stage, args, { outputs: ["a.o", "missing"], env: ["GIVEN=new", "TAKEN"] })
        : "close"
    );
    const ended = await stage.zcc(["-c"], { GIVEN: "old", TAKEN: "x" });
    const stdout = 'to out\nnew\n(unset)\nü "q" \\\n';
    assert.deepEqual(ended, { code: 0, stdout, stderr: "to err\n" });
    const report = await reportOf(daemon);
    assert.deepEqual([report.ticket, report.exit, report.truncated], [7, 0, false]);
    assert.deepEqual([text(report.stdout), text(report.stderr)], [stdout, "to err\n"]);
    assert.deepEqual(report.outputs, [{ size: 17, mode: 0o644 }, undefined]);
    assert.equal(Deno.readTextFileSync(`${stage.root}/tmp/0`), "made by the tool\n");
    assert.ok(report.wallNs > 0);
  },
);

testOnWine("a failing tool's exit code passes, and nothing is copied", async (stage) => {
  const daemon = stage.daemon((request) =>
    request.kind === "compile"
      ? runTool(stage, ["write:a.o", "exit:41"], { outputs: ["a.o"], waits: true })
      : "close"
  );
  assert.deepEqual(await stage.zcc([]), { code: 41, stdout: "", stderr: "" });
  const report = await reportOf(daemon);
  assert.deepEqual([report.exit, report.outputs], [41, [undefined]]);
});

testOnWine("the streams pass through while they appear, and what is too long is not kept", async (stage) => {
  const daemon = stage.daemon((request) =>
    request.kind === "compile" ? runTool(stage, ["much", "err:end"], { captureLimit: 1000 }) : "close"
  );
  const ended = await stage.zcc([]);
  assert.equal(ended.stdout, `${"a line of fifty characters, again and again and.."}\n`.repeat(20000));
  assert.equal(ended.stderr, "end\n");
  const report = await reportOf(daemon);
  assert.deepEqual([report.truncated, report.stdout.length], [true, 0]);
});

testOnWine("after a miss that waits, the files of Done are placed", async (stage) => {
  stage.daemon((request) =>
    request.kind === "compile"
      ? runTool(stage, ["write:a.o"], { waits: true })
      : { kind: "done", files: [{ dest: "a.d", mode: 0o666, inline: utf8.encode("deps\n") }] }
  );
  assert.equal((await stage.zcc([])).code, 0);
  assert.equal(stage.read("a.d"), "deps\n");
});

testOnWine("a bypass runs the tool, a refusal says why", async (stage) => {
  let reply: Reply = { kind: "bypass", code: 21 };
  stage.daemon(() => reply);
  assert.deepEqual(await stage.zcc(["out:ran", "exit:5"]), { code: 5, stdout: "ran\n", stderr: "" });
  reply = { kind: "refuse", exit: 9, stderr: "no\n" };
  assert.deepEqual(await stage.zcc(["out:ran"]), { code: 9, stdout: "", stderr: "no\n" });
});

/** The tool ran by itself, for this reason. */
async function expectBare(stage: Stage, why: RegExp): Promise<void> {
  const ended = await stage.zcc(["out:ran", "err:said", "exit:6"]);
  assert.deepEqual(ended, { code: 6, stdout: "ran\n", stderr: "said\n" });
  assert.match(stage.log(), why);
}

testOnWine("without a daemon the tool runs", async (stage) => {
  await expectBare(stage, /no daemon, and none may be started: tool\r\n$/);
});

testOnWine("a daemon that doesn't know the token is none, and hears no more than a token", async (stage) => {
  using stranger = Deno.listen({ transport: "tcp", hostname: "127.0.0.1", port: 0 });
  const door = { port: stranger.addr.port, knock: "a".repeat(32), welcome: "b".repeat(32), pid: 1 };
  Deno.writeTextFileSync(stage.port, formatDoor(door));
  const heard = (async () => {
    using connection = await stranger.accept();
    const buffer = new Uint8Array(65536);
    const count = await connection.read(buffer) ?? 0;
    await connection.write(utf8.encode("c".repeat(32)));
    const more = await connection.read(buffer.subarray(count)).catch(() => null) ?? 0;
    return text(buffer.slice(0, count + more));
  })();
  await expectBare(stage, /no daemon, and none may be started: tool\r\n$/);
  assert.equal(await heard, door.knock);
});

testOnWine("a token that the daemon doesn't know gets the tool run", async (stage) => {
  const daemon = stage.daemon(() => hit({ out: "hit\n" }));
  const right = Deno.readTextFileSync(stage.port);
  Deno.writeTextFileSync(stage.port, right.replace(/ [0-9a-f]{8}/, " 00000000"));
  await expectBare(stage, /no daemon, and none may be started: tool\r\n$/);
  assert.deepEqual(daemon.requests, []);
  for (const rubbish of ["", "1 x 1\n", right.trimEnd(), `x${right}`]) {
    Deno.writeTextFileSync(stage.port, rubbish);
    await expectBare(stage, /no daemon/);
  }
  Deno.writeTextFileSync(stage.port, right);
  assert.equal((await stage.zcc([])).stdout, "hit\n");
});

testOnWine("a daemon that says nothing costs a deadline, not the build", async (stage) => {
  stage.daemon(() => "silence");
  const startedMs = performance.now();
  await expectBare(stage, /the daemon did not answer in time: tool\r\n$/);
  const tookMs = performance.now() - startedMs;
  assert.ok(tookMs > 2900 && tookMs < 8000, `${tookMs}`);
});

testOnWine("a reply that is none gets the tool run", async (stage) => {
  let reply: Act = "close";
  stage.daemon(() => reply);
  await expectBare(stage, /the daemon did not answer in time|malformed/);
  reply = new Uint8Array([0xff, 0xff, 0xff, 0xff, 1]);
  await expectBare(stage, /the reply is malformed: tool\r\n$/);
  reply = new Uint8Array([0, 0, 0, 3, 0x92, 1, 99]);
  await expectBare(stage, /the reply is malformed: tool\r\n$/);
});

testOnWine("a hit that can't be placed leaves nothing behind, and the tool runs", async (stage) => {
  Deno.mkdirSync(`${stage.work}/folder`);
  for (const dest of ["folder", "missing\\a.o"]) {
    await using inner = new Stage(wine, bin);
    Deno.mkdirSync(`${inner.work}/folder`);
    inner.daemon(() =>
      hit({
        out: "hit\n",
        files: [
          { dest: "a.d", mode: 0o666, inline: utf8.encode("deps\n") },
          { dest, mode: 0o666, inline: utf8.encode("object\n") },
        ],
      })
    );
    await expectBare(inner, /an output is not a plain file|could not be written/);
    assert.deepEqual(inner.names(), ["folder"]);
  }
});

testOnWine("another file than ROOT\\daemon.port can be named", async (stage) => {
  stage.daemon(() => hit({ out: "hit\n" }));
  Deno.renameSync(stage.port, `${stage.work}/p`);
  for (const file of ["p", windowsPath(`${stage.work}/p`)]) {
    assert.equal((await stage.zcc([], { ZCCACHE_ENDPOINT: `loopback:${file}` })).stdout, "hit\n");
  }
});
