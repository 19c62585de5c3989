import { type Spawned, Spawner } from "../measure/spawner.ts";
import { benchEnv, type PeerSession } from "../peers/peer.ts";
import { type BuildOptions, type BuildResult, keep, type Project, remove, type Workshop } from "./project.ts";
import { flatName, type Unit } from "./units.ts";

/** What is compiled, and how. */
export interface CompileList {
  readonly title: string;
  /** Absolute; the commands run here, and nothing is written to it. */
  readonly tree: string;
  readonly units: readonly Unit[];
  readonly cFlags: readonly string[];
  readonly cxxFlags: readonly string[];
}

/** Compiles a list of units with plain commands, each to an object and a dependency file, as build tools do. */
export class CompileProject implements Project {
  readonly title: string;
  readonly manner = "plain compile commands";
  readonly #list: CompileList;
  readonly #workshop: Workshop;
  readonly #spawner: Spawner;
  #units: readonly Unit[];
  #refused: string[] = [];

  constructor(list: CompileList, workshop: Workshop, spawner: Spawner) {
    this.title = list.title;
    this.#list = list;
    this.#workshop = workshop;
    this.#spawner = spawner;
    this.#units = list.units;
  }

  /** The sources that the compiler did not accept; they were left out of the builds. */
  get refused(): readonly string[] {
    return this.#refused;
  }

  /** How many units a build compiles. */
  get size(): number {
    return this.#units.length;
  }

  /** The command for a unit, its outputs below `out`. */
  command(unit: Unit, session: PeerSession, out: string): string[] {
    const { compilers } = this.#workshop;
    const [compiler, flags] = unit.language === "c"
      ? [compilers.c, this.#list.cFlags]
      : [compilers.cxx, this.#list.cxxFlags];
    const stem = `${out}/${flatName(unit)}`;
    const outputs = ["-MD", "-MF", `${stem}.d`, "-o", `${stem}.o`];
    return [...session.prefix, compiler, ...flags, ...outputs, "-c", unit.source];
  }

  /**
   * Builds everything. Units that the bare compiler refuses are dropped, and the bare build is done again, so
   * that all builds are of the same units. Throws `Error` if nothing compiles or a unit fails under a cache.
   */
  async build(options: BuildOptions): Promise<BuildResult> {
    const spawned = await this.#compile(options);
    const failed = spawned.each.filter((one) => one.code !== 0).map((one) => this.#units[one.index]!);
    const { folder } = this.#workshop;
    if (failed.length === 0) {
      await keep(`${folder}/out`, options.keepAt);
      return { wallMs: spawned.wallMs, each: spawned.each, outputs: options.keepAt };
    }
    if (options.session.name !== "bare" || failed.length === this.#units.length) {
      const names = failed.slice(0, 3).map((unit) => unit.source).join(", ");
      throw new Error(`Cannot compile ${failed.length} units (${names}): see ${folder}/compile.log`);
    }
    this.#refused = failed.map((unit) => unit.source);
    this.#units = this.#units.filter((unit) => !failed.includes(unit));
    return await this.build(options);
  }

  async #compile({ session, jobs, progress }: BuildOptions): Promise<Spawned> {
    const { folder } = this.#workshop;
    const out = `${folder}/out`;
    await remove(out);
    await Deno.mkdir(out, { recursive: true });
    const units = this.#units;
    return await this.#spawner.run(units.map((unit) => this.command(unit, session, out)), {
      cwd: this.#list.tree,
      env: { ...benchEnv(folder), ...session.env },
      jobs,
      log: `${folder}/compile.log`,
      progress: (ended) => progress(ended / units.length),
    });
  }
}
