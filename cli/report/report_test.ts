import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import { type JournalEntry, parseEntry } from "../../lib/journal/mod.ts";
import { madeJournal } from "./_made_journal.ts";
import { collectReport, rateOf, slicesOf } from "./collect.ts";
import { html, Markup } from "./html.ts";
import { renderPage } from "./page.ts";
import { lanesOf, packed, type TimelineData, timelineData } from "./timeline_data.ts";

function entries(count: number, builds: number, jobs = 4): JournalEntry[] {
  return madeJournal(count, { builds, jobs }).trimEnd().split("\n").map((line) => {
    const entry = parseEntry(line);
    assert.ok(entry);
    return entry;
  });
}

const ABOUT = { session: undefined, madeMs: Date.UTC(2026, 10, 21), daemon: undefined, sizes: [] };

Deno.test("collectReport() finds builds, the slowest, and what was rebuilt, in whatever order records come", () => {
  const all = entries(300, 3);
  const report = collectReport(all.toReversed(), ABOUT);
  assert.equal(report.builds.length, 3);
  assert.deepEqual(report.builds.map(({ first, last }) => [first, last]), [[0, 100], [100, 200], [200, 300]]);
  assert.ok(rateOf(report.builds[0]!.counts) === 0 && rateOf(report.builds[2]!.counts)! > 0.5);
  assert.equal(rateOf({ "hit": 0, "miss": 0, "not cached": 5, "error": 1 }), undefined);
  const times = report.slowest.map(({ toolMs }) => toolMs);
  assert.deepEqual(times, times.toSorted((a, b) => b - a));
  assert.equal(
    times[0],
    Math.max(...all.filter(({ outcome }) => outcome !== "hit").map(({ toolMs }) => toolMs ?? 0)),
  );
  assert.ok(report.rebuilt.length > 0 && report.rebuilt.every(({ count }) => count > 1));
  const cost = report.tally.changes.map(({ toolMs }) => toolMs);
  assert.deepEqual(cost, cost.toSorted((a, b) => b - a));
  const slices = slicesOf(report, report.builds[1]!, 10);
  const sum = slices.flatMap(({ counts }) => Object.values(counts)).reduce((a, b) => a + b, 0);
  assert.equal(sum, 100, "each command of the build is in one slice");
});

Deno.test("lanesOf() gives what runs at once a lane each, and no more lanes than that", () => {
  const spans = [[0, 100], [10, 50], [50, 90], [95, 120], [101, 130], [120, 125]];
  const lanes = lanesOf(spans.map(([startMs = 0, endMs = 0]) => ({ startMs, endMs })));
  assert.deepEqual(lanes, [0, 1, 1, 1, 0, 1]);
  const many = lanesOf(Array.from({ length: 1000 }, () => ({ startMs: 0, endMs: 10 })));
  assert.equal(Math.max(...many), 255);
});

Deno.test("timelineData() names each text once, and gives every command back", () => {
  const report = collectReport(entries(200, 2), ABOUT);
  const text = packed(timelineData(report));
  assert.match(text, /^[A-Za-z0-9+/=]+$/);
  const data = JSON.parse(gunzipSync(Buffer.from(text, "base64")).toString()) as TimelineData;
  assert.equal(new Set(data.texts).size, data.texts.length);
  assert.deepEqual(data.builds.map(({ first, last }) => last - first), [100, 100]);
  for (const [i, { entry }] of report.records.entries()) {
    const at = (column: readonly number[]) => data.texts[column[i]!]!;
    const command = at(data.command).replaceAll("\u{1}", at(data.source)).replaceAll(
      "\u{2}",
      at(data.output),
    );
    assert.equal(command.replaceAll(`${entry.cwd}/`, ""), [entry.compiler, ...entry.args].join(" "));
  }
});

Deno.test("html() escapes whatever isn't markup", () => {
  assert.equal(
    html`<p title="${`"'<&>`}">${["a<b", 5, undefined]}${new Markup("<br>")}</p>`.text,
    '<p title="&quot;&#39;&lt;&amp;&gt;">a&lt;b5<br></p>',
  );
  assert.equal(html`${"\x00\x1b[31m\ud800ok\n"}`.text, "\u{fffd}\u{fffd}[31m\u{fffd}ok\n");
});

Deno.test("renderPage() has every part, asks no network, and lets no name become markup", () => {
  const evil = `</script><script>alert(1)</script><img src=x onerror=alert(1)>"'`;
  const [first, ...rest] = entries(50, 1);
  const page = renderPage(
    collectReport([{ ...first!, source: evil, detail: evil, args: [evil], cwd: evil }, ...rest], {
      ...ABOUT,
      session: evil,
      daemon: { cache_size_bytes: 2048, cache_budget_bytes: 4096, artifact_count: 3 },
    }),
  );
  for (
    const title of [
      "Hit rate over time",
      "Timeline",
      "Cache size and eviction",
      "Reasons",
      "Edits that cost most",
      "Slowest misses",
      "Most rebuilt files",
    ]
  ) {
    assert.ok(page.includes(`>${title}</h2>`), title);
  }
  assert.match(page, /2\.0 KB[\s\S]*of 4\.0 KB, 3 results/);
  assert.ok(page.includes("&lt;/script&gt;&lt;script&gt;alert(1)"));
  assert.equal(page.split("<script").length - 1, 2, "the data and the page's own script");
  assert.equal(page.split("</script>").length - 1, 2);
  assert.ok(!/<img|onerror=alert\(1\)>/.test(page.replaceAll("&lt;img src=x onerror=alert(1)&gt;", "")));
  assert.ok(page.includes(`content="default-src 'none';`));
  assert.ok(!/(?:src|href)="(?!#)/.test(page), "nothing is loaded");
});

Deno.test("renderPage() copes with a hundred thousand records", () => {
  const page = renderPage(collectReport(entries(100_000, 3, 16), ABOUT));
  assert.ok(page.length < 8_000_000, `${page.length}`);
  assert.ok(page.includes("100000 commands in 3 builds"));
});

Deno.test("renderPage() shows a journal in which nothing was a miss", () => {
  const hits = entries(200, 2).filter(({ outcome }) => outcome === "hit");
  assert.match(renderPage(collectReport(hits, ABOUT)), /100\.0%[\s\S]*<p>None\.<\/p>/);
});
