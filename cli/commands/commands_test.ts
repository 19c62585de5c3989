import assert from "node:assert/strict";
import { type ArtifactsAsked, digestText, type InspectReport } from "../../lib/core/mod.ts";
import { fakeContext, fakeDaemon } from "./_context_fake.ts";
import { cacheRootCommand } from "./cache_root.ts";
import { clearCommand } from "./clear.ts";
import { crashesCommand } from "./crashes.ts";
import { inspectCommand } from "./inspect.ts";
import { COMMANDS } from "./mod.ts";
import { rustArtifactsCommand } from "./rust_artifacts.ts";
import { startCommand } from "./start.ts";
import { stopCommand } from "./stop.ts";

const KEY = "ab".repeat(32);

function out(exit: number, stdout: string, stderr: string) {
  return { exit, stdout, stderr };
}

Deno.test("start says where the daemon runs, or why it doesn't", async () => {
  const stop = () => Promise.resolve({ ok: true, value: true } as const);
  const started = await startCommand.run(fakeContext({
    control: { stop, start: () => Promise.resolve({ ok: true, value: { pid: 5 } }) },
  }));
  assert.deepEqual(started, out(0, "", "daemon running at /root/daemon.sock\n"));
  const failed = await startCommand.run(fakeContext({
    control: { stop, start: () => Promise.resolve({ ok: false, error: "no room" }) },
  }));
  assert.deepEqual(failed, out(1, "", "failed to start daemon: no room\n"));
});

Deno.test("start inside the daemon needs nothing", async () => {
  const outcome = await startCommand.run(fakeContext({ daemon: fakeDaemon({}) }));
  assert.deepEqual(outcome, out(0, "", "daemon running at /root/daemon.sock\n"));
});

Deno.test("stop tells apart: stopped, none there, still there", async () => {
  const start = () => Promise.resolve({ ok: true, value: { pid: 5 } } as const);
  const stopWith = (stop: Parameters<typeof fakeContext>[0]) => stopCommand.run(fakeContext(stop));
  assert.deepEqual(
    await stopWith({ control: { start, stop: () => Promise.resolve({ ok: true, value: true }) } }),
    out(0, "", "daemon stopped\n"),
  );
  assert.deepEqual(
    await stopWith({ control: { start, stop: () => Promise.resolve({ ok: true, value: false }) } }),
    out(0, "", "daemon not running at /root/daemon.sock\n"),
  );
  assert.deepEqual(
    await stopWith({ control: { start, stop: () => Promise.resolve({ ok: false, error: "it stays" }) } }),
    out(1, "", "failed to stop daemon: it stays\n"),
  );
});

Deno.test("clear shows what it removed, and leaves the disk alone without a daemon", async () => {
  const daemon = fakeDaemon({
    clear: () => Promise.resolve({ results: 5, entries: 3, files: 4, bytes: 202_035 }),
  });
  assert.deepEqual(
    await clearCommand.run(fakeContext({ daemon })),
    out(
      0,
      "Cache cleared:\n  Artifacts removed:  5\n  Files removed:      4\n  Dep graph entries:  3\n" +
        "  Disk freed:         197.3 KB\n",
      "",
    ),
  );
  assert.deepEqual(
    await clearCommand.run(fakeContext()),
    out(0, "", "daemon not running at /root/daemon.sock — nothing to clear\n"),
  );
});

Deno.test("cache-root shows the folder, and where the setting comes from", async () => {
  assert.deepEqual(await cacheRootCommand.run(fakeContext()), out(0, "/root\n", ""));
  const json = await cacheRootCommand.run(fakeContext({ switches: ["json"] }));
  assert.deepEqual(JSON.parse(json.stdout), {
    cache_root: "/root",
    daemon_endpoint: "/root/daemon.sock",
    source: "env:ZCCACHE_CACHE_DIR",
  });
});

Deno.test("inspect shows a result, a command, and tells a wrong key from an unknown one", async () => {
  const inspect = (report: InspectReport | undefined, key = KEY) =>
    inspectCommand.run(fakeContext({ operands: [key], daemon: fakeDaemon({ inspect: () => report }) }));
  const result = await inspect({
    kind: "result",
    key: KEY,
    exit: 0,
    toolMs: 620,
    stdoutBytes: 0,
    stderrBytes: 12,
    files: [{ role: "object", mode: 0o666, size: 2048, blob: "cd".repeat(32) }],
  });
  assert.match(result.stdout, /Tool time: {2}620ms\n/);
  assert.match(result.stdout, /object: {5}2\.0 KB, mode 666, (cd){32}\n/);
  const context = await inspect({
    kind: "context",
    key: KEY,
    entries: [{ result: "ef".repeat(32), inputs: [{ path: "a.c", content: "01".repeat(32) }] }],
  });
  assert.match(context.stdout, /1 set\(s\) of inputs\n {2}1\. result (ef){32}\n {5}(01){32} {2}a\.c\n$/);
  assert.deepEqual(await inspect(undefined), out(1, "", `nothing is stored under ${KEY}\n`));
  assert.equal((await inspect(undefined, "xyz")).exit, 2);
});

Deno.test("crashes lists the newest first, and deletes", async () => {
  const root = await Deno.makeTempDir();
  try {
    assert.deepEqual(await crashesCommand.run(fakeContext({ root })), out(0, "No crash dumps found.\n", ""));
    await Deno.mkdir(`${root}/crashes`);
    for (const [name, secs] of [["old", 1], ["new", 2]] as const) {
      await Deno.writeTextFile(`${root}/crashes/${name}.txt`, `zccache 0.1.0\n${name} fault\n`);
      await Deno.utime(`${root}/crashes/${name}.txt`, secs, secs);
    }
    const { stdout } = await crashesCommand.run(fakeContext({ root }));
    assert.match(
      stdout,
      /^Crash dumps \(2\):\n\n.*new\.txt\n {2}zccache 0\.1\.0\n {2}new fault\n\n.*old\.txt\n/,
    );
    const cleared = await crashesCommand.run(fakeContext({ root, switches: ["clear"] }));
    assert.deepEqual(cleared, out(0, "Deleted 2 crash dump(s).\n", ""));
    assert.deepEqual([...Deno.readDirSync(`${root}/crashes`)], []);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("every command explains itself", () => {
  for (const command of COMMANDS) {
    assert.ok(
      command.about.length > 0 && command.examples.length > 0 && command.exits.length > 0,
      command.name,
    );
    for (const [line] of command.examples) assert.ok(line.includes("zccache"), line);
  }
});

Deno.test("rust-artifacts lists crates, for programs with the bytes of small files", async () => {
  const artifact = {
    crate: "a",
    types: ["lib"],
    source: "/a/lib.rs",
    result: digestText("a"),
    atMs: 7,
    files: [
      { path: "/t/liba.rlib", sizeBytes: 9000, from: "/root/artifacts/00" },
      { path: "/t/a.d", sizeBytes: 2, inline: new Uint8Array([1, 2]) },
    ],
  };
  const asked: ArtifactsAsked[] = [];
  const daemon = fakeDaemon({ rustArtifacts: (question) => (asked.push(question), [artifact]) });
  const run = (...switches: string[]) =>
    rustArtifactsCommand.run(fakeContext({ daemon, switches, values: { below: "t/../u" } }));
  assert.deepEqual(
    await run(),
    out(0, "a (lib)  /a/lib.rs\n  /t/liba.rlib  8.8 KB\n  /t/a.d  2 B\n", ""),
  );
  const outputsOf = async (...switches: string[]) =>
    JSON.parse((await run("json", ...switches)).stdout).artifacts[0].outputs;
  const large = { path: "/t/liba.rlib", size_bytes: 9000, stored_in: "/root/artifacts/00" };
  const small = { path: "/t/a.d", size_bytes: 2 };
  assert.deepEqual(await outputsOf(), [large, small]);
  assert.deepEqual(await outputsOf("contents"), [large, { ...small, base64: "AQI=" }]);
  assert.deepEqual(await run("contents"), out(2, "", "error: --contents goes with --json\n"));
  await run("json", "remap");
  const plain = { below: "/proj/u", sharing: undefined };
  const sharing = { cwd: "/proj", root: undefined };
  assert.deepEqual(asked, [plain, plain, plain, { ...plain, sharing }]);
  const alone = fakeContext({ daemon, switches: ["remap"] });
  const needed = out(2, "", "error: --remap needs --below FOLDER\n");
  assert.deepEqual(await rustArtifactsCommand.run(alone), needed);
});
