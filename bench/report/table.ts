/** A table for a terminal: the first column to the left, the others to the right. */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  const format = (line: readonly string[]) =>
    widths.map((width, at) => at === 0 ? (line[at] ?? "").padEnd(width) : (line[at] ?? "").padStart(width))
      .join("  ").trimEnd();
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  return [format(header), rule, ...rows.map(format)].join("\n");
}

/** The same as Markdown. A bar in a cell is escaped. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const format = (line: readonly string[]) =>
    `| ${line.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const rule = `| ${header.map((_, at) => at === 0 ? "---" : "--:").join(" | ")} |`;
  return [format(header), rule, ...rows.map(format)].join("\n");
}
