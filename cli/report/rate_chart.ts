import { formatRate, formatTime } from "../format.ts";
import { type Build, OUTCOMES, rateOf, type Shown } from "./collect.ts";
import { html, type Markup } from "./html.ts";

const WIDTH = 960;
const HEIGHT = 240;
const LEFT = 48;
const RIGHT = 48;
const TOP = 12;
const BOTTOM = 28;

/** The class of each outcome's colour. */
export const CLASSES: Readonly<Record<Shown, string>> = {
  "hit": "hit",
  "miss": "miss",
  "not cached": "plain",
  "error": "error",
};

/** Bars of commands by outcome, and the hit rate as a line over them; the same as a table for who can't see it. */
export function rateChart(spans: readonly Build[], what: string): Markup {
  const most = Math.max(1, ...spans.map((span) => totalOf(span)));
  const width = (WIDTH - LEFT - RIGHT) / Math.max(1, spans.length);
  const points = spans.flatMap((span, i) => {
    const rate = rateOf(span.counts);
    return rate === undefined ? [] : [`${(LEFT + (i + 0.5) * width).toFixed(1)},${yOf(rate).toFixed(1)}`];
  });
  const label = `Commands and hit rate, ${what}; the table below has the figures`;
  return html`
    <figure>
      <div class="scroll" tabindex="0" role="region" aria-label="Chart">
        <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">
    ${[0, 0.5, 1].map((share) =>
      html`
        <line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${yOf(share)}" y2="${yOf(share)}" />
        <text x="${LEFT - 6}" y="${yOf(share) + 4}" text-anchor="end">${Math.round(share * most)}</text>
        <text x="${WIDTH - RIGHT + 6}" y="${yOf(share) + 4}">${share * 100} %</text>
      `
    )}
    ${spans.map((span, i) => bar(span, { x: LEFT + i * width, width, most }))}
    <polyline class="halo" points="${points.join(" ")}"/><polyline class="rate" points="${points.join(" ")}"/>
    <text x="${LEFT}" y="${HEIGHT - 6}">${timeOf(spans[0]?.fromMs)}</text>
    <text x="${WIDTH - RIGHT}" y="${HEIGHT - 6}" text-anchor="end">${timeOf(spans.at(-1)?.toMs)}</text>
      </svg>
      </div>
      <figcaption>Bars: commands, ${what} (scale on the left). Line: hits among hits and misses (scale on the right).</figcaption>
    </figure>
    <details>
      <summary>The same as a table</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="Commands and hit rate as a table">
        <table>
          <thead>
            <tr><th scope="col">from</th>${OUTCOMES.map((name) =>
              html`<th scope="col" class="n">${name}</th>`
            )}<th scope="col" class="n">hit rate</th></tr>
          </thead>
          <tbody>${spans.map((span) =>
            html`<tr><th scope="row">${timeOf(span.fromMs)}</th>${
              OUTCOMES.map((name) => html`<td class="n">${span.counts[name]}</td>`)
            }<td class="n">${formatRate(rateOf(span.counts))}</td></tr>`
          )}</tbody>
        </table>
      </div>
    </details>
  `;
}

function bar(span: Build, at: { readonly x: number; readonly width: number; readonly most: number }): Markup {
  let below = 0;
  const parts = OUTCOMES.map((name) => {
    const count = span.counts[name];
    const [from, to] = [below / at.most, (below += count) / at.most];
    if (count === 0) return undefined;
    const gap = Math.min(2, at.width / 5);
    return html`
      <rect class="${CLASSES[name]}" x="${(at.x + gap / 2).toFixed(1)}" width="${(at.width - gap).toFixed(
        1,
      )}" y="${yOf(to).toFixed(1)}" height="${(yOf(from) - yOf(to)).toFixed(1)}" />
    `;
  });
  const title = OUTCOMES.map((name) => `${span.counts[name]} ${name}`).join(", ");
  return html`<g><title>${timeOf(span.fromMs)}: ${title}</title>${parts}</g>\n`;
}

function totalOf({ counts }: Build): number {
  return OUTCOMES.reduce((sum, name) => sum + counts[name], 0);
}

function yOf(share: number): number {
  return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
}

function timeOf(ms: number | undefined): string {
  return ms === undefined ? "" : formatTime(ms);
}
