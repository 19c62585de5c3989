import assert from "node:assert/strict";
import { assertOk, Rig, testWith, text } from "../rig.ts";
import { readJournal } from "../rig/journal.ts";
import { rustEnvironment } from "../rig/rust.ts";

const FILES = {
  "a.c": "int a;\n",
  "a.rs": "pub fn a() -> u8 { 1 }\n",
  "tidy.rs": "fn main() {}\n",
  "a.cpp": "int a;\n",
};

/** A command of each kind of tool; those of gcc and ar are in sessions_test.ts. */
const TOOLS: readonly (readonly [tool: string, line: string])[] = [
  ["clang", "clang -c a.c -o clang.o"],
  ["rustc", "rustc --crate-name a --crate-type lib --emit metadata,link a.rs"],
  ["rustfmt", "rustfmt --check tidy.rs"],
  ["clang-tidy", "clang-tidy a.c -- -I."],
  ["clippy-driver", "clippy-driver --crate-name a --crate-type lib --emit metadata a.rs"],
  ["include-what-you-use", "include-what-you-use -c a.cpp"],
  ["emcc", "emcc -c a.c -o wasm.o"],
  ["x86_64-w64-mingw32-gcc", "x86_64-w64-mingw32-gcc -c a.c -o mingw.o"],
];

for (const [tool, line] of TOOLS) {
  testWith([tool], `${tool} carries the session, in its counts and in both journals`, async () => {
    await using rig = await Rig.open();
    rig.fresh(FILES);
    await rig.settled();
    const started = await rig.wrapped(["session-start", "--stats", "--journal", "../build.jsonl"]);
    const id: string = JSON.parse(text(started.stdout)).session_id;
    const env = { ...rustEnvironment(), ZCCACHE_SESSION_ID: id };
    for (let run = 0; run < 2; run++) {
      assertOk(await rig.wrapped(line.split(" "), { env }));
      await rig.counters();
    }
    const { lookup_outcomes } = JSON.parse(text((await rig.wrapped(["session-end", "--json", id])).stdout));
    assert.deepEqual(lookup_outcomes, { "hit": 1, "first-seen": 1 });
    const own = readJournal(rig.at("../build.jsonl"));
    assert.deepEqual(own.map(({ outcome }) => outcome), ["miss", "hit"]);
    for (const { session_id, args } of own) {
      assert.deepEqual([session_id, args], [id, line.split(" ").slice(1)]);
    }
    assert.deepEqual(readJournal(`${rig.root}/logs/compile_journal.jsonl`), own);
  });
}

testWith(
  ["gcc", "mkfifo"],
  "a journal and a log that take nothing any more delay no hit and no stop",
  async () => {
    await using rig = await Rig.open();
    rig.fresh(FILES);
    await rig.settled();
    const files = ["../build.jsonl", "../build.log"];
    const started = await rig.wrapped([
      "session-start",
      "--stats",
      "--journal",
      files[0]!,
      "--log",
      files[1]!,
    ]);
    const id: string = JSON.parse(text(started.stdout)).session_id;
    const env = { ZCCACHE_SESSION_ID: id };
    const compile = () => rig.wrapped(["gcc", "-c", "a.c"], { env });
    assertOk(await compile());
    await rig.counters();
    // pipes that nobody reads: to open one for writing would wait for ever
    for (const file of files) {
      Deno.removeSync(rig.at(file));
      assertOk(await rig.bare(["mkfifo", file]));
    }
    for (let run = 0; run < 30; run++) {
      const since = performance.now();
      assertOk(await compile());
      const tookMs = performance.now() - since;
      assert.ok(tookMs < 2000, `hit ${run} took ${tookMs} ms`);
      // so that some come while records are being written
      await new Promise((resume) => setTimeout(resume, 50));
    }
    const { hits } = JSON.parse(text((await rig.wrapped(["session-stats", "--json", id])).stdout));
    assert.equal(hits, 30);
    assertOk(await rig.wrapped(["stop"]));
    assert.equal(
      readJournal(`${rig.root}/logs/compile_journal.jsonl`).length,
      31,
      "the other journal has all",
    );
    assert.match(Deno.readTextFileSync(`${rig.root}/logs/daemon.log`), /build\.jsonl: it is no regular file/);
  },
);
