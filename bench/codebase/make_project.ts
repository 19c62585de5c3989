import { runStep } from "./build_tool.ts";
import { type BuildOptions, type BuildResult, keep, type Project, remove, type Workshop } from "./project.ts";

/** A folder with a Makefile, built in a copy with the cache in CC and CXX. */
export class MakeProject implements Project {
  readonly title: string;
  readonly manner = "make, with CC and CXX";
  readonly #source: string;
  readonly #workshop: Workshop;
  #lines = 0;

  constructor(source: string, workshop: Workshop) {
    this.title = source.split("/").at(-1) ?? source;
    this.#source = source;
    this.#workshop = workshop;
  }

  /** Copies (not timed) and builds. The copy is always at the same place. Throws `Error` if make fails. */
  async build({ session, keepAt, jobs, progress }: BuildOptions): Promise<BuildResult> {
    const { folder, compilers } = this.#workshop;
    const tree = `${folder}/out`;
    await remove(tree);
    const step = { session, log: `${folder}/build.log` };
    await runStep({ ...step, cwd: folder, words: ["cp", "-a", this.#source, tree] });
    const tool = (compiler: string) => [...session.prefix, compiler].join(" ");
    let lines = 0;
    const wallMs = await runStep({
      ...step,
      cwd: tree,
      words: ["make", `-j${jobs}`, `CC=${tool(compilers.c)}`, `CXX=${tool(compilers.cxx)}`],
      // The first build tells how many lines there are; until then the share is not known.
      line: () => progress(this.#lines === 0 ? 0 : Math.min(1, ++lines / this.#lines)),
    });
    this.#lines = Math.max(this.#lines, lines);
    await keep(tree, keepAt);
    return { wallMs, each: [], outputs: keepAt };
  }
}
