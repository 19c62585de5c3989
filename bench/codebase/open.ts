import type { Spawner } from "../measure/spawner.ts";
import { outputOf } from "../peers/peer.ts";
import { CmakeProject } from "./cmake_project.ts";
import { CompileProject } from "./compile_project.ts";
import { exists, fetchCodeBase } from "./fetch.ts";
import { type KnownCodeBase } from "./known.ts";
import { MakeProject } from "./make_project.ts";
import type { Project, Workshop } from "./project.ts";
import { filesBelow, findUnits } from "./units.ts";

/** Opens a known code base; it is fetched into `folder` unless it is there already. */
export async function openKnown(
  base: KnownCodeBase,
  folder: string,
  rig: { workshop: Workshop; spawner: Spawner },
): Promise<CompileProject> {
  const tree = await fetchCodeBase(base, folder);
  const units = await findUnits(tree, base.folders, base.skip);
  const { cFlags, cxxFlags } = base;
  return new CompileProject({ title: base.title, tree, units, cFlags, cxxFlags }, rig.workshop, rig.spawner);
}

/**
 * Opens a folder of the user's: by CMake if it has a CMakeLists.txt and cmake is installed, else by make if it has
 * a Makefile, else by compiling every C and C++ file with plausible include folders. The folder is only read.
 * Throws `Error` if there is nothing to compile.
 */
export async function openFolder(
  folder: string,
  rig: { workshop: Workshop; spawner: Spawner },
): Promise<Project> {
  const source = await Deno.realPath(folder);
  if (await exists(`${source}/CMakeLists.txt`) && await outputOf(["cmake", "--version"]) !== undefined) {
    return new CmakeProject(source, rig.workshop);
  }
  for (const name of ["GNUmakefile", "makefile", "Makefile"]) {
    if (!await exists(`${source}/${name}`)) continue;
    if (rig.workshop.folder.startsWith(`${source}/`)) {
      throw new Error(`Cannot copy ${source}: zccache is inside it`);
    }
    return new MakeProject(source, rig.workshop);
  }
  const units = await findUnits(source, ["."], /(^|\/)(build|node_modules)\//);
  if (units.length === 0) throw new Error(`Cannot build ${source}: it has no C or C++ sources`);
  const flags = ["-O2", "-w", ...await includeFlags(source)];
  const title = source.split("/").at(-1) ?? source;
  return new CompileProject(
    { title, tree: source, units, cFlags: flags, cxxFlags: flags },
    rig.workshop,
    rig.spawner,
  );
}

/** The folder itself, every folder named `include`, and every folder that has headers, at most 100 of them. */
async function includeFlags(tree: string): Promise<string[]> {
  const folders = new Set<string>(["."]);
  for await (const path of filesBelow(tree, ".")) {
    if (!/\.(h|hh|hpp|hxx)$/.test(path)) continue;
    const include = /^(.*\/)?include\//.exec(path);
    folders.add((include === null ? path.replace(/\/?[^/]*$/, "") : include[0].slice(0, -1)) || ".");
  }
  return [...folders].slice(0, 100).map((folder) => `-I${folder}`);
}
