import type { SizePoint } from "../../lib/journal/mod.ts";
import { formatBytes } from "../format.ts";
import { figure, FRAME, gridLines, INNER_WIDTH, timeLabels, timeOf, yOf } from "./chart_frame.ts";
import { html, type Markup } from "./html.ts";

/** A budget much larger than what was ever stored would press the line to the ground. */
const BUDGET_IN_SIGHT = 3;

/** The cache's size over time as a line of steps, with a mark wherever results were dropped; the same as a table. */
export function sizeChart(points: readonly SizePoint[], budgetBytes: number | undefined): Markup {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return html`<p>No size was noted yet.</p>`;
  const most = Math.max(1, ...points.map(({ bytes }) => bytes));
  const budget = budgetBytes !== undefined && budgetBytes <= most * BUDGET_IN_SIGHT ? budgetBytes : undefined;
  const top = Math.max(most, budget ?? 0);
  const x = ({ atMs }: SizePoint) =>
    FRAME.left + (atMs - first.atMs) / Math.max(1, last.atMs - first.atMs) * INNER_WIDTH;
  const y = ({ bytes }: SizePoint) => yOf(bytes / top);
  const steps = points.map((point) => `H${x(point).toFixed(1)}V${y(point).toFixed(1)}`).join("");
  const line = `M${x(first).toFixed(1)} ${y(first).toFixed(1)}${steps}H${FRAME.width - FRAME.right}`;
  return figure({
    label: "The cache's size over time",
    drawing: html`
      ${gridLines((share) => formatBytes(share * top))}
          <path class="area" d="${line}V${yOf(0)}H${FRAME.left}Z" /><path class="rate" d="${line}" />
          ${budget !== undefined && budgetLine(budget / top) || undefined}
          ${points.filter(({ evicted }) => evicted > 0).map((point) => drop(point, x(point)))}
          ${timeLabels(first.atMs, last.atMs)}
    `,
    caption: caption(points, budget !== undefined),
    table: tableOf(points),
  });
}

function budgetLine(share: number): Markup {
  const y = yOf(share).toFixed(1);
  return html`
    <line class="budget" x1="${FRAME.left}" x2="${FRAME.width - FRAME.right}" y1="${y}" y2="${y}" />
    <text x="${FRAME.width - FRAME.right + 6}" y="${y}">budget</text>
  `;
}

function drop(point: SizePoint, x: number): Markup {
  const y = yOf(0);
  return html`
    <path class="error" d="M${x.toFixed(1)} ${y - 9}l5 9h-10z">
      <title>${timeOf(point.atMs)}: ${point.evicted} dropped</title>
    </path>
  `;
}

function caption(points: readonly SizePoint[], hasBudget: boolean): string {
  const dropped = points.reduce((sum, { evicted }) => sum + evicted, 0);
  const drops = dropped === 0
    ? "Nothing was dropped for want of room."
    : `Triangles: files were dropped for want of room or for their age, ${dropped} in all.`;
  return `Line: what is stored${hasBudget ? "; dashes: the budget" : ""}. ${drops}`;
}

function tableOf(points: readonly SizePoint[]): Markup {
  return html`
    <table>
      <thead>
        <tr>
          <th scope="col">at</th>
          <th scope="col" class="n">size</th>
          <th scope="col" class="n">results</th>
          <th scope="col" class="n">files dropped</th>
        </tr>
      </thead>
      <tbody>${points.map((point) =>
        html`
          <tr>
            <th scope="row">${timeOf(point.atMs)}</th>
            <td class="n">${formatBytes(point.bytes)}</td>
            <td class="n">${point.results}</td>
            <td class="n">${point.evicted}</td>
          </tr>
        `
      )}</tbody>
    </table>
  `;
}
