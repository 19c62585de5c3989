/** A mount's place among the fields of its line (proc(5)). */
const POINT = 4;

/** The file systems that this process sees, and where. */
export class MountTable {
  readonly #read: () => string;
  #lines: ReadonlySet<string>;

  constructor(read: () => string = () => Deno.readTextFileSync("/proc/self/mountinfo")) {
    this.#read = read;
    this.#lines = linesOf(read());
  }

  /**
   * The paths where something was mounted or taken away since the last call; undefined where that can't be told. Asked when
   * the kernel says that the table has changed: if it's the same, something came and went.
   */
  changes(): string[] | undefined {
    const then = this.#lines;
    const now = linesOf(this.#read());
    this.#lines = now;
    const changed = [...then.symmetricDifference(now)];
    const points = new Set(changed.map((line) => unescaped(line.split(" ")[POINT] ?? "")));
    return points.size === 0 || [...points].some(isOdd) ? undefined : [...points];
  }
}

function linesOf(table: string): Set<string> {
  return new Set(table.split("\n").filter((line) => line !== ""));
}

/** Spaces and the like stand as their numbers. */
function unescaped(field: string): string {
  return field.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}

/** Whether a path is everything, none of this process's, or not text. */
function isOdd(path: string): boolean {
  return !/^\/./.test(path) || path.endsWith("//deleted") || path.includes("\ufffd");
}
