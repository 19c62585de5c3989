import assert from "node:assert/strict";
import { madeJournal, madeSizes } from "../../cli/report/_made_journal.ts";
import { assertOk, Rig, testWith } from "../rig.ts";
import { OpenPage } from "./devtools.ts";

const READY = `document.documentElement.dataset.drawn === "yes"`;

/** A report of a few made builds. */
async function reportIn(rig: Rig): Promise<string> {
  Deno.mkdirSync(`${rig.root}/logs`, { recursive: true });
  const journal = madeJournal(2000, { builds: 3, jobs: 4 });
  Deno.writeTextFileSync(`${rig.root}/logs/compile_journal.jsonl`, journal);
  Deno.writeTextFileSync(`${rig.root}/logs/cache_size.jsonl`, madeSizes(500));
  assertOk(await rig.wrapped(["report", "--out", "report.html"]));
  return rig.at("report.html");
}

/** The text with the least contrast to what is behind it, as [ratio, text]; WCAG asks for 4.5. */
const LEAST_CONTRAST = `(() => {
  const channels = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const light = (colour) => {
    const [r, g, b] = channels(colour).slice(0, 3).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((channels(colour)[3] ?? 1) > 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  let least = [99, ""];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (node.data.trim() === "" || !element.checkVisibility() || element.closest("script, option") !== null) continue;
    const style = getComputedStyle(element);
    const colour = element.closest("svg") === null ? style.color : style.fill;
    const [a, b] = [light(colour), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < least[0]) least = [ratio, element.tagName + ": " + node.data.trim()];
  }
  return least;
})()`;

interface Node {
  readonly ignored: boolean;
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
}

testWith(
  ["chromium"],
  "a report can be read in the light, in the dark, on paper and on a phone",
  async () => {
    await using rig = await Rig.open();
    await using page = await OpenPage.open(await reportIn(rig), READY);
    const background = `getComputedStyle(document.body).backgroundColor`;
    const scheme = (value: string, media = "screen") =>
      page.send("Emulation.setEmulatedMedia", { media, features: [{ name: "prefers-color-scheme", value }] });
    const backgrounds: unknown[] = [];
    for (const [value, media] of [["light", "screen"], ["dark", "screen"], ["dark", "print"]] as const) {
      await scheme(value, media);
      backgrounds.push(await page.evaluate(background));
      const [ratio, text] = await page.evaluate(LEAST_CONTRAST) as [number, string];
      assert.ok(ratio >= 4.5, `${value} ${media}: ${ratio.toFixed(2)} ${text}`);
    }
    assert.deepEqual(backgrounds, ["rgb(255, 255, 255)", "rgb(20, 23, 26)", "rgb(255, 255, 255)"]);
    const seen = (selector: string) =>
      page.evaluate(`document.querySelector("${selector}").checkVisibility()`);
    assert.deepEqual([await seen("#closer"), await seen("#build")], [false, true], "on paper");
    await scheme("light");
    const size = { width: 360, height: 800, deviceScaleFactor: 2, mobile: true };
    await page.send("Emulation.setDeviceMetricsOverride", size);
    assert.equal(
      await page.evaluate("document.documentElement.scrollWidth"),
      360,
      "nothing hangs out of a phone",
    );
    const letters =
      `Math.min(...[...document.querySelectorAll("svg text")].map((text) => text.getBoundingClientRect().height))`;
    assert.ok(Number(await page.evaluate(letters)) >= 11, "texts of charts");
  },
);

testWith(["chromium"], "a report can be read by keyboard and screen reader", async () => {
  await using rig = await Rig.open();
  await using page = await OpenPage.open(await reportIn(rig), READY);
  const { nodes } = await page.send("Accessibility.getFullAXTree") as unknown as { nodes: readonly Node[] };
  const named = (role: string) =>
    nodes.filter((node) => !node.ignored && node.role?.value === role).map(({ name }) => name?.value ?? "");
  assert.deepEqual(named("heading"), [
    "zccache report",
    "Hit rate over time",
    "Timeline",
    "Cache size and eviction",
    "Reasons",
    "Edits that cost most",
    "Slowest misses",
    "Most rebuilt files",
  ]);
  assert.deepEqual(named("image"), [
    "Commands and hit rate, by build; the table below has the figures",
    "The cache's size over time; the table below has the figures",
  ]);
  for (const role of ["table", "region", "button", "combobox", "application", "link", "columnheader"]) {
    assert.ok(named(role).length > 0, role);
    assert.ok(named(role).every((name) => name !== ""), `${role}: ${named(role).join(" | ")}`);
  }
  const reached: unknown[] = [];
  for (let i = 0; i < 20; i++) {
    for (const type of ["keyDown", "keyUp"]) {
      await page.send("Input.dispatchKeyEvent", { type, key: "Tab", code: "Tab", windowsVirtualKeyCode: 9 });
    }
    reached.push(
      await page.evaluate(
        `document.activeElement.id || document.activeElement.textContent.trim().slice(0, 24)`,
      ),
    );
  }
  assert.equal(reached[0], "Skip to the figures");
  for (const id of ["build", "closer", "whole", "timeline", "The same as a table"]) {
    assert.ok(reached.includes(id), `${id}: ${reached.join(" | ")}`);
  }
  await page.evaluate(`document.getElementById("timeline").focus()`);
  await page.send("Input.dispatchKeyEvent", {
    type: "keyDown",
    key: "Home",
    code: "Home",
    windowsVirtualKeyCode: 36,
  });
  assert.match(String(await page.evaluate(`document.getElementById("said").textContent`)), /g\+\+ -O2/);
  assert.equal(await page.evaluate(`document.getElementById("said").getAttribute("aria-live")`), "polite");
});
