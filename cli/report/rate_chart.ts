import { formatRate } from "../format.ts";
import { figure, FRAME, gridLines, INNER_WIDTH, timeLabel, timeLabels, timeOf, yOf } from "./chart_frame.ts";
import { type Build, OUTCOMES, rateOf, type Shown } from "./collect.ts";
import { html, type Markup } from "./html.ts";

/** The class of each outcome's colour. */
export const CLASSES: Readonly<Record<Shown, string>> = {
  "hit": "hit",
  "miss": "miss",
  "not cached": "plain",
  "error": "error",
};

/** So many bars, at most, have each their time below them. */
const FEW = 5;
/** A few bars shall not fill the page. */
const MOST_WIDTH = 72;

/** Bars of commands by outcome, and the hit rate as a line over them; the same as a table for who can't see it. */
export function rateChart(spans: readonly Build[], what: string): Markup {
  const most = Math.max(1, ...spans.map((span) => totalOf(span)));
  const width = INNER_WIDTH / Math.max(1, spans.length);
  const points = spans.flatMap((span, i) => {
    const rate = rateOf(span.counts);
    return rate === undefined
      ? []
      : [`${(FRAME.left + (i + 0.5) * width).toFixed(1)},${yOf(rate).toFixed(1)}`];
  });
  const scale = (share: number) =>
    Number.isInteger(share * most) ? String(share * most) : (share * most).toFixed(1);
  return figure({
    label: `Commands and hit rate, ${what}`,
    drawing: html`
      ${gridLines(scale, (share) => `${share * 100} %`)}
          ${spans.map((span, i) => bar(span, { x: FRAME.left + i * width, width, most }))}
          <polyline class="halo" points="${points.join(" ")}" /><polyline class="rate" points="${points.join(
            " ",
          )}" />
          ${times(spans, width)}
    `,
    caption:
      `Bars: commands, ${what} (scale on the left). Line: hits among hits and misses (scale on the right).`,
    table: tableOf(spans),
  });
}

function tableOf(spans: readonly Build[]): Markup {
  const heads = OUTCOMES.map((name) => html`<th scope="col" class="n">${name}</th>`);
  const rows = spans.map((span) =>
    html`<tr><th scope="row">${timeOf(span.fromMs)}</th>${
      OUTCOMES.map((name) => html`<td class="n">${span.counts[name]}</td>`)
    }<td class="n">${formatRate(rateOf(span.counts))}</td></tr>`
  );
  return html`
    <table>
      <thead>
        <tr><th scope="col">from</th>${heads}<th scope="col" class="n">hit rate</th></tr>
      </thead>
      <tbody>${rows}</tbody>
    </table>
  `;
}

function bar(span: Build, at: { readonly x: number; readonly width: number; readonly most: number }): Markup {
  let below = 0;
  const width = Math.min(MOST_WIDTH, at.width - Math.min(2, at.width / 5));
  const left = (at.x + (at.width - width) / 2).toFixed(1);
  const parts = OUTCOMES.map((name) => {
    const count = span.counts[name];
    const [from, to] = [below / at.most, (below += count) / at.most];
    if (count === 0) return undefined;
    return html`
      <rect class="${CLASSES[name]}" x="${left}" width="${width.toFixed(1)}" y="${yOf(to).toFixed(
        1,
      )}" height="${(yOf(from) - yOf(to)).toFixed(1)}" />
    `;
  });
  const title = OUTCOMES.map((name) => `${span.counts[name]} ${name}`).join(", ");
  return html`<g><title>${timeOf(span.fromMs)}: ${title}</title>${parts}</g>\n`;
}

/** When each began, below its bar, or of many the first and the last moment. */
function times(spans: readonly Build[], width: number): Markup {
  if (spans.length > FEW) return timeLabels(spans[0]?.fromMs, spans.at(-1)?.toMs);
  return html`${
    spans.map(({ fromMs }, i) => timeLabel(fromMs, { x: FRAME.left + (i + 0.5) * width, anchor: "middle" }))
  }`;
}

function totalOf({ counts }: Build): number {
  return OUTCOMES.reduce((sum, name) => sum + counts[name], 0);
}
