import { type Difference, tellWordInKey } from "../core/mod.ts";
import { DEFINE } from "../tools/mod.ts";

/** What a key is made of: labelled values in order. */
export type Facts = readonly (readonly [label: string, value: string])[];

/** Labels whose facts are arguments in the order of the command line. */
const ARGUMENTS: ReadonlySet<string> = new Set(["arg", DEFINE]);
/** Labels whose facts are `NAME=VALUE`. */
const VARIABLES: ReadonlySet<string> = new Set(["env", "messages"]);
/** Labels whose facts are folders that the result names. */
const FOLDERS: ReadonlySet<string> = new Set(["folder", "pwd"]);

/** Above this many comparisons the order of arguments is not looked at. */
const MOST_COMPARISONS = 250_000;

/** In what two commands of the same source differ. Empty for the same facts. */
export function compareFacts(was: Facts, now: Facts): Difference[] {
  return [
    ...compareArguments(argumentsOf(was), argumentsOf(now)),
    ...compareNamed("variable", variablesOf(was), variablesOf(now)),
    ...compareOthers(was, now),
  ];
}

/** Arguments; a value that stands apart from its option is shown with it. */
function argumentsOf(facts: Facts): string[] {
  const tokens = facts.filter(([label]) => ARGUMENTS.has(label)).map(([, value]) => value);
  return tokens.map((token, i) => {
    const option = tokens[i - 1];
    return !token.startsWith("-") && option?.startsWith("-") ? `${option} ${token}` : token;
  });
}

function compareArguments(was: readonly string[], now: readonly string[]): Difference[] {
  let head = 0;
  while (head < Math.min(was.length, now.length) && was[head] === now[head]) head++;
  let tail = 0;
  while (
    tail < Math.min(was.length, now.length) - head && was.at(-1 - tail) === now.at(-1 - tail)
  ) tail++;
  const [left, right] = [was.slice(head, was.length - tail), now.slice(head, now.length - tail)];
  if (left.length * right.length > MOST_COMPARISONS) return compareUnordered(left, right);
  return pairUp(left, right);
}

/** Walks along a longest common subsequence; what stands between two common arguments is paired by its place. */
function pairUp(was: readonly string[], now: readonly string[]): Difference[] {
  const common = commonLengths(was, now);
  const width = now.length + 1;
  const differences: Difference[] = [];
  let [gone, come]: [string[], string[]] = [[], []];
  const settle = () => {
    for (let i = 0; i < Math.max(gone.length, come.length); i++) {
      differences.push(argument(gone[i], come[i]));
    }
    [gone, come] = [[], []];
  };
  let [i, j] = [0, 0];
  while (i < was.length || j < now.length) {
    if (i < was.length && j < now.length && was[i] === now[j]) {
      settle();
      [i, j] = [i + 1, j + 1];
    } else if (
      j >= now.length || (i < was.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!)
    ) {
      gone.push(was[i++]!);
    } else come.push(now[j++]!);
  }
  settle();
  return differences;
}

/** Lengths of the longest common subsequences of all pairs of ends, row by row. */
function commonLengths(was: readonly string[], now: readonly string[]): Uint16Array {
  const width = now.length + 1;
  const lengths = new Uint16Array((was.length + 1) * width);
  for (let i = was.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      lengths[i * width + j] = was[i] === now[j]
        ? lengths[(i + 1) * width + j + 1]! + 1
        : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
    }
  }
  return lengths;
}

function compareUnordered(was: readonly string[], now: readonly string[]): Difference[] {
  const [before, after] = [new Set(was), new Set(now)];
  const gone = [...before].filter((word) => !after.has(word)).map((word) => argument(word, undefined));
  const come = [...after].filter((word) => !before.has(word)).map((word) => argument(undefined, word));
  return gone.length + come.length > 0
    ? [...gone, ...come]
    : [{ kind: "setting", name: "order of arguments" }];
}

function argument(was: string | undefined, now: string | undefined): Difference {
  return { kind: "argument", ...values(was, now) };
}

function variablesOf(facts: Facts): Map<string, string> {
  const pairs = facts.filter(([label]) => VARIABLES.has(label)).map(([, value]): [string, string] => {
    const equals = value.indexOf("=");
    return [value.slice(0, equals), value.slice(equals + 1)];
  });
  return new Map(pairs);
}

function compareOthers(was: Facts, now: Facts): Difference[] {
  const [before, after] = [othersOf(was), othersOf(now)];
  return [
    ...compareNamed("folder", only(before, FOLDERS, true), only(after, FOLDERS, true)).map((
      { name: _, ...rest },
    ) => rest),
    ...compareNamed("setting", only(before, FOLDERS, false), only(after, FOLDERS, false)),
  ];
}

function othersOf(facts: Facts): Map<string, string> {
  const others = new Map<string, string>();
  for (const [label, value] of facts) {
    if (ARGUMENTS.has(label) || VARIABLES.has(label)) continue;
    const known = others.get(label);
    others.set(label, known === undefined ? value : `${known} ${value}`);
  }
  return others;
}

function only(facts: Map<string, string>, labels: ReadonlySet<string>, wanted: boolean): Map<string, string> {
  return new Map([...facts].filter(([label]) => labels.has(label) === wanted));
}

function compareNamed(
  kind: "variable" | "setting" | "folder",
  was: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): Difference[] {
  return [...new Set([...was.keys(), ...now.keys()])]
    .filter((name) => was.get(name) !== now.get(name))
    .map((name) => ({ kind, name, ...values(was.get(name), now.get(name)) }));
}

function values(was: string | undefined, now: string | undefined): { was?: string; now?: string } {
  return {
    ...(was === undefined ? {} : { was: tellWordInKey(was) }),
    ...(now === undefined ? {} : { now: tellWordInKey(now) }),
  };
}
