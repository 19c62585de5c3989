import assert from "node:assert/strict";
import { browse } from "./browser.ts";
import { madeJournal, madeSizes } from "../../cli/report/_made_journal.ts";
import { assertOk, Rig, testWith, text } from "../rig.ts";

/** Presses keys on the timeline and clicks the buttons, and notes what is said; runs in a copy of the page. */
const HANDS = `<script>
addEventListener("load", () => setTimeout(() => {
  const canvas = document.getElementById("timeline"), said = document.getElementById("said");
  const press = (key) => canvas.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  const notes = [];
  for (const key of ["Home", "ArrowRight", "+", "End", "ArrowLeft", "-", "0"]) { press(key); notes.push(said.textContent); }
  for (const id of ["closer", "later", "earlier", "wider", "whole"]) document.getElementById(id).click();
  const box = canvas.getBoundingClientRect();
  canvas.dispatchEvent(new PointerEvent("pointermove", { clientX: box.left + 2, clientY: box.top + 8 }));
  notes.push(said.textContent);
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  notes.push("painted " + pixels.some((value) => value > 0));
  document.documentElement.dataset.notes = JSON.stringify(notes);
}, 1000));
</script>`;

async function withHands(rig: Rig, page: string): Promise<string[]> {
  const copy = `${page}.hands.html`;
  Deno.writeTextFileSync(copy, Deno.readTextFileSync(page).replace("</body>", `${HANDS}</body>`));
  const dom = await browse(copy, ["--dump-dom"], rig.env);
  assert.match(dom, /data-drawn="yes"/, "the script ran to its end");
  const notes = /data-notes="([^"]*)"/.exec(dom)?.[1] ?? "";
  return JSON.parse(
    notes.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"),
  ) as string[];
}

testWith(["gcc", "chromium"], "report shows a real build, by pointer and keyboard", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": '#include "h.h"\n', "b.c": '#include "h.h"\n', "h.h": "int h;\n", "<b>.c": "int c;\n" });
  const session = crypto.randomUUID();
  const env = { ZCCACHE_SESSION_ID: session };
  for (const source of ["a.c", "b.c", "<b>.c"]) {
    assertOk(await rig.wrapped(["gcc", "-c", source, "-o", "x.o"], { env }));
  }
  await rig.counters();
  rig.write({ "h.h": "long h;\n" });
  await rig.settled();
  for (const source of ["a.c", "b.c", "a.c"]) {
    assertOk(await rig.wrapped(["gcc", "-c", source, "-o", "x.o"], { env }));
  }
  await rig.wrapped(["gcc", "-c", "none.c"]);
  const all = await rig.wrapped(["report"]);
  assert.deepEqual([all.code, text(all.stdout)], [0, `${rig.at("zccache-report.html")}\n`]);
  assert.match(Deno.readTextFileSync(rig.at("zccache-report.html")), /7 commands in one build/);
  assertOk(await rig.wrapped(["report", "--session", session, "--out", "one.html"]));
  const page = Deno.readTextFileSync(rig.at("one.html"));
  assert.match(page, /6 commands in one build/);
  assert.match(
    page,
    new RegExp(`${rig.at("h.h")}</td>\\s*<td class="n">2</td>`),
    "the header that cost two compiles",
  );
  const notes = await withHands(rig, rig.at("one.html"));
  assert.match(notes[0]!, /^miss \(first-seen\), [\d.]+ m?s, from 0 ms: .*gcc -c .*a\.c -o .*x\.o$/);
  assert.match(notes[3]!, /^hit, .*gcc -c .*a\.c/);
  assert.match(notes.at(-2)!, /gcc -c/, "under the pointer");
  assert.equal(notes.at(-1), "painted true");
  const printed = await rig.wrapped(["report", "--out", "-"]);
  assert.match(text(printed.stdout), /^<!doctype html>/);
  assert.equal((await rig.wrapped(["report", "--session", crypto.randomUUID()])).code, 1);
  assert.equal((await rig.wrapped(["report", "--out", "no/such/folder.html"])).code, 1);
  // the size is noted while it changes, at the latest when the daemon leaves
  const { daemon } = JSON.parse(text((await rig.wrapped(["status", "--json"])).stdout));
  assertOk(await rig.wrapped(["stop"]));
  const sized = text((await rig.wrapped(["report", "--out", "-"])).stdout);
  assert.match(
    sized,
    new RegExp(`<dt>Cache</dt>\\s*<dd>[^<]+<small>${daemon.artifact_count} results</small>`),
  );
  assert.match(sized, /aria-label="The cache&#39;s size over time; /);
});

testWith(
  ["chromium"],
  "report of a hundred thousand records opens, draws, prints, and runs nothing from their names",
  async () => {
    await using rig = await Rig.open();
    Deno.mkdirSync(`${rig.root}/logs`, { recursive: true });
    Deno.writeTextFileSync(
      `${rig.root}/logs/compile_journal.jsonl`,
      madeJournal(100_000, { builds: 3, jobs: 16 }),
    );
    Deno.writeTextFileSync(`${rig.root}/logs/cache_size.jsonl`, madeSizes(10_000));
    assertOk(await rig.wrapped(["report", "--out", "big.html"]));
    const notes = await withHands(rig, rig.at("big.html"));
    assert.equal(notes.at(-1), "painted true");
    assert.match(notes[0]!, /g\+\+ -O2 -Iinclude -std=c\+\+17 -c /);
    const png = rig.at("big.png");
    await browse(rig.at("big.html"), ["--window-size=390,2000", `--screenshot=${png}`], rig.env);
    assert.ok(Deno.statSync(png).size > 50_000, "the screenshot shows something");
    const pdf = rig.at("big.pdf");
    await browse(rig.at("big.html"), ["--no-pdf-header-footer", `--print-to-pdf=${pdf}`], rig.env);
    assert.equal(new TextDecoder().decode(Deno.readFileSync(pdf).subarray(0, 5)), "%PDF-");
  },
);
