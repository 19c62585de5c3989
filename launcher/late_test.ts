/** Large outputs, which the daemon's copier copies when the launcher has gone. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { digestBytes } from "../lib/core/mod.ts";
import { testWith } from "../testing/needs.ts";
import { reportOf, running } from "./_running.ts";
import { Stage } from "./_stage.ts";
import { OBSERVER } from "./_observer.ts";

/** The copier, at work beside a stage's folder of copies. */
class Copier implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #text = "";

  constructor(readonly socket: string) {
    this.#process = new Deno.Command(OBSERVER, {
      args: ["copies", socket],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#lines = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  static async at(stage: Stage): Promise<Copier> {
    const copier = new Copier(`${stage.root}/.copier`);
    assert.equal(await copier.line(), "ready");
    return copier;
  }

  /** What it says next. */
  async line(): Promise<string> {
    while (!this.#text.includes("\n")) {
      const { value, done } = await this.#lines.read();
      if (done) return this.#text;
      this.#text += value;
    }
    const [line = "", ...rest] = this.#text.split("\n");
    this.#text = rest.join("\n");
    return line;
  }

  /** Stops it, or lets it go on. */
  kill(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#process.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stdin.close();
    while (!(await this.#lines.read()).done);
    assert.equal((await this.#process.status).code, 0);
  }
}

/** Maps a file, changes it, and stays until its input ends. */
const MAPPING = `
import mmap, os, sys
with open("large", "r+b") as file:
    mapping = mmap.mmap(file.fileno(), 10)
mapping[0:4] = b"abcd"
os.write(1, b"began\\n")
sys.stdin.read()
`;

/** What somebody does in a stage's folder, until it's disposed of. */
class Meanwhile implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;

  constructor(script: string, { work, base }: Stage) {
    Deno.writeTextFileSync(`${base}/mapping.py`, MAPPING);
    this.#process = new Deno.Command("sh", {
      args: ["-c", `${script}; echo began`, base],
      cwd: work,
      stdin: "piped",
      stdout: "piped",
    }).spawn();
  }

  /** Waits until it is done, or says that it has begun. */
  async began(): Promise<void> {
    const said = this.#process.stdout.pipeThrough(new TextDecoderStream());
    for await (const text of said) if (text.includes("began")) return;
    throw new Error("Cannot go on: it ended without a word");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stdin.close();
    await this.#process.status;
  }
}

/** What the copier says of a run whose copies are made. */
const MADE = /^7 1( \d+:[0-9a-f]{64}(:\d+){9})+$/;

/** What the copier says of an output, but for the time. */
function wordOf(index: number, path: string): string {
  const { stdout } = new Deno.Command("stat", { args: ["-c", "%s.%.9Y.%.9Z.%i.%Hd.%Ld", path] }).outputSync();
  const stat = new TextDecoder().decode(stdout).trim().split(".").map(Number);
  return [index, digestBytes(Deno.readFileSync(path)), ...stat].join(":");
}

function isSame(a: string, b: string): boolean {
  return Buffer.from(Deno.readFileSync(a)).equals(Deno.readFileSync(b));
}

const LARGE =
  "head -c 3000001 /dev/urandom > large; head -c 2500000 /dev/urandom > other; echo small > small";
const outputs = ["large", "small", "other"];

testWith(["linux"], "the copier copies what is large, the launcher what is small", async () => {
  await using stage = new Stage();
  await using copier = await Copier.at(stage);
  const daemon = running(stage, LARGE, { outputs, mayBeLate: true });
  assert.equal((await stage.zcc(["cc"])).code, 0);
  const report = await reportOf(daemon);
  assert.equal(report.late, true);
  assert.deepEqual(report.outputs.map((output) => output?.size), [3_000_001, 6, 2_500_000]);
  const said = (await copier.line()).split(" ");
  for (const [i, name] of outputs.entries()) {
    assert.ok(isSame(`${stage.root}/tmp/${i}`, `${stage.work}/${name}`), name);
  }
  const [first, second, ...words] = said.map((word) => word.replace(/:\d+$/, ""));
  assert.deepEqual([first, second], ["7", "1"]);
  assert.deepEqual(words, [wordOf(0, `${stage.work}/large`), wordOf(2, `${stage.work}/other`)]);
  for (const word of said.slice(2)) {
    assert.ok(Math.abs(Number(word.split(":").at(-1)) - Date.now()) < 60_000, word);
  }
});

testWith(["linux"], "what has holes is copied late as well, and keeps them", async () => {
  await using stage = new Stage();
  await using copier = await Copier.at(stage);
  const script = "head -c 300000 /dev/urandom > large; truncate -s 5000003 large; echo end >> large";
  const daemon = running(stage, script, { outputs: ["large"], mayBeLate: true });
  assert.equal((await stage.zcc(["cc"])).code, 0);
  const report = await reportOf(daemon);
  assert.deepEqual([report.late, report.outputs[0]?.size], [true, 5_000_007]);
  assert.match(await copier.line(), MADE);
  assert.ok(isSame(`${stage.root}/tmp/0`, `${stage.work}/large`));
  assert.ok(Deno.statSync(`${stage.root}/tmp/0`).blocks! * 512 < 1_000_000);
});

testWith(
  ["linux"],
  "a copy is of what the tool left, though the file is replaced or removed meanwhile",
  async () => {
    await using stage = new Stage();
    await using copier = await Copier.at(stage);
    copier.kill("SIGSTOP");
    const daemon = running(stage, `${LARGE}; ln large kept; ln other also`, { outputs, mayBeLate: true });
    assert.equal((await stage.zcc(["cc"])).code, 0);
    assert.equal((await reportOf(daemon)).late, true);
    Deno.removeSync(`${stage.work}/large`);
    stage.write("next", "another");
    Deno.renameSync(`${stage.work}/next`, `${stage.work}/other`);
    copier.kill("SIGCONT");
    assert.match(await copier.line(), MADE);
    assert.ok(isSame(`${stage.root}/tmp/0`, `${stage.work}/kept`));
    assert.ok(isSame(`${stage.root}/tmp/2`, `${stage.work}/also`));
  },
);

/** What others do to a file before it's copied, and whether the copy is good nevertheless. */
const MEANWHILE: readonly (readonly [what: string, script: string, good: boolean])[] = [
  ["adds to it", "echo more >> large", false],
  ["shortens it", "truncate -s 5 large", false],
  ["writes the same byte", "head -c 1 large | dd of=large conv=notrunc status=none", false],
  ["maps it, writes and ends", "python3 $0/mapping.py < /dev/null", false],
  ["maps it, writes and stays", "python3 $0/mapping.py", false],
  ["reads it", "cat large > /dev/null", true],
  ["runs it", "chmod +x large; ./large 2> /dev/null; true", true],
  [
    "links to it, and changes its rights",
    "ln large link; chmod 400 large",
    true,
  ],
];

for (const [what, script, good] of MEANWHILE) {
  const name = `a copy of a file is ${good ? "" : "not "}made though somebody ${what} meanwhile`;
  testWith(["linux", "python3"], name, async () => {
    await using stage = new Stage();
    await using copier = await Copier.at(stage);
    copier.kill("SIGSTOP");
    const daemon = running(stage, LARGE, { outputs, mayBeLate: true });
    assert.equal((await stage.zcc(["cc"])).code, 0);
    assert.equal((await reportOf(daemon)).late, true);
    const before = Deno.readFileSync(`${stage.work}/large`);
    await using meanwhile = new Meanwhile(script, stage);
    await meanwhile.began();
    copier.kill("SIGCONT");
    assert.match(await copier.line(), good ? MADE : /^7 0$/);
    if (good) assert.ok(Buffer.from(Deno.readFileSync(`${stage.root}/tmp/0`)).equals(before));
  });
}

testWith(["linux"], "the launcher copies where there's no copier, or the daemon has none", async () => {
  for (const mayBeLate of [true, false]) {
    await using stage = new Stage();
    await using copier = mayBeLate ? undefined : await Copier.at(stage);
    const daemon = running(stage, LARGE, { outputs, mayBeLate });
    assert.equal((await stage.zcc(["cc"])).code, 0);
    assert.equal((await reportOf(daemon)).late, false, String(copier?.socket));
    for (const [i, name] of outputs.entries()) {
      assert.ok(isSame(`${stage.root}/tmp/${i}`, `${stage.work}/${name}`), name);
    }
  }
});

testWith(["linux"], "the launcher copies what somebody still has open for writing", async () => {
  await using stage = new Stage();
  await using _copier = await Copier.at(stage);
  stage.write("large", "");
  using _writer = Deno.openSync(`${stage.work}/large`, { write: true });
  const daemon = running(stage, "head -c 3000001 /dev/urandom > large", {
    outputs: ["large"],
    mayBeLate: true,
  });
  assert.equal((await stage.zcc(["cc"])).code, 0);
  assert.equal((await reportOf(daemon)).late, false);
  assert.ok(isSame(`${stage.root}/tmp/0`, `${stage.work}/large`));
});

testWith(["linux"], "the launcher copies when the copier has its hands full", async () => {
  await using stage = new Stage();
  await using copier = await Copier.at(stage);
  copier.kill("SIGSTOP");
  const script = "rm -f large; head -c 300000 /dev/urandom > large";
  const daemon = running(stage, script, { outputs: ["large"], mayBeLate: true });
  const late: boolean[] = [];
  while (late.length < 600 && late.at(-1) !== false) {
    assert.equal((await stage.zcc(["cc"])).code, 0);
    late.push((await reportOf(daemon)).late);
    daemon.requests.length = 0;
  }
  assert.equal(late.at(-1), false);
  assert.ok(isSame(`${stage.root}/tmp/0`, `${stage.work}/large`));
  copier.kill("SIGCONT");
  for (const _run of late.slice(1)) assert.match(await copier.line(), MADE);
});

testWith(["linux", "python3"], "the copier passes over what no launcher sends", async () => {
  await using stage = new Stage();
  await using copier = await Copier.at(stage);
  const script = `
import array, os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.connect(sys.argv[1])
def send(data, fds=()):
    s.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else [])
def number(value):
    return value.to_bytes(8, sys.byteorder)
a, b = os.open("/dev/zero", os.O_RDONLY), os.open("/dev/null", os.O_WRONLY)
size = 8 + 8 + 16 * 8
send(b""); send(b"x" * 5000); send(bytes(size), (a, b)); send(b"\\xff" * size); send(b"\\xff" * size, (a, b))
send(bytes(size), tuple([a] * 60))
send(number(9) + number(1) + bytes(16 * 8), (a, a, b))
`;
  const python = new Deno.Command("python3", { args: ["-c", script, copier.socket] });
  assert.equal((await python.output()).code, 0);
  // a device is no watch
  assert.equal(await copier.line(), "9 0");
  const daemon = running(stage, LARGE, { outputs, mayBeLate: true });
  assert.equal((await stage.zcc(["cc"])).code, 0);
  assert.equal((await reportOf(daemon)).late, true);
  assert.match(await copier.line(), MADE);
});

testWith(["linux"], "the outputs that an observer lists are copied, whatever the exit code", async () => {
  await using stage = new Stage();
  const list = `printf '%s\\0' "$PWD/large" "$PWD/none" "$PWD/small" > ${stage.root}/tmp/outputs`;
  const daemon = running(stage, `${LARGE}; ${list}; exit 3`);
  assert.equal((await stage.zcc(["cc"])).code, 3);
  const report = await reportOf(daemon);
  assert.deepEqual(report.outputs.map((output) => output?.size), [3_000_001, undefined, 6]);
  assert.ok(isSame(`${stage.root}/tmp/0`, `${stage.work}/large`));
  assert.ok(isSame(`${stage.root}/tmp/2`, `${stage.work}/small`));
});
