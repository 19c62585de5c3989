import { runStep, shareIn } from "./build_tool.ts";
import { type BuildOptions, type BuildResult, keep, type Project, remove, type Workshop } from "./project.ts";

/** A folder with a CMakeLists.txt, built out of tree with the cache as CMake's compiler launcher. */
export class CmakeProject implements Project {
  readonly title: string;
  readonly manner = "CMake, with CMAKE_<LANG>_COMPILER_LAUNCHER";
  readonly #source: string;
  readonly #workshop: Workshop;

  constructor(source: string, workshop: Workshop) {
    this.title = source.split("/").at(-1) ?? source;
    this.#source = source;
    this.#workshop = workshop;
  }

  /** Configures (not timed) and builds. Throws `Error` if either fails. */
  async build({ session, keepAt, jobs, progress }: BuildOptions): Promise<BuildResult> {
    const { folder, compilers } = this.#workshop;
    const out = `${folder}/out`;
    await remove(out);
    const step = { cwd: folder, session, log: `${folder}/build.log` };
    const launcher = session.prefix.join(";");
    const launchers = launcher === ""
      ? []
      : ["C", "CXX"].map((language) => `-DCMAKE_${language}_COMPILER_LAUNCHER=${launcher}`);
    const chosen = [`-DCMAKE_C_COMPILER=${compilers.c}`, `-DCMAKE_CXX_COMPILER=${compilers.cxx}`];
    const configure = ["cmake", "-S", this.#source, "-B", out, "-DCMAKE_BUILD_TYPE=Release", ...chosen];
    await runStep({ ...step, words: [...configure, ...launchers] });
    const wallMs = await runStep({
      ...step,
      words: ["cmake", "--build", out, "--parallel", String(jobs)],
      line: (line) => {
        const share = shareIn(line);
        if (share !== undefined) progress(share);
      },
    });
    await keep(out, keepAt);
    return { wallMs, each: [], outputs: keepAt };
  }
}
