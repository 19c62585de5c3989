import type { Outcome } from "../scenarios/scenario.ts";
import { type Figure, figuresOf, ratioText, type Results, spreadText } from "./results.ts";
import { markdownTable } from "./table.ts";
import { threeDigits } from "../measure/stats.ts";

const PEERS = ["bare", "zccache", "ccache", "sccache"];

/** One row a measurement, one column a program: what fits into a README. */
export function comparison(results: Results): string {
  const rows = results.outcomes.filter((o) => o.name !== "soak").flatMap((outcome) => {
    const figures = figuresOf(outcome);
    const ofPeers = figures.filter((f) => PEERS.includes(f.row.who));
    const groups = [...new Set(ofPeers.map((f) => f.row.group))];
    return groups.map((group, at) => [
      group === "" ? outcome.title : `${outcome.title}: ${group}`,
      ...PEERS.map((who) =>
        cell(ofPeers.find((f) => f.row.group === group && f.row.who === who), outcome.unit)
      ),
      at === 0 ? outcome.budget ?? "" : "",
    ]);
  });
  return `${markdownTable(["", ...PEERS, "meant for zccache"], rows)}\n\n${setting(results)}`;
}

function cell(figure: Figure | undefined, unit: string): string {
  if (figure === undefined) return "–";
  const note = (figure.row.note ?? "") === "" ? "" : ` (${figure.row.note})`;
  return `${threeDigits(figure.summary.median)} ${unit}${note}`;
}

/** Every outcome with its table. */
export function report(results: Results, level = "##"): string {
  return [setting(results), ...results.outcomes.map((outcome) => section(outcome, level))].join("\n\n");
}

function section(outcome: Outcome, level: string): string {
  const budget = outcome.budget === undefined ? "" : ` Meant for zccache: ${outcome.budget}.`;
  return `${level} ${outcome.title}\n\n${outcome.how}${budget}\n\n${markdownTable(...outcomeTable(outcome))}`;
}

/** Header and rows of an outcome's table; columns that would be empty are left out. */
export function outcomeTable(outcome: Outcome): [string[], string[][]] {
  const figures = figuresOf(outcome);
  const columns: [string, (figure: Figure) => string][] = [
    ["", (f) => f.row.group],
    ["", (f) => f.row.who],
    [outcome.unit, (f) => spreadText(f.summary)],
    ["of bare", (f) => ratioText(f.ofBare)],
    ["of /bin/true", (f) => ratioText(f.ofTrue)],
    ["", (f) => f.row.note ?? ""],
  ];
  const used = columns.filter(([, text]) => figures.some((figure) => text(figure) !== ""));
  return [used.map(([name]) => name), figures.map((figure) => used.map(([, text]) => text(figure)))];
}

/** Where and with what the figures were taken, in a sentence. */
export function setting({ machine, versions, date, quick, load }: Results): string {
  const programs = Object.values(versions).filter((version) => version !== "").join(", ");
  const rough = quick ? " A quick run: the figures are rough." : "";
  const busy = load[0] > 0.5
    ? ` The machine had other work to do (load ${load[0].toFixed(1)} at the start).`
    : "";
  return `Medians, in brackets the quarters; taken on ${date.slice(0, 10)} on ${machine.cores} cores of ` +
    `${machine.processor}, ${machine.memoryGib} GiB, ${machine.system}, Linux ${machine.kernel}, with ` +
    `${machine.compiler}, ${programs}.${rough}${busy}`;
}

/** Replaces what stands between `<!-- NAME:start -->` and `<!-- NAME:end -->`. Throws `Error` without the marks. */
export function replaceBetween(text: string, name: string, replacement: string): string {
  const start = `<!-- ${name}:start -->`;
  const end = `<!-- ${name}:end -->`;
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`Cannot write the figures: there is no ${start} … ${end}`);
  return `${text.slice(0, from + start.length)}\n\n${replacement}\n\n${text.slice(to)}`;
}
