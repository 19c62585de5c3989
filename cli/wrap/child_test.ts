import assert from "node:assert/strict";
import { runInto, runTapped } from "./child.ts";
import { hasRoom, snapshotAll } from "./snapshot.ts";
import { Tap } from "./tap.ts";

class Output {
  text = "";
  writeSync(piece: Uint8Array): number {
    this.text += new TextDecoder().decode(piece);
    return piece.length;
  }
}

function shell(script: string, env: Record<string, string> = {}) {
  return { tool: "/bin/sh", argv: ["my-shell", "-c", script], env };
}

/** Runs a script; what came through, what was kept, how it ended. */
async function run(script: string, env?: Record<string, string>) {
  const [out, err] = [new Output(), new Output()];
  const [outTap, errTap] = [new Tap(out, 1000), new Tap(err, 1000)];
  const { exit, signal, signalName } = await runTapped(shell(script, env), outTap, errTap);
  return { exit, signal, signalName, out: out.text, err: err.text, isCut: outTap.isCut || errTap.isCut };
}

Deno.test("runTapped() gives the child its name, its environment and nothing else", async () => {
  const { exit, out } = await run('echo "$0 $A"; echo "${HOME-none}"', { A: "b c" });
  assert.deepEqual([exit, out], [0, "my-shell b c\nnone\n"]);
});

Deno.test("runTapped() keeps the streams apart and the exit code", async () => {
  const ended = await run("echo out; echo err >&2; exit 3");
  assert.deepEqual(ended, {
    exit: 3,
    signal: 0,
    signalName: undefined,
    out: "out\n",
    err: "err\n",
    isCut: false,
  });
});

Deno.test("runTapped() tells a signal from an exit code", async () => {
  const { exit, signal, signalName } = await run("kill -TERM $$");
  assert.deepEqual([exit, signal, signalName], [-1, 15, "SIGTERM"]);
});

Deno.test("runTapped() does not wait for a grandchild that keeps a stream open", async () => {
  const since = performance.now();
  const { exit, out, isCut } = await run("sleep 20 & echo $!");
  Deno.kill(Number(out), "SIGKILL");
  assert.deepEqual([exit, isCut], [0, true]);
  assert.ok(performance.now() - since < 10_000);
});

Deno.test("runTapped() refuses what can't be started", async () => {
  const plan = { tool: "/no/such/tool", argv: ["tool"], env: {} };
  await assert.rejects(runTapped(plan, new Tap(new Output(), 1), new Tap(new Output(), 1)), {
    name: "NotStarted",
  });
});

Deno.test("runInto() writes output and messages into a file", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const ending = await runInto(shell("echo out; echo err >&2; exit 1"), `${folder}/out`);
    assert.equal(ending.exit, 1);
    const lines = (await Deno.readTextFile(`${folder}/out`)).split("\n");
    assert.deepEqual(lines.sort(), ["", "err", "out"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("snapshotAll() copies plain files only, with size and mode", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/into`);
    await Deno.writeTextFile(`${folder}/a.o`, "12345");
    await Deno.chmod(`${folder}/a.o`, 0o755);
    await Deno.symlink("a.o", `${folder}/link`);
    const copies = snapshotAll([`${folder}/a.o`, `${folder}/link`, `${folder}/none`], `${folder}/into`);
    assert.deepEqual(copies, [{ size: 5, mode: 0o755 }, undefined, undefined]);
    assert.equal(await Deno.readTextFile(`${folder}/into/0`), "12345");
    assert.deepEqual([...Deno.readDirSync(`${folder}/into`)].map((e) => e.name), ["0"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("hasRoom() tells a folder from one that is gone", async () => {
  const folder = await Deno.makeTempDir();
  assert.equal(hasRoom(folder), true);
  await Deno.remove(folder);
  assert.equal(hasRoom(folder), false);
});
