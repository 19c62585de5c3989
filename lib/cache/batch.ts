import type { FileView } from "../files/mod.ts";
import type { Batch as Plans } from "../tools/mod.ts";
import type { Unit } from "./unit.ts";

/** A request that compiles several sources in one process: a unit for each, the same as if it were compiled alone. */
export class Batch {
  /** In the order of the command line. */
  readonly units: readonly [Unit, ...Unit[]];
  /** Whether the run writes dependency lists, each over the one before. */
  readonly lists: boolean;
  readonly runArgs: Plans["runArgs"];

  constructor(units: readonly [Unit, ...Unit[]], plans: Plans) {
    this.units = units;
    this.lists = plans.lists;
    this.runArgs = plans.runArgs;
  }

  /** Whether the tool and what the parser read are still the same; if not, the request is parsed anew. */
  isCurrent(view: FileView): boolean {
    return this.units.every((unit) => unit.isCurrent(view));
  }
}
