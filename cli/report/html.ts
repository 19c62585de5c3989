/** A piece of a page: text that is markup already. */
export class Markup {
  constructor(readonly text: string) {}
}

/** Markup with values in it; whatever isn't markup itself is escaped. The only way by which values get into a page. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(parts.map((part, i) => i === 0 ? part : rendered(values[i - 1]) + part).join(""));
}

type Value = Markup | string | number | undefined | readonly Value[];

function rendered(value: Value): string {
  if (value instanceof Markup) return value.text;
  if (value === undefined) return "";
  if (typeof value === "string" || typeof value === "number") return escaped(String(value));
  return value.map(rendered).join("");
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  // what a page may not hold at all is shown as a mark
  return text.replace(/(?![\t\n])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu, "\u{fffd}").replace(
    /[&<>"']/g,
    (letter) => ESCAPES[letter]!,
  );
}
