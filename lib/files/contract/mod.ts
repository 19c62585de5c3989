import type { Bench } from "./bench.ts";
import { NAMES } from "./names.ts";
import { REST } from "./rest.ts";
import { SINCE } from "./since.ts";
import { STATES } from "./states.ts";

export type { Bench } from "./bench.ts";
export { RandomEdits } from "./random_edits.ts";

/** Everything a file view promises, whatever it learns its changes from. */
export function fileViewContract(name: string, open: () => Bench): void {
  for (const [what, check] of STATES) {
    Deno.test(`${name} sees ${what}`, () => {
      using bench = open();
      check(bench);
    });
  }
  for (const [what, check] of NAMES) {
    Deno.test(`${name} knows ${what}`, () => {
      using bench = open();
      check(bench);
    });
  }
  for (const [what, check] of [...SINCE, ...REST]) {
    Deno.test(`${name} ${what}`, () => {
      using bench = open();
      check(bench);
    });
  }
}
