import { formatTime } from "../format.ts";
import { html, type Markup } from "./html.ts";

/** The drawing area of every chart, so that they stand below each other. */
export const FRAME = { width: 960, height: 240, left: 72, right: 48, top: 12, bottom: 28 } as const;

/** How wide the part is that values are drawn in. */
export const INNER_WIDTH = FRAME.width - FRAME.left - FRAME.right;

/** The height, in the drawing, of a share of the scale, 0 to 1. */
export function yOf(share: number): number {
  return FRAME.height - FRAME.bottom - share * (FRAME.height - FRAME.top - FRAME.bottom);
}

/** Lines at nothing, half and all of the scale, with what each stands for on the left, and on the right where that's known. */
export function gridLines(left: (share: number) => string, right?: (share: number) => string): Markup {
  const [from, to] = [FRAME.left, FRAME.width - FRAME.right];
  return html`${
    [0, 0.5, 1].map((share) =>
      html`
        <line class="grid" x1="${from}" x2="${to}" y1="${yOf(share)}" y2="${yOf(share)}" />
        <text x="${from - 6}" y="${yOf(share) + 4}" text-anchor="end">${left(share)}</text>
        ${right && html`<text x="${to + 6}" y="${yOf(share) + 4}">${right(share)}</text>`}
      `
    )
  }`;
}

/** The first and the last moment, below the drawing. */
export function timeLabels(fromMs: number | undefined, toMs: number | undefined): Markup {
  return html`${timeLabel(fromMs, { x: FRAME.left, anchor: "start" })}
    ${timeLabel(toMs, { x: FRAME.width - FRAME.right, anchor: "end" })}`;
}

/** A moment, below the drawing. */
export function timeLabel(
  ms: number | undefined,
  at: { readonly x: number; readonly anchor: string },
): Markup {
  return html`<text x="${at.x}" y="${FRAME.height - 6}" text-anchor="${at.anchor}">${timeOf(ms)}</text>`;
}

/** A chart, what it shows, and the same as a table for who can't see it. */
export function figure(parts: {
  readonly label: string;
  readonly drawing: Markup;
  readonly caption: string;
  readonly table: Markup;
}): Markup {
  const { label, drawing, caption, table } = parts;
  return html`
    <figure>
      <div class="scroll" tabindex="0" role="region" aria-label="Chart">
        <svg viewBox="0 0 ${FRAME.width} ${FRAME.height}" role="img"
          aria-label="${label}; the table below has the figures">
    ${drawing}
      </svg>
      </div>
      <figcaption>${caption}</figcaption>
    </figure>
    <details>
      <summary>The same as a table</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="${label}, as a table">
        ${table}
      </div>
    </details>
  `;
}

/** A moment for people, or nothing. */
export function timeOf(ms: number | undefined): string {
  return ms === undefined ? "" : formatTime(ms);
}
