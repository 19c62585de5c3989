import { REASONS, VERSION } from "../../lib/core/mod.ts";
import { formatBytes, formatMs, formatRate, formatTime } from "../format.ts";
import { type Build, type Costly, OUTCOMES, rateOf, type Report, slicesOf } from "./collect.ts";
import { fullness } from "./fullness.ts";
import { html, Markup } from "./html.ts";
import { CLASSES, rateChart } from "./rate_chart.ts";
import { sizeChart } from "./size_chart.ts";
import { STYLE } from "./style.ts";
import { packed, timelineData } from "./timeline_data.ts";
import { TIMELINE_SCRIPT } from "./timeline_script.ts";

/** Bars of the chart. */
const BARS = 48;
/** Rows of the tables of changes. */
const ROWS = 20;

/** The whole page: one file that asks no network for anything, and is told so. */
export function renderPage(report: Report): string {
  const title = report.session === undefined ? "zccache report" : `zccache report, session ${report.session}`;
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="generator" content="zccache ${VERSION}">
        <title>${title}</title>
        <style>${new Markup(STYLE)}</style>
      </head>
      <body><a class="skip" href="#main">Skip to the figures</a>
    <header><h1>${title}</h1><p class="muted">${spanText(report)}</p></header>
    <main id="main">
    ${figures(report)}
    <section aria-labelledby="rate"><h2 id="rate">Hit rate over time</h2>${legend()}${chart(report)}</section>
    ${timeline(report)}
    <section aria-labelledby="size"><h2 id="size">Cache size and eviction</h2>${size(report)}</section>
    ${reasons(report)}
    ${changes(report)}
    ${costly(report.slowest, {
      title: "Slowest misses",
      caption: "The commands, not answered from the cache, that took longest",
      counted: false,
    })}
    ${costly(report.rebuilt, {
      title: "Most rebuilt files",
      caption: "Sources that were compiled more than once",
      counted: true,
    })}
    </main>
    <footer>Made by zccache ${VERSION} at ${formatTime(
      report.madeMs,
    )} from the compile journal. The file needs no network.</footer>
    <script type="application/octet-stream" id="data">${new Markup(packed(timelineData(report)))}</script>
    <script>${new Markup(TIMELINE_SCRIPT)}</script>
      </body>
    </html>
  `.text.trimStart();
}

function spanText({ builds, tally }: Report): string {
  const [first, last] = [builds[0], builds.at(-1)];
  if (first === undefined || last === undefined) return "no commands";
  const count = builds.length === 1 ? "one build" : `${builds.length} builds`;
  return `${formatTime(first.fromMs)} to ${formatTime(last.toMs)}: ${tally.total} commands in ${count}`;
}

function figures(report: Report): Markup {
  const { tally, builds } = report;
  const misses = builds.reduce((sum, { counts }) => sum + counts.miss, 0);
  const rows: [string, string, string][] = [
    [
      "Hit rate",
      formatRate(rateOf({ "hit": tally.hits, "miss": misses, "not cached": 0, "error": 0 })),
      `${tally.hits} hits, ${misses} misses`,
    ],
    ["Time saved", formatMs(tally.savedMs), "in tools that did not have to run"],
    ["Time spent", formatMs(tally.spentMs), "in tools that ran"],
    ["Not from the cache", String(tally.total - tally.hits), "misses, not cached, errors"],
  ];
  const { now, budget, evicted } = fullness(report);
  if (now !== undefined) {
    const of = budget === undefined ? "" : `of ${formatBytes(budget)}, `;
    rows.push(["Cache", formatBytes(now.bytes), `${of}${now.results} results`]);
  }
  const gone = tally.reasons.find(({ reason }) => reason === "result-gone")?.count ?? 0;
  const missed = `${gone} ${gone === 1 ? "miss" : "misses"} because a result was gone`;
  rows.push(["Evicted", String(evicted), `files in this time; ${missed}`]);
  return html`<dl class="figures">${
    rows.map(([name, value, more]) =>
      html`
        <div>
          <dt>${name}</dt>
          <dd>${value}<small>${more}</small></dd>
        </div>
      `
    )
  }</dl>`;
}

function legend(): Markup {
  return html`<ul class="legend">${
    OUTCOMES.map((name) => html`<li><span class="${CLASSES[name]}"></span>${name}</li>`)
  }</ul>`;
}

/** A bar a build; of a single build, a bar for each stretch of it. */
function chart(report: Report): Markup {
  const { builds } = report;
  const [only] = builds;
  if (only === undefined) return html`<p>Nothing to show.</p>`;
  if (builds.length === 1) return rateChart(slicesOf(report, only, BARS), "by time");
  const shown = builds.slice(-BARS);
  return rateChart(shown, shown.length < builds.length ? `the last ${BARS} builds` : "by build");
}

function size(report: Report): Markup {
  const { points, budget } = fullness(report);
  return sizeChart(points, budget);
}

function timeline({ builds }: Report): Markup {
  return html`<section aria-labelledby="lanes"><h2 id="lanes">Timeline</h2>
<p>A row for each command that ran at the same time as others. <span class="keys">The pointer shows the command; so do the keys &larr; and &rarr;, with + &minus; 0 to zoom and Page Up, Page Down to move.</span></p>
<div class="controls"><label>Build <select id="build">${builds.map(option)}</select></label>
<button id="closer" type="button">Zoom in</button><button id="wider" type="button">Zoom out</button>
<button id="earlier" type="button">Earlier</button><button id="later" type="button">Later</button><button id="whole" type="button">All</button></div>
${legend()}
<div><canvas id="timeline" tabindex="0" role="application" aria-label="Timeline of a build; arrow keys go from command to command" aria-describedby="said" height="120"></canvas></div>
<output id="said" aria-live="polite"></output>
<noscript><p>The timeline needs JavaScript; everything else is in the tables.</p></noscript></section>`;
}

function option(build: Build, index: number): Markup {
  const count = build.last - build.first;
  const label = `${formatTime(build.fromMs)}, ${formatMs(build.toMs - build.fromMs)}, ${count} commands, ${
    formatRate(rateOf(build.counts))
  } hits`;
  return html`<option value="${index}">${label}</option>`;
}

function reasons({ tally }: Report): Markup {
  const rows = tally.reasons.map(({ reason, count, toolMs, examples }) => {
    const { text, remedy } = REASONS[reason];
    return html`
      <tr>
        <th scope="row">${reason}</th>
        <td class="n">${count}</td>
        <td class="n">${formatMs(toolMs)}</td>
        <td>${text}<br><span class="muted">${remedy}</span></td>
        <td class="path">${examples[0]}</td>
      </tr>
    `;
  });
  return section({
    title: "Reasons",
    caption: "Why commands were not answered from the cache, the most frequent first",
    rows,
    head: [["reason"], ["commands", "n"], ["tool time", "n"], ["meaning and what to do"], ["for example"]],
  });
}

function changes({ tally }: Report): Markup {
  const files = tally.changes.filter(({ kind }) => kind === "file" || kind === "place").slice(0, ROWS);
  const others = tally.changes.filter(({ kind }) => kind !== "file" && kind !== "place").slice(0, ROWS);
  const row =
    (first: Markup | string) =>
    ({ name, count, toolMs }: { readonly name: string; readonly count: number; readonly toolMs: number }) =>
      html`<tr>${first}<td class="path">${name}</td><td class="n">${count}</td><td class="n">${
        formatMs(toolMs)
      }</td></tr>`;
  const head: [string, string?][] = [["commands", "n"], ["compile time", "n"]];
  return html`${
    section({
      title: "Edits that cost most",
      caption: "Files whose change made commands run again, by the time these took",
      rows: files.map((change) => row("")(change)),
      head: [["file"], ...head],
    })
  }${
    others.length === 0 ? undefined : section({
      title: "Other changes that cost most",
      caption: "Arguments, variables and programs that differed from the compile before",
      rows: others.map((change) => row(html`<th scope="row">${change.kind}</th>`)(change)),
      head: [["kind"], ["what"], ...head],
    })
  }`;
}

/** Commands that took long; `counted` = each stands for several. */
function costly(
  commands: readonly Costly[],
  { title, caption, counted }: Titled & { readonly counted: boolean },
): Markup {
  const rows = commands.map(({ subject, count, toolMs, reason }) =>
    html`<tr><td class="path">${subject}</td>${
      counted ? html`<td class="n">${count}</td>` : ""
    }<td class="n">${formatMs(toolMs)}</td><td>${reason}</td></tr>`
  );
  const count: [string, string][] = counted ? [["runs", "n"]] : [];
  const head = [["file"], ...count, ["tool time", "n"], [counted ? "last reason" : "reason"]] as const;
  return section({ title, caption, rows, head });
}

interface Titled {
  readonly title: string;
  /** What the table's rows are. */
  readonly caption: string;
}

type Head = readonly (readonly [title: string, kind?: string])[];

function section(
  { title, caption, rows, head }: Titled & { readonly rows: readonly Markup[]; readonly head: Head },
): Markup {
  const id = title.toLowerCase().replaceAll(" ", "-");
  const table = html`
    <div class="scroll" tabindex="0" role="region" aria-label="${title}">
      <table class="${head.length > 4 ? "wide" : ""}">
        <caption>${caption}</caption>
        <thead>
          <tr>${head.map(([name, kind]) => html`<th scope="col" class="${kind ?? ""}">${name}</th>`)}</tr>
        </thead>
        <tbody>${rows}</tbody>
      </table>
    </div>
  `;
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${
    rows.length === 0 ? html`<p>None.</p>` : table
  }</section>`;
}
