/** A value on a plot, with the range that it varied in. */
export interface Dot {
  readonly label: string;
  readonly group: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** What is written beside it. */
  readonly text: string;
  /** Drawn in the accent colour. */
  readonly own: boolean;
}

/** A line of points in order of x. */
export interface Line {
  readonly label: string;
  readonly unit: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

interface Scale {
  readonly log: boolean;
  readonly from: number;
  readonly to: number;
}

const WIDTH = 900;
const LEFT = 170;
const RIGHT = 250;
const ROW = 22;
const HEAD = 26;

/**
 * The scale for these values: linear from zero, or logarithmic when the largest is more than forty times the
 * smallest, since a linear axis would then press everything but one against the edge.
 */
export function scaleFor(values: readonly number[]): Scale {
  const positive = values.filter((value) => value > 0);
  const most = Math.max(...positive, 1e-9);
  const least = Math.min(...positive, most);
  if (most / least <= 40) return { log: false, from: 0, to: most * 1.05 };
  return { log: true, from: 10 ** Math.floor(Math.log10(least)), to: 10 ** Math.ceil(Math.log10(most)) };
}

/** Round numbers along a scale: powers of ten, or three to six even steps. */
export function ticks({ log, from, to }: Scale): number[] {
  const found: number[] = [];
  if (log) {
    for (let at = Math.round(Math.log10(from)); at <= Math.round(Math.log10(to)); at++) {
      found.push(Number(`1e${at}`));
    }
    return found;
  }
  const rough = (to - from) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  for (let at = 0; from + at * step <= to; at++) found.push(Number((from + at * step).toPrecision(12)));
  return found;
}

/** Rows of dots with their ranges, under headings where the group changes. */
export function dotPlot(dots: readonly Dot[], unit: string): string {
  const scale = scaleFor(dots.flatMap((dot) => [dot.low, dot.value, dot.high]));
  const parts: string[] = [];
  let y = 4;
  let group = "";
  for (const dot of dots) {
    if (dot.group !== group) {
      parts.push(`<text class="group" x="0" y="${y + 17}">${escape(dot.group)}</text>`);
      y += HEAD;
      group = dot.group;
    }
    parts.push(dotRow(dot, scale, y + ROW / 2));
    y += ROW;
  }
  const axis = ticks(scale).map((tick) => axisMark(tick, scale, y));
  return svg(y + 24, [...axis, ...parts], `${unit}${scale.log ? ", logarithmic" : ""}`);
}

function dotRow(dot: Dot, scale: Scale, y: number): string {
  const at = (value: number) => place(value, scale).toFixed(1);
  const kind = dot.own ? "own" : "other";
  return `<g class="${kind}"><text class="label" x="${LEFT - 10}" y="${y + 4}">${escape(dot.label)}</text>` +
    `<line class="range" x1="${at(dot.low)}" x2="${at(dot.high)}" y1="${y}" y2="${y}"/>` +
    `<circle cx="${at(dot.value)}" cy="${y}" r="5"/>` +
    `<text class="value" x="${WIDTH - RIGHT + 14}" y="${y + 4}">${escape(dot.text)}</text></g>`;
}

/** Lines over a common x, one small plot each, since their units differ. */
export function linePlots(lines: readonly Line[], xName: string): string {
  return lines.map((line) => linePlot(line, xName)).join("\n");
}

function linePlot(line: Line, xName: string): string {
  const height = 140;
  const most = Math.max(...line.points.map((point) => point.y));
  const xs = { log: false, from: 0, to: Math.max(...line.points.map((point) => point.x)) };
  const top = most * 1.15 || 1;
  const y = (value: number) => height - 10 - value / top * (height - 30);
  const path = line.points.map(({ x, y: v }, at) =>
    `${at === 0 ? "M" : "L"}${place(x, xs).toFixed(1)} ${y(v).toFixed(1)}`
  );
  const grid = ticks({ log: false, from: 0, to: top }).map((tick) =>
    `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(tick).toFixed(1)}" y2="${
      y(tick).toFixed(1)
    }"/>` +
    `<text class="value" x="${WIDTH - RIGHT + 14}" y="${(y(tick) + 4).toFixed(1)}">${tick} ${
      escape(line.unit)
    }</text>`
  );
  const marks = ticks(xs).map((tick) =>
    `<text class="tick" x="${place(tick, xs).toFixed(1)}" y="${height + 8}">${
      tick.toLocaleString("en")
    }</text>`
  );
  const label = `<text class="label" x="${LEFT - 10}" y="${height / 2}">${escape(line.label)}</text>`;
  return svg(height + 16, [...grid, ...marks, label, `<path class="line" d="${path.join("")}"/>`], xName);
}

function place(value: number, { log, from, to }: Scale): number {
  const share = log
    ? (Math.log10(Math.max(value, from)) - Math.log10(from)) / (Math.log10(to) - Math.log10(from))
    : (value - from) / (to - from);
  return LEFT + share * (WIDTH - LEFT - RIGHT);
}

function axisMark(tick: number, scale: Scale, bottom: number): string {
  const x = place(tick, scale).toFixed(1);
  return `<line class="grid" x1="${x}" x2="${x}" y1="4" y2="${bottom}"/>` +
    `<text class="tick" x="${x}" y="${bottom + 16}">${
      tick.toLocaleString("en", { maximumFractionDigits: 6 })
    }</text>`;
}

function svg(height: number, parts: readonly string[], axis: string): string {
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escape(axis)}">` +
    `<text class="tick axis" x="${WIDTH - RIGHT + 32}" y="${height - 8}">${escape(axis)}</text>${
      parts.join("")
    }</svg>`;
}

/** Makes text safe inside HTML and its attributes. */
export function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(
    '"',
    "&quot;",
  );
}
