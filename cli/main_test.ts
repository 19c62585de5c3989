import assert from "node:assert/strict";
import { LENGTH_BYTES } from "../lib/protocol/mod.ts";
import { decodeRequest, encodeReply, MAX_REQUEST_BYTES, payloadLength } from "../lib/protocol/mod.ts";
import type { Reply, Request } from "../lib/protocol/mod.ts";
import { answerCommand } from "./answer.ts";
import { fakeDaemon } from "./commands/_context_fake.ts";
import { type Io, runCli } from "./main.ts";

/** A command line run in a fake process; `path` is what its PATH holds. */
class Process {
  stdout = "";
  stderr = "";
  wrapped: readonly string[] | undefined;

  constructor(readonly root: string) {}

  async run(...args: string[]): Promise<number> {
    [this.stdout, this.stderr, this.wrapped] = ["", "", undefined];
    const variables: Record<string, string> = { ZCCACHE_CACHE_DIR: this.root, PATH: `${this.root}/bin` };
    const io: Io = {
      env: (name) => variables[name],
      cwd: "/",
      terminal: { stdout: false, stderr: false, columns: 0, plain: false },
      write: (stream, text) => {
        this[stream] += text;
      },
      daemonProgram: { file: "/no/such/daemon", args: [] },
      ownProgram: undefined,
      isOwn: () => false,
      wrapTool: (_tool, argv) => {
        this.wrapped = argv;
        return Promise.resolve(42);
      },
    };
    return await runCli(args, io);
  }
}

/** A daemon's socket that answers each request by a function; undefined = never. */
class FakeSocket implements AsyncDisposable {
  readonly #listener: Deno.Listener;
  readonly #open = new Set<Deno.Conn>();
  readonly #done: Promise<void>;

  constructor(root: string, readonly reply: (request: Request) => Promise<Reply | undefined>) {
    this.#listener = Deno.listen({ transport: "unix", path: `${root}/daemon.sock` });
    this.#done = this.#serve();
  }

  async #serve(): Promise<void> {
    for await (const connection of this.#listener) {
      this.#open.add(connection);
      const reply = await this.reply(await readRequest(connection));
      if (reply === undefined) continue;
      await connection.write(encodeReply(reply));
      connection.close();
      this.#open.delete(connection);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#open) connection.close();
    await this.#done;
  }
}

async function readRequest(connection: Deno.Conn): Promise<Request> {
  const bytes = new Uint8Array(65536);
  let got = 0;
  for (;;) {
    const length = payloadLength(bytes.subarray(0, got), MAX_REQUEST_BYTES);
    if (length !== undefined && got >= LENGTH_BYTES + length) {
      return decodeRequest(bytes.subarray(LENGTH_BYTES, got));
    }
    got += await connection.read(bytes.subarray(got)) ?? assert.fail("the client hung up");
  }
}

async function withProcess(body: (process: Process) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${root}/bin`);
    await Deno.writeTextFile(`${root}/bin/gcc`, "", { mode: 0o755 });
    await body(new Process(root));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** Answers commands as the daemon does. */
function answering(facts: Parameters<typeof fakeDaemon>[0]) {
  return async (request: Request): Promise<Reply> =>
    request.kind === "command"
      ? await answerCommand(request, fakeDaemon(facts))
      : { kind: "pong", release: 1000, pid: Deno.pid };
}

Deno.test("runCli() takes a program for a tool, and everything behind it for the tool's", () =>
  withProcess(async (process) => {
    assert.equal(await process.run("gcc", "--help", "-c"), 42);
    assert.deepEqual(process.wrapped, ["gcc", "--help", "-c"]);
    assert.equal(await process.run("wrap", "--", "gcc", "x"), 42);
    assert.deepEqual(process.wrapped, ["gcc", "x"]);
  }));

Deno.test("runCli() tells mistyped commands from missing compilers", () =>
  withProcess(async (process) => {
    assert.equal(await process.run("staus", "--json"), 2);
    assert.equal(process.stderr, "error: no command or program staus; did you mean zccache status?\n");
    assert.equal(await process.run("frobnicate"), 2);
    assert.match(process.stderr, /^error: no command or program frobnicate\n/);
    assert.equal(await process.run("g++-99", "-c", "a.c"), 127);
    assert.equal(process.stderr, "zccache: g++-99: command not found\n");
    assert.equal(await process.run("wrap", "staus"), 127);
    assert.equal(process.stderr, "zccache: staus: command not found\n");
    assert.equal(await process.run("/bin", "-c"), 126);
    assert.equal(process.stderr, "zccache: /bin: Is a directory\n");
    assert.equal(process.wrapped, undefined);
  }));

Deno.test("runCli() writes help and version to stdout, usage errors to stderr", () =>
  withProcess(async (process) => {
    assert.equal(await process.run(), 1);
    assert.match(process.stdout, /^zccache \d/);
    assert.equal(await process.run("--version"), 0);
    assert.match(process.stdout, /^zccache \d+\.\d+\.\d+\n$/);
    assert.equal(await process.run("help", "staus"), 2);
    assert.equal(process.stderr, "error: there is no command staus; did you mean status?\n");
    assert.equal(await process.run("status", "--nope"), 2);
    assert.equal(process.stdout, "");
    assert.match(process.stderr, /^error: unknown option --nope\n\nUsage: zccache status \[OPTION…\]\n/);
  }));

Deno.test("runCli() lets the daemon run what is the daemon's, with its switches", () =>
  withProcess(async (process) => {
    await using _socket = new FakeSocket(process.root, answering({}));
    assert.equal(await process.run("status"), 0);
    assert.match(process.stdout, /^zccache daemon v0/);
    assert.equal(await process.run("--show-stats", "--json"), 0);
    assert.equal(JSON.parse(process.stdout).status, "ok");
    assert.equal(await process.run("inspect", "ab".repeat(32)), 1);
    assert.match(process.stderr, /^nothing is stored under (ab){32}\n$/);
    assert.equal(await process.run("start"), 0);
    assert.equal(process.stderr, `daemon running at ${process.root}/daemon.sock\n`);
  }));

Deno.test("runCli() says that there is no daemon, also for a dead socket", () =>
  withProcess(async (process) => {
    for (const round of ["no socket", "a dead one"]) {
      assert.equal(await process.run("status"), 1, round);
      assert.equal(process.stderr, `daemon not running at ${process.root}/daemon.sock\n`);
      assert.equal(await process.run("stop"), 0, round);
      assert.equal(process.stderr, `daemon not running at ${process.root}/daemon.sock\n`);
      await leaveDeadSocket(`${process.root}/daemon.sock`);
    }
  }));

Deno.test("runCli() does not believe in a start that did not happen", () =>
  withProcess(async (process) => {
    assert.equal(await process.run("start"), 1);
    assert.match(process.stderr, /^failed to start daemon: cannot run \/no\/such\/daemon: /);
  }));

Deno.test("runCli() asks the daemon that --endpoint names", () =>
  withProcess(async (process) => {
    await Deno.mkdir(`${process.root}/other`);
    await using _socket = new FakeSocket(`${process.root}/other`, answering({}));
    assert.equal(await process.run("status"), 1);
    assert.equal(await process.run("status", `--endpoint=${process.root}/other/daemon.sock`), 0);
  }));

Deno.test("runCli() reports settings that can't be read", () =>
  withProcess(async (process) => {
    const io: Io = {
      env: (name) => name === "ZCCACHE_MODE" ? "FAST" : process.root,
      cwd: "/",
      terminal: { stdout: false, stderr: false, columns: 0, plain: false },
      write: (stream, text) => {
        process[stream] += text;
      },
      daemonProgram: { file: "/no/such/daemon", args: [] },
      ownProgram: undefined,
      isOwn: () => false,
      wrapTool: () => Promise.resolve(42),
    };
    assert.equal(await runCli(["status"], io), 2);
    assert.match(process.stderr, /^error: Cannot read ZCCACHE_MODE: "FAST"/);
  }));

/** The file that a killed daemon leaves: a socket on which nobody listens. */
async function leaveDeadSocket(path: string): Promise<void> {
  const script = `require("net").createServer().listen(${
    JSON.stringify(path)
  }, () => process.kill(process.pid, 9))`;
  await new Deno.Command(Deno.execPath(), { args: ["eval", "--ext=cjs", script], stderr: "null" }).output();
  assert.equal((await Deno.lstat(path)).isSocket, true);
}
