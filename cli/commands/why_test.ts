import assert from "node:assert/strict";
import { type JournalEntry, type JournalTally, parseEntry } from "../../lib/journal/mod.ts";
import { formatTime } from "../format.ts";
import { fakeContext, fakeDaemon } from "./_context_fake.ts";
import { entryText, sessionText } from "./_why_text.ts";
import { whyCommand } from "./why.ts";

const AT = Date.UTC(2026, 10, 21, 8, 0, 0);

function line(parts: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    ts: new Date(AT).toISOString(),
    outcome: "miss",
    compiler: "/usr/bin/gcc",
    args: ["-c", "src/a.c"],
    cwd: "/proj",
    exit_code: 0,
    session_id: null,
    latency_ns: 5_000_000,
    reason: "first-seen",
    id: "g.1",
    source: "/proj/src/a.c",
    ...parts,
  });
}

function entry(parts: Readonly<Record<string, unknown>> = {}): JournalEntry {
  const parsed = parseEntry(line(parts));
  assert.ok(parsed);
  return parsed;
}

async function withJournal(lines: readonly string[], use: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${root}/logs`);
    await Deno.writeTextFile(`${root}/logs/compile_journal.jsonl`, lines.map((text) => `${text}\n`).join(""));
    await use(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("why fits one command on a screen", () => {
  const differences = [
    {
      kind: "file",
      name: "/proj/b.h",
      was: "0123",
      now: "4567",
      at: new Date(AT - 2000).toISOString(),
      via: ["/proj/src/a.c", "/proj/b.h"],
    },
    { kind: "file", name: "/else/new.h", now: "4567" },
    { kind: "argument", was: "-O1", now: "-O2" },
    { kind: "variable", name: "LANG", was: "C" },
    { kind: "folder", now: "/proj" },
    { kind: "place", name: "/proj/first/b.h", now: "there", hides: "/proj/b.h" },
    { kind: "place", name: "/proj/first/c.h", was: "there" },
    { kind: "program", name: "/usr/bin/as", was: "1", now: "2" },
  ];
  const because = { compared_with: new Date(AT - 60_000).toISOString(), differences, more: 3 };
  const text = entryText(
    entry({ reason: "input-changed", because, tool_ns: 620_000_000, context_key: "ab" }),
    [entry({ outcome: "hit", reason: undefined }), entry()],
    { cwd: "/proj", nowMs: AT + 12_000 },
  );
  assert.equal(
    text,
    `src/a.c: missed and kept, the tool ran for 620ms, 12s ago

  Why:         an input file changed (input-changed, 2)
  Differs:     b.h, edited ${formatTime(AT - 2000)}, 2.0s before
                 by src/a.c > b.h
               /else/new.h, new
               argument: was -O1, is -O2
               variable LANG: dropped C
               the folder counts now: /proj
               first/b.h is found now and hides b.h
               first/c.h is no longer there, where a searched name was found
               /usr/bin/as is another program or library now
               and 3 more
  Compared:    with the compile that was kept at ${formatTime(AT - 60_000)}
  To do:       nothing: the edit calls for a compile; a header that costs many units may be worth splitting
  Command:     /usr/bin/gcc -c src/a.c
  Folder:      /proj
  Record:      g.1, key ab (zccache inspect)
  Before:      ${formatTime(AT)}  hit
               ${formatTime(AT)}  miss (first-seen)
`,
  );
});

Deno.test("why tells how a command ended, and shows no control characters", () => {
  const first = (parts: Readonly<Record<string, unknown>>) =>
    entryText(entry(parts), [], { cwd: "/", nowMs: AT }).split("\n", 1)[0];
  assert.equal(
    first({ outcome: "hit", reason: undefined }),
    "/proj/src/a.c: answered from the cache in 5ms, just now",
  );
  assert.equal(
    first({ outcome: "error", reason: "tool-failed", exit_code: 3 }),
    "/proj/src/a.c: the tool failed with exit code 3, just now",
  );
  assert.equal(first({ reason: "date-or-time" }), "/proj/src/a.c: not cached, just now");
  assert.equal(first({ source: "/a\x1b]0;x\x07.c" }), "/a\\x1b]0;x\\x07.c: missed and kept, just now");
});

Deno.test("why is not misled by what others write into because", () => {
  for (const because of [[], "text", { differences: 5 }, { differences: [null, [], { kind: 5 }, "x"] }]) {
    assert.match(entryText(entry({ because }), [], { cwd: "/", nowMs: AT }), /Why: /);
  }
  const text = entryText(
    entry({ because: { differences: [{ kind: "novelty", name: "x" }], more: "many" } }),
    [],
    {
      cwd: "/",
      nowMs: AT,
    },
  );
  assert.match(text, /Differs: +novelty x\n/);
});

Deno.test("why finds a command by source, output, argument, id and key, the newest first", () =>
  withJournal([
    line({ id: "g.1", source: undefined, args: ["-E", "../proj/x.c"], cwd: "/proj/sub/../" }),
    line({ id: "g.2", output: "/proj/a.o", context_key: "0123456789abcdef" }),
    "{ not a line",
    line({ id: "g.3", outcome: "hit", reason: undefined }),
  ], async (root) => {
    const found = async (operands: string[], switches: string[] = []) => {
      const { stdout } = await whyCommand.run(
        fakeContext({ root, operands, switches: ["json", ...switches] }),
      );
      return stdout === "" ? undefined : JSON.parse(stdout).record.id;
    };
    assert.equal(await found(["src/a.c"]), "g.3");
    assert.equal(await found(["./a.o"]), "g.2");
    assert.equal(await found(["x.c"]), "g.1");
    assert.equal(await found(["01234567"]), "g.2");
    assert.equal(await found(["g.1"]), "g.1");
    assert.equal(await found([]), "g.2");
    assert.equal(await found([], ["last"]), "g.2");
    assert.equal(await found(["nothing.c"]), undefined);
  }));

Deno.test("why waits until the daemon has written its journal, and takes one question at a time", async () => {
  let written = false;
  const daemon = fakeDaemon({
    journalWritten: () => {
      written = true;
      return Promise.resolve();
    },
  });
  assert.equal((await whyCommand.run(fakeContext({ root: "/nonexistent", daemon }))).exit, 1);
  assert.ok(written);
  const both = fakeContext({ switches: ["last"], values: { session: "s" } });
  assert.equal((await whyCommand.run(both)).exit, 2);
});

Deno.test("why --session shows reasons by count and changes by cost", () => {
  const tally: JournalTally = {
    total: 10,
    hits: 7,
    savedMs: 5200,
    spentMs: 900,
    reasons: [{ reason: "input-changed", count: 3, toolMs: 900, examples: ["/proj/a.c", "/b.c"] }],
    changes: Array.from(
      { length: 9 },
      (_, i) => ({ kind: "file", name: `/proj/${i}.h`, count: 3, toolMs: 900 - i }),
    ),
  };
  const text = sessionText("s", tally, "/proj");
  assert.ok(text.startsWith(`session s: 10 commands, 7 from the cache, ~5.2s saved, 900ms in tools

  Not from the cache, by reason:
        3    900ms  input-changed (2): an input file changed
                    a.c, /b.c

  What had changed, by the time that it cost:
        3    900ms  file 0.h
`));
  assert.match(text, / and 1 more\n$/);
});
