import assert from "node:assert/strict";
import { type Dot, dotPlot, linePlots, scaleFor, ticks } from "./plot.ts";

const dot = (label: string, value: number, group = ""): Dot => ({
  label,
  group,
  value,
  low: value * 0.9,
  high: value * 1.1,
  text: `${value} ms`,
  own: label === "zccache",
});

Deno.test("scaleFor() starts at zero while the values are of one size", () => {
  assert.deepEqual(scaleFor([10, 20]), { log: false, from: 0, to: 21 });
});

Deno.test("scaleFor() goes by powers of ten when they are not", () => {
  assert.deepEqual(scaleFor([0.7, 480]), { log: true, from: 0.1, to: 1000 });
});

Deno.test("scaleFor() copes with nothing but zeros", () => {
  assert.equal(scaleFor([0, 0]).log, false);
});

Deno.test("ticks() are round numbers", () => {
  assert.deepEqual(ticks({ log: false, from: 0, to: 21 }), [0, 5, 10, 15, 20]);
  assert.deepEqual(ticks({ log: true, from: 0.1, to: 1000 }), [0.1, 1, 10, 100, 1000]);
});

Deno.test("dotPlot() draws a larger value further to the right", () => {
  const svg = dotPlot([dot("ccache", 8), dot("zccache", 2)], "ms");
  const [large, small] = [...svg.matchAll(/<circle cx="([\d.]+)"/g)].map((found) => Number(found[1]));
  assert.ok(large! > small!, svg);
});

Deno.test("dotPlot() marks our own row and heads each group once", () => {
  const svg = dotPlot([dot("bare", 9, "cold"), dot("zccache", 9, "cold"), dot("zccache", 1, "warm")], "s");
  assert.equal(svg.match(/class="own"/g)?.length, 2);
  assert.equal(svg.match(/>cold</g)?.length, 1);
  assert.equal(svg.match(/>warm</g)?.length, 1);
});

Deno.test("dotPlot() writes no markup that a label brings", () => {
  assert.ok(!dotPlot([dot("<b>&", 1)], "ms").includes("<b>"));
});

Deno.test("linePlots() draws a flat line flat", () => {
  const svg = linePlots(
    [{ label: "memory", unit: "MiB", points: [{ x: 1, y: 60 }, { x: 2, y: 60 }] }],
    "hits",
  );
  const path = /class="line" d="M[\d.]+ ([\d.]+)L[\d.]+ ([\d.]+)"/.exec(svg);
  assert.equal(path?.[1], path?.[2]);
  assert.notEqual(path, null);
});
