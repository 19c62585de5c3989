import { type Live, type Outcome, printed, said } from "../command.ts";

/** How often the picture is drawn anew. */
const TICK_MS = 1000;

/** Numbers of `status --json` whose growth is shown. */
const COUNTED = [["cache_hits", "hits"], ["cache_misses", "misses"], ["non_cacheable", "not cached"], [
  "compile_errors",
  "errors",
]] as const;

/** Draws `zccache status` again each second until the daemon is gone or the caller is interrupted. */
export async function showLive(live: Live): Promise<Outcome> {
  let before: ReadonlyMap<string, number> | undefined;
  let drawn = false;
  do {
    const [shown, json] = [await live.ask(["status"]), await live.ask(["status", "--json"])];
    if (shown === undefined || json === undefined || shown.exit !== 0) {
      return drawn ? printed("\nthe daemon has left\n") : shown ?? said(1, "daemon not running\n");
    }
    const now = countsOf(json.stdout);
    live.write(picture(shown.stdout, growth(before, now), live.rows));
    before = now;
    drawn = true;
  } while (await live.pause(TICK_MS));
  return printed("");
}

/** From the top left corner: the text, as many lines as fit, and nothing of the picture before. */
function picture(text: string, growth: string, rows: number): string {
  const lines = text.trimEnd().split("\n");
  const shown = rows > 4 ? lines.slice(0, rows - 2) : lines;
  return `\x1b[H\x1b[2J${shown.join("\n")}\n${growth}`;
}

function growth(before: ReadonlyMap<string, number> | undefined, now: ReadonlyMap<string, number>): string {
  if (before === undefined) return "each second; Ctrl-C ends it";
  const parts = COUNTED.map(([key, name]) => {
    const more = (now.get(key) ?? 0) - (before.get(key) ?? 0);
    return `${more < 0 ? more : `+${more}`} ${name}`;
  });
  return `in the last second: ${parts.join(", ")}; Ctrl-C ends it`;
}

function countsOf(json: string): Map<string, number> {
  const object: unknown = JSON.parse(json);
  const daemon: unknown = object !== null && typeof object === "object" && "daemon" in object
    ? object.daemon
    : undefined;
  const numbers = Object.entries(typeof daemon === "object" && daemon !== null ? daemon : {});
  return new Map(numbers.filter((pair): pair is [string, number] => typeof pair[1] === "number"));
}
