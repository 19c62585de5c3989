/** The observer by itself: what it notes of real programs, and that these end as if it were not there. */
import assert from "node:assert/strict";
import { testWith } from "../testing/needs.ts";
import { OBSERVER } from "./_observer.ts";

/** Bits of a note; see observe/observe.h. */
const LOOKED = 1;
const READ = 2;
const LISTED = 4;
const WRITTEN = 8;
const UPDATED = 16;
const REMOVED = 32;
const LINK_READ = 64;

interface Seen {
  readonly code: number;
  readonly signal: Deno.Signal | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly doubts: string;
  readonly kept: boolean;
  /** Facts and what was left, by path. */
  readonly notes: ReadonlyMap<string, { readonly facts: number; readonly left: string }>;
}

class Stage implements Disposable {
  readonly folder = Deno.makeTempDirSync({ prefix: "zccache-observe-" });
  readonly work = `${this.folder}/work`;
  readonly log = `${this.folder}/log`;

  constructor() {
    Deno.mkdirSync(this.work);
    Deno.mkdirSync(this.log);
  }

  /** Runs a shell script observed. */
  shell(script: string, options: { keeps?: string; stdin?: "null" | "piped" } = {}): Promise<Seen> {
    return this.run(["/bin/sh", "sh", "-c", script], options);
  }

  async run(
    words: readonly string[],
    { keeps = "success", stdin = "null" }: { keeps?: string; stdin?: "null" | "piped" } = {},
  ): Promise<Seen> {
    const child = new Deno.Command(OBSERVER, {
      args: [this.log, keeps, ...words],
      cwd: this.work,
      stdin,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    if (stdin === "piped") {
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode("input\n"));
      await writer.close();
    }
    const { code, signal, stdout, stderr } = await child.output();
    const text = new TextDecoder();
    return { code, signal, stdout: text.decode(stdout), stderr: text.decode(stderr), ...this.#notes() };
  }

  #notes(): Pick<Seen, "doubts" | "kept" | "notes"> {
    const [head = "", ...records] = Deno.readTextFileSync(`${this.log}/observed`).split("\0");
    const notes = new Map<string, { facts: number; left: string }>();
    for (let i = 0; i + 1 < records.length; i += 2) {
      const [facts, ...left] = records[i]!.split(" ");
      notes.set(records[i + 1]!, { facts: Number(facts), left: left.join(" ") });
    }
    const [, , kept, doubts] = head.split(" ");
    return { doubts: doubts ?? "", kept: kept === "kept", notes };
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.folder, { recursive: true });
  }
}

function test(name: string, work: (stage: Stage) => Promise<void>): void {
  testWith(["linux"], `observer: ${name}`, async () => {
    using stage = new Stage();
    await work(stage);
  });
}

test("notes what is looked up, read, listed and written, there or not", async (stage) => {
  Deno.writeTextFileSync(`${stage.work}/in`, "in");
  Deno.mkdirSync(`${stage.work}/folder`);
  Deno.symlinkSync("in", `${stage.work}/link`);
  const seen = await stage.shell("cat in; [ -e none ]; ls folder >/dev/null; readlink link; echo out > out");
  const facts = (name: string) => seen.notes.get(`${stage.work}/${name}`)?.facts ?? 0;
  assert.equal(seen.stdout, "inin\n");
  assert.equal(facts("in") & (READ | WRITTEN), READ);
  assert.equal(facts("none"), LOOKED);
  assert.equal(facts("folder") & LISTED, LISTED);
  assert.equal(facts("link") & LINK_READ, LINK_READ);
  assert.equal(facts("out"), WRITTEN);
  assert.match(seen.notes.get(`${stage.work}/out`)?.left ?? "", /^f \d+ 4 0 $/);
  assert.equal(Deno.readTextFileSync(`${stage.log}/outputs`), `${stage.work}/out\0`);
  assert.equal(seen.doubts, "");
});

test("notes the folder that a process goes into, there or not", async (stage) => {
  Deno.mkdirSync(`${stage.work}/sub`);
  const seen = await stage.shell("env -C sub cat ../in; env -C none true; :");
  assert.equal(seen.notes.get(`${stage.work}/sub`)?.facts, LOOKED);
  assert.equal(seen.notes.get(`${stage.work}/none`)?.facts, LOOKED);
});

test("what the run made itself is no input; what it changed or removed is told", async (stage) => {
  for (const name of ["appended", "removed", "replaced", "moved"]) {
    Deno.writeTextFileSync(`${stage.work}/${name}`, "before");
  }
  const seen = await stage.shell(
    "echo a > own; cat own; rm own; echo b >> appended; rm removed; cat replaced; echo c > replaced.new; mv replaced.new replaced; mv moved there; ln -s in made-link; mkdir made",
  );
  const facts = (name: string) => seen.notes.get(`${stage.work}/${name}`)?.facts ?? 0;
  const left = (name: string) => seen.notes.get(`${stage.work}/${name}`)?.left ?? "";
  assert.equal(facts("own"), WRITTEN);
  assert.equal(left("own"), "- 0 0 0 ");
  assert.equal(facts("appended") & (UPDATED | WRITTEN), UPDATED);
  assert.equal(facts("removed") & REMOVED, REMOVED);
  assert.equal(facts("replaced") & (READ | WRITTEN | REMOVED), READ | WRITTEN | REMOVED);
  assert.equal(facts("moved") & REMOVED, REMOVED);
  assert.equal(facts("there") & WRITTEN, WRITTEN);
  assert.match(left("made-link"), /^l 777 2 \d+ in$|^l \d+ 2 \d+ in$/);
  assert.match(left("made"), /^d /);
});

test("paths are told from the folder they are meant in", async (stage) => {
  Deno.mkdirSync(`${stage.work}/sub`);
  Deno.writeTextFileSync(`${stage.work}/sub/x`, "x");
  const seen = await stage.shell("cd sub && cat ./x ../sub//x >/dev/null");
  assert.ok(seen.notes.has(`${stage.work}/sub/x`));
  assert.ok(seen.notes.has(`${stage.work}/sub/../sub/x`));
});

test("ends as the tool ends: its exit code, its signal, its messages", async (stage) => {
  const failed = await stage.shell("echo out; echo err >&2; echo x > left; exit 41");
  assert.deepEqual([failed.code, failed.stdout, failed.stderr], [41, "out\n", "err\n"]);
  assert.equal(failed.kept, false);
  const always = await stage.shell("echo x > left; exit 41", { keeps: "always" });
  assert.equal(always.kept, true);
  assert.equal((await stage.shell("kill -TERM $$")).signal, "SIGTERM");
  const none = await stage.run(["/nowhere/tool", "tool"]);
  assert.equal(none.code, 127);
});

test("standard input counts only if it is the caller's and somebody reads it", async (stage) => {
  assert.equal((await stage.shell("cat > copy", { stdin: "piped" })).doubts, "i");
  assert.equal((await stage.shell("true", { stdin: "piped" })).doubts, "");
  assert.equal((await stage.shell("echo a | cat > copy; cat < copy > other", { stdin: "piped" })).doubts, "");
  assert.equal((await stage.shell("cat")).doubts, "", "the null device is empty");
});

test("who speaks to others is told; a server that isn't there is a file that isn't there", async (stage) => {
  const python = (code: string) =>
    stage.run(["/usr/bin/env", "env", "python3", "-c", `import socket\n${code}`]);
  const tcp = await python("s = socket.socket()\ntry: s.connect(('127.0.0.1', 9))\nexcept OSError: pass");
  assert.equal(tcp.doubts, "n");
  const unix = await python(
    "s = socket.socket(socket.AF_UNIX)\ntry: s.connect('/nowhere/socket')\nexcept OSError: pass",
  );
  assert.deepEqual([unix.doubts, unix.notes.get("/nowhere/socket")?.facts], ["", LOOKED]);
});

test("a process that stays behind goes on working, and is told", async (stage) => {
  const seen = await stage.shell(
    "(sleep 0.3; cat /etc/hostname > late; echo done >> late) >/dev/null 2>&1 </dev/null & echo started",
  );
  assert.deepEqual([seen.stdout, seen.doubts], ["started\n", "b"]);
  for (let tries = 0; tries < 100; tries++) {
    await new Promise((resume) => setTimeout(resume, 50));
    if (readIfThere(`${stage.work}/late`).endsWith("done\n")) return;
  }
  assert.fail("the process that stayed behind can't go on");
});

const AS_CALLER = `
import os, signal, sys
if sys.argv[1] == "ignores":
    for number in (signal.SIGCHLD, signal.SIGALRM): signal.signal(number, signal.SIG_IGN)
else:
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGCHLD, signal.SIGALRM))
os.execv(sys.argv[2], sys.argv[2:])`;

for (const what of ["ignores", "blocks"]) {
  test(`a caller who ${what} the ends of children is told of the tool's`, async ({ log }) => {
    const run = async (words: readonly string[]) => {
      const args = ["-c", AS_CALLER, what, ...words];
      const { code, stdout } = await new Deno.Command("python3", { args, stdin: "null" }).output();
      return [code, new TextDecoder().decode(stdout)] as const;
    };
    const tool = ["sh", "-c", "grep -E '^Sig(Blk|Ign):' /proc/self/status; exit 3"];
    const bare = await run(["/bin/sh", ...tool.slice(1)]);
    assert.equal(bare[0], 3);
    assert.deepEqual(await run([OBSERVER, log, "always", "/bin/sh", ...tool]), bare);
  });
}

test("below another observer the tool runs, unobserved by the inner one", async (stage) => {
  const inner = `${stage.folder}/inner`;
  Deno.mkdirSync(inner);
  Deno.writeTextFileSync(`${stage.work}/in`, "in");
  const seen = await stage.run([
    OBSERVER,
    "observe",
    inner,
    "success",
    "/bin/cat",
    "cat",
    "in",
  ]);
  assert.equal(seen.stdout, "in");
  assert.equal((seen.notes.get(`${stage.work}/in`)?.facts ?? 0) & READ, READ);
  assert.match(Deno.readTextFileSync(`${inner}/observed`), /^zccache-observed 1 kept u\0/);
});

test("many threads and many files are no matter", async (stage) => {
  const code = `
import os, threading
def work(n):
    for i in range(300): os.path.exists(f"{n}-{i}")
threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
for t in threads: t.start()
for t in threads: t.join()`;
  const seen = await stage.run(["/usr/bin/env", "env", "python3", "-c", code]);
  assert.equal(seen.code, 0);
  for (let n = 0; n < 8; n++) assert.ok(seen.notes.has(`${stage.work}/${n}-299`));
});

function readIfThere(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
