import assert from "node:assert/strict";
import { assertOk, Rig, testWith, text } from "../rig.ts";

testWith(["gcc"], "analyze rolls up a session's journal and the global one", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a;\n", "b.cpp": "int b;\n", "bad.c": "int bad\n" });
  const start = await rig.wrapped(["session-start", "--journal", "../build.jsonl"]);
  const id: string = JSON.parse(text(start.stdout)).session_id;
  const env = { ZCCACHE_SESSION_ID: id };
  await rig.expectSame(["gcc", "-c", "a.c"], { cold: "miss", warm: "hit", env });
  await rig.expectSame(["g++", "-c", "b.cpp"], { cold: "miss", env });
  await rig.expectSame(["gcc", "-c", "bad.c"], { cold: "error", env });
  await rig.expectSame(["gcc", "-E", "a.c"], { cold: "uncacheable:preprocess-only", env });
  await rig.expectSame(["gcc", "a.o", "-shared", "-o", "a.so"], { cold: "miss", warm: "hit", env });
  await rig.expectSame(["gcc", "-c", "a.c"], { cold: "hit" });
  assertOk(await rig.wrapped(["session-end", id]));
  const analysis = async (...args: string[]) => {
    const shown = await rig.wrapped(["analyze", "--json", ...args]);
    assertOk(shown);
    return JSON.parse(text(shown.stdout));
  };
  const own = await analysis("../build.jsonl");
  assert.deepEqual(await analysis("--session", id), {
    ...own,
    ...(await placeOf(analysis)),
    line_count: 8,
    parsed_count: 8,
  });
  assert.deepEqual(
    [
      own.parsed_count,
      own.compile_count,
      own.hit_count,
      own.miss_count,
      own.non_cacheable_count,
      own.error_count,
    ],
    [7, 5, 1, 2, 1, 1],
  );
  assert.deepEqual([own.link_count, own.link_hit_count, own.link_miss_count], [2, 1, 1]);
  assert.deepEqual(Object.keys(own.by_extension).sort(), ["c", "cpp", "o"]);
  assert.equal(own.by_reason["preprocess-only"], 1);
  assert.ok(
    own.by_source.some(({ source, hits }: { source: string; hits: number }) =>
      source === rig.at("a.c") && hits === 1
    ),
  );
  assert.equal((await analysis("--outcome", "non-cacheable", "../build.jsonl")).compile_count, 1);
  const shown = text((await rig.wrapped(["analyze", "../build.jsonl"])).stdout);
  assert.match(shown, /Compilations: +5 total \(1 hits, 2 misses, 1 non-cacheable, 1 errors\)/);
  assert.match(shown, /By source\n(.*\n)*.*\/a\.c\n/);
});

/** What differs between the global journal's analysis and a session's: where it is. */
async function placeOf(analysis: (...args: string[]) => Promise<{ journal_path: string }>): Promise<object> {
  return { journal_path: (await analysis()).journal_path };
}

testWith([], "analyze says what is wrong with a journal", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "none.jsonl": "no\nrecord\n" });
  const none = await rig.wrapped(["analyze", "absent.jsonl"]);
  assert.deepEqual([none.code, text(none.stdout)], [0, `${rig.at("absent.jsonl")} (no journal)\n`]);
  assert.equal((await rig.wrapped(["analyze", "none.jsonl"])).code, 1);
  for (const args of [["--sort", "colour"], ["--outcome", "maybe"], ["--top", "0"]]) {
    assert.equal((await rig.wrapped(["analyze", ...args])).code, 2, args.join(" "));
  }
});

testWith(["gcc"], "engine-profile shows each phase that a session's commands had", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a;\n" });
  const start = await rig.wrapped(["session-start", "--stats", "--profile", "--journal", "../build.jsonl"]);
  const id: string = JSON.parse(text(start.stdout)).session_id;
  const env = { ZCCACHE_SESSION_ID: id };
  await rig.expectSame(["gcc", "-c", "a.c"], { cold: "miss", warm: "hit", env });
  for (let i = 0; i < 11; i++) await rig.expectSame(["gcc", "-c", "a.c"], { cold: "hit", env });
  const ended = await rig.wrapped(["session-end", "--json", id]);
  rig.write({ "stats.json": text(ended.stdout) });
  const shown = await rig.wrapped(["engine-profile", "--json", "stats.json"]);
  assertOk(shown);
  const { requests, phases, slowest } = JSON.parse(text(shown.stdout));
  assert.equal(requests, 13);
  const counts = Object.fromEntries(
    Object.entries<{ count: number }>(phases).map(([phase, { count }]) => [phase, count]),
  );
  assert.deepEqual(counts, {
    connect: 13,
    barrier: 13,
    parse: 1,
    key: 13,
    validate: 13,
    deliver: 12,
    tool: 1,
    snapshot: 1,
    ingest: 1,
  });
  assert.equal(slowest.length, 10);
  assert.deepEqual([slowest[0].outcome, slowest[0].what], ["miss", rig.at("a.c")]);
  assert.ok(slowest[0].phase_ns.tool > 1e6 && slowest[1].phase_ns.deliver > 1000);
  const table = text((await rig.wrapped(["engine-profile", "stats.json"])).stdout);
  assert.match(table, /^13 commands, /);
  assert.match(table, /\n {2}deliver +12 /);
  rig.write({ "other.json": "{}" });
  for (const file of ["other.json", "absent.json"]) {
    assert.equal((await rig.wrapped(["engine-profile", file])).code, 1);
  }
});
