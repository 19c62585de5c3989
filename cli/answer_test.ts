import assert from "node:assert/strict";
import { RELEASE, VERSION } from "../lib/core/mod.ts";
import { CALLER, type CommandRequest } from "../lib/protocol/mod.ts";
import { answerCommand } from "./answer.ts";
import { fakeDaemon } from "./commands/_context_fake.ts";

const utf8 = new TextEncoder();

function request(argv: readonly string[], given: { env?: string; flags?: number } = {}): CommandRequest {
  return {
    kind: "command",
    connectUs: 0,
    session: new Uint8Array(),
    pid: 1,
    release: RELEASE,
    flags: given.flags ?? 0,
    columns: 80,
    umask: 0o022,
    rootFolder: "",
    cwd: utf8.encode("/somewhere"),
    argv: argv.map((word) => utf8.encode(word)),
    env: utf8.encode(given.env ?? "HOME=/home/a\0"),
  };
}

/** The output of a command that the daemon answers itself. */
async function output(argv: readonly string[], given?: { env?: string; flags?: number }) {
  const reply = await answerCommand(request(argv, given), fakeDaemon({}));
  if (reply.kind !== "output") assert.fail(`${argv.join(" ")} is answered by ${reply.kind}`);
  return reply;
}

Deno.test("answerCommand() answers by the caller's folder and environment, not the daemon's", async () => {
  assert.equal((await output(["cache-root"])).stdout, "/home/a/.zccache\n");
  const relative = await output(["cache-root"], { env: "HOME=/home/a\0ZCCACHE_CACHE_DIR=x\0" });
  assert.equal(relative.stdout, "/somewhere/x\n");
  const wrong = await output(["status"], { env: "HOME=/home/a\0ZCCACHE_MODE=FAST\0" });
  assert.deepEqual([wrong.exit, wrong.stdout], [2, ""]);
});

Deno.test("answerCommand() leaves to the caller what must not run in the daemon", async () => {
  for (
    const argv of [["stop"], ["kill"], ["wrap", "gcc"], ["status", "--endpoint=/x"], ["gcc", "-c", "a.c"]]
  ) {
    assert.deepEqual(
      await answerCommand(request(argv), fakeDaemon({})),
      { kind: "run-here" },
      argv.join(" "),
    );
  }
});

Deno.test("answerCommand() answers help, version and usage errors as the command line does", async () => {
  assert.equal((await output(["--version"])).stdout, `zccache ${VERSION}\n`);
  assert.match((await output(["stop", "--help"])).stdout, /^zccache stop: stop the daemon\n/);
  const wrong = await output(["status", "--jsn"]);
  assert.equal(wrong.exit, 2);
  assert.match(wrong.stderr, /^error: unknown option --jsn; did you mean --json\?\n/);
});

Deno.test("answerCommand() colours for terminals only, and not against NO_COLOR", async () => {
  const bold = "\x1b[1mUsage\x1b[0m";
  const has = async (given: { env?: string; flags?: number }) =>
    (await output(["help"], given)).stdout.includes(bold);
  assert.equal(await has({ flags: CALLER.stdoutTerminal }), true);
  assert.equal(await has({ flags: CALLER.stderrTerminal }), false);
  assert.equal(await has({ flags: CALLER.stdoutTerminal, env: "HOME=/a\0NO_COLOR=1\0" }), false);
  assert.equal(await has({ flags: CALLER.stdoutTerminal, env: "HOME=/a\0NO_COLOR=\0" }), true);
});
