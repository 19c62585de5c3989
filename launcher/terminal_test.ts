import assert from "node:assert/strict";
import { FakeDaemon } from "./_fake_daemon.ts";
import { type Ended, runScript, Stage } from "./_stage.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Runs a shell line on a terminal of 31 rows and 77 columns; what the terminal shows is in `stdout`. */
function onTerminal(stage: Stage, line: string, stdin?: string): Promise<Ended> {
  const options = stdin === undefined ? {} : { stdin };
  return stage.run("script", ["-qec", `stty rows 31 cols 77; ${line}`, "/dev/null"], options);
}

/** A daemon that lets a script run in the tool's place; without it `cc` says that it was bypassed. */
function running(stage: Stage, script: string): FakeDaemon {
  stage.tool("cc", "echo bypassed");
  return stage.daemon((request) => request.kind === "compile" ? runScript(stage, script) : "close");
}

const reportsOf = (daemon: FakeDaemon) => daemon.requests.filter((request) => request.kind === "report");

Deno.test("on a terminal the tool's messages go to one like it, and are kept as they were written", async () => {
  await using stage = new Stage();
  const script =
    `[ -t 1 ] || echo piped; [ -t 2 ] && printf 'tab\\there\\n\\033[1mend\\r\\n' >&2; stty size <&2 >&2`;
  const daemon = running(stage, script);
  const ended = await onTerminal(stage, `${stage.zccache} cc`);
  const [report] = reportsOf(daemon);
  assert.ok(report?.kind === "report");
  assert.equal(text(report.stderr), "tab\there\n\x1b[1mend\r\n31 77\n");
  assert.equal(text(report.stdout), "piped\n");
  assert.equal(ended.code, 0);
  const shown = await onTerminal(stage, `printf 'tab\\there\\n\\033[1mend\\r\\n31 77\\n' >&2`);
  assert.equal(ended.stdout.replace("piped\r\n", ""), shown.stdout);
});

Deno.test("the tool's terminal has the settings of the caller's, except that it changes no output", async () => {
  await using stage = new Stage();
  const daemon = running(stage, "stty -a <&2 >&2");
  const bare = await onTerminal(stage, "stty -echo ixany -opost; stty -a");
  await onTerminal(stage, `stty -echo ixany; ${stage.zccache} cc`);
  const [report] = reportsOf(daemon);
  assert.ok(report?.kind === "report");
  const settings = (shown: string) => shown.split(/\s+/).filter((word) => word !== "");
  assert.deepEqual(settings(text(report.stderr)), settings(bare.stdout));
});

Deno.test("a megabyte of messages pass a terminal whole", async () => {
  await using stage = new Stage();
  const daemon = running(stage, "head -c 1000000 /dev/zero | tr '\\0' x >&2");
  const ended = await onTerminal(stage, `${stage.zccache} cc`);
  assert.equal(ended.stdout, "x".repeat(1_000_000));
  const [report] = reportsOf(daemon);
  assert.ok(report?.kind === "report");
  assert.deepEqual([report.truncated, report.stderr.length], [false, 1_000_000]);
});

Deno.test("Ctrl-C on a terminal ends the tool and the launcher by SIGINT, once", async () => {
  const line = (stage: Stage) => `trap : INT; ${stage.zccache} cc; echo "code $?"`;
  const tool = (script: string) => `${script}; echo ready > ready; sleep 20 & wait; kill $!; exit 5`;
  for (
    const [script, says] of [
      [tool(":"), "code 130"],
      [tool("trap 'echo caught >> caught' INT"), "code 5"],
    ] as const
  ) {
    await using stage = new Stage();
    running(stage, script);
    const child = stage.spawn("script", ["-qec", line(stage), "/dev/null"], { stdin: "" });
    const output = child.output();
    while (!stage.names().includes("ready")) await new Promise((resolve) => setTimeout(resolve, 10));
    const writer = child.stdin.getWriter();
    await writer.write(new Uint8Array([3]));
    const shown = text((await output).stdout);
    await writer.close();
    assert.match(shown, new RegExp(says));
    if (says === "code 5") assert.equal(stage.read("caught"), "caught\n");
  }
});

Deno.test("terminals of different widths, or none to be had: the tool runs untouched", async () => {
  await using stage = new Stage();
  const daemon = running(stage, "echo ran");
  const other = `${stage.zccache} cc 2>&1 </dev/null >/dev/null | cat; exec 3>&2; ` +
    `script -qec "stty cols 50; ${stage.zccache} cc 2>/proc/$$/fd/3" /dev/null`;
  assert.match((await onTerminal(stage, other)).stdout, /bypassed/);
  assert.match(stage.log(), /the terminals have different widths: cc\n$/);
  assert.equal(daemon.requests.filter((request) => request.kind === "compile").length, 1);
  if (Deno.uid() !== 0) return;
  const without = `unshare -m sh -c 'mount --bind /dev/null /dev/ptmx && exec ${stage.zccache} cc'`;
  assert.match((await onTerminal(stage, without)).stdout, /bypassed/);
  assert.match(stage.log(), /no pipe or terminal could be made: cc\n$/);
});
