import { type Digest, digestText, err, KeyRecipe, ok, type Result } from "../../core/mod.ts";
import type { FileView } from "../../files/mod.ts";
import type { Store } from "../../store/mod.ts";
import type { Call, QueryPlan } from "../../tools/mod.ts";
import { type Filed, type Finished, type NotKept, unfinished } from "../ingest.ts";
import type { Command, Job } from "../job.ts";
import { KeyFacts } from "../key_facts.ts";
import type { Located } from "../toolchain/locate.ts";
import type { Paths } from "../paths.ts";
import type { FoundFile } from "../places.ts";
import { OwnFiles } from "../own_files.ts";
import type { Premises } from "../premises.ts";
import type { LiveEntry } from "../unit.ts";
import type { RustToolchain } from "./rust_toolchain.ts";

/** A question to the compiler about itself, such as `rustc -vV`. */
export class Query implements Job {
  readonly work = "compilations";
  readonly source = undefined;
  readonly output = undefined;
  readonly writes = [];
  readonly cwd: string;
  readonly tool: Located;
  readonly base: Digest;
  readonly facts: KeyFacts;
  entry: LiveEntry | undefined;
  readonly #toolchain: RustToolchain;
  readonly #parsedFrom: Premises;
  readonly #args: readonly string[];
  readonly #own: OwnFiles;

  constructor(parts: {
    call: Call;
    plan: QueryPlan;
    tool: Located;
    toolchain: RustToolchain;
    parsedFrom: Premises;
    view: FileView;
    paths: Paths;
  }) {
    const { call, plan, view, paths } = parts;
    this.cwd = call.cwd;
    this.tool = parts.tool;
    this.#toolchain = parts.toolchain;
    this.#parsedFrom = parts.parsedFrom;
    this.#args = plan.args;
    const key = new KeyRecipe().add("toolchain", parts.toolchain.identity);
    for (const [label, value] of plan.recipe.facts) key.add(label, value);
    this.base = key.digest();
    const inputs = plan.inputs.map((path) => view.track(paths.resolve(call.cwd, path)));
    this.#own = new OwnFiles(view, this.base, inputs);
    this.facts = new KeyFacts(plan.recipe.facts);
  }

  get programs(): Digest {
    return this.#toolchain.identity;
  }

  subject(): string {
    return this.tool.path;
  }

  ownFiles(view: FileView): FoundFile[] {
    return this.#own.found(view);
  }

  isCurrent(view: FileView): boolean {
    return this.#toolchain.premises.hold(view) && this.#parsedFrom.hold(view);
  }

  context(view: FileView): Digest {
    // an answer was to what the files were
    if (this.#own.refresh(view)) this.entry = undefined;
    return this.#own.key;
  }

  looseContext(): undefined {}

  places(): string[] {
    return [];
  }

  destination(): undefined {}

  command(): Command {
    return {
      tool: this.tool.path,
      argv: [this.tool.name, ...this.#args],
      env: [],
      outputs: [],
      waits: false,
      exactStreams: false,
    };
  }
}

/** A question that is being answered. */
export interface QueryRun {
  readonly kind: "query";
  readonly unit: Query;
  readonly context: Digest;
  readonly folder: string;
  /** The toolchain, which is all that it reads, is in the key. */
  readonly witness?: undefined;
}

/** Takes in answers. */
export class QueryIngest {
  readonly #view: FileView;
  readonly #store: Store;

  constructor(view: FileView, store: Store) {
    this.#view = view;
    this.#store = store;
  }

  begin(unit: Query, folder: string): QueryRun {
    return { kind: "query", unit, context: unit.context(this.#view), folder };
  }

  /** Files the answer. */
  async keep(run: QueryRun, finished: Finished): Promise<Result<Filed, NotKept>> {
    const refused = unfinished([], finished);
    if (refused !== undefined) return err(refused);
    this.#view.barrier();
    const { unit, context } = run;
    if (!unit.isCurrent(this.#view)) return err({ reason: "toolchain-changed" });
    if (unit.context(this.#view) !== context) return err({ reason: "input-changed-during-run" });
    const { exit, stdout, stderr, toolMs } = finished;
    const result = digestText(`query\0${context}`);
    if (!await this.#store.put(result, { exit, stdout, stderr, toolMs }, [])) {
      return err({ reason: "store-fault" });
    }
    const entry = this.#store.addEntry(context, { found: [], passedOver: [], result });
    if (entry === undefined) return err({ reason: "store-fault" });
    return ok({ entry, namesAsOf: this.#view.namesGeneration });
  }
}
