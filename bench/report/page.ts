import type { Outcome } from "../scenarios/scenario.ts";
import { outcomeTable, setting } from "./markdown.ts";
import { dotPlot, escape, linePlots } from "./plot.ts";
import { figuresOf, type Results } from "./results.ts";
import { threeDigits } from "../measure/stats.ts";

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #626b76; --grid: #e3e6ea; --paper: #fff; --own: #1f6feb; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8eb; --soft: #9aa3ad; --grid: #30363d; --paper: #14171a; --own: #6cb0ff; }
}
body { background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto;
  max-width: 900px; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin: 2.4rem 0 .3rem; }
p { color: var(--soft); margin: .2rem 0 .8rem; } p b { color: var(--ink); font-weight: 600; }
svg { display: block; height: auto; width: 100%; font: 13px system-ui, sans-serif; fill: var(--ink); }
svg .grid { stroke: var(--grid); } svg .tick { fill: var(--soft); font-size: 11px; text-anchor: middle; }
svg .axis { text-anchor: start; } svg .label { text-anchor: end; } svg .group { font-weight: 600; }
svg .other circle { fill: var(--soft); } svg .other .range { stroke: var(--soft); }
svg .own { fill: var(--own); font-weight: 600; } svg .own .range { stroke: var(--own); }
svg .range { stroke-width: 3; stroke-opacity: .45; stroke-linecap: round; }
svg .line { fill: none; stroke: var(--own); stroke-width: 2; }
details { margin: .4rem 0; color: var(--soft); } summary { cursor: pointer; }
table { border-collapse: collapse; color: var(--ink); font-size: 13px; margin: .5rem 0; }
th, td { border-bottom: 1px solid var(--grid); padding: .2rem .8rem .2rem 0; text-align: left; white-space: nowrap; }
`;

/** The results as one page that needs nothing else: plots, and the figures behind them. */
export function page(results: Results): string {
  const sections = results.outcomes.map(section).join("\n");
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>zccache beside ccache, sccache and the bare compiler</title><style>${STYLE}</style></head>
<body><h1>zccache beside ccache, sccache and the bare compiler</h1>
<p>${escape(setting(results))}</p>
<p>Dots are medians, the line through a dot spans the middle half of the samples. Less is better everywhere.</p>
${sections}
</body></html>
`;
}

function section(outcome: Outcome): string {
  const budget = outcome.budget === undefined ? "" : ` <b>Meant for zccache: ${escape(outcome.budget)}.</b>`;
  return `<section><h2>${escape(outcome.title)}</h2><p>${escape(outcome.how)}${budget}</p>
${plot(outcome)}
<details><summary>Figures</summary>${table(outcome)}</details></section>`;
}

function plot(outcome: Outcome): string {
  if (outcome.series !== undefined) {
    return linePlots(outcome.series.map(({ who, unit, points }) => ({ label: who, unit, points })), "hits");
  }
  const dots = figuresOf(outcome).map(({ row, summary }) => ({
    label: row.who,
    group: row.group,
    value: summary.median,
    low: summary.low,
    high: summary.high,
    text: [`${threeDigits(summary.median)} ${outcome.unit}`, row.note ?? ""].filter(Boolean).join(", "),
    own: row.who === "zccache",
  }));
  return dotPlot(dots, outcome.unit);
}

function table(outcome: Outcome): string {
  const [header, rows] = outcomeTable(outcome);
  const line = (tag: string, cells: readonly string[]) =>
    `<tr>${cells.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join("")}</tr>`;
  return `<table>${line("th", header)}${rows.map((row) => line("td", row)).join("")}</table>`;
}
