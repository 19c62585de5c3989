import { ask, firstLine } from "./_ask.ts";
import { type Finding, findingsOf, type Patient } from "./finding.ts";
import { isSame, programsOnPath } from "./installation.ts";

const NAMES = ["gcc", "g++", "clang", "clang++", "cc", "c++"] as const;

/** Other tools that are cached, told if they are there. */
const OTHERS = ["rustc", "emcc", "em++", "clang-tidy"] as const;

/** A tool that was found on PATH. */
interface Located {
  readonly name: string;
  readonly path: string;
}

/** The compilers that a shell finds, links to zccache passed over; the first is the one to try. */
export function compilersOf({ env, ownProgram }: Patient, names: readonly string[] = NAMES): Located[] {
  return names.flatMap((name) => {
    const path = programsOnPath(name, env("PATH") ?? "")
      .find((file) => ownProgram === undefined || !isSame(file, ownProgram));
    return path === undefined ? [] : [{ name, path }];
  });
}

/** Which compilers there are. */
export async function checkCompilers(patient: Patient): Promise<Finding[]> {
  const { problem } = findingsOf("compilers");
  const found = await Promise.all(compilersOf(patient).map(described));
  const others = await Promise.all(compilersOf(patient, OTHERS).map(described));
  return found.length > 0
    ? [...found, ...others]
    : [problem("neither gcc nor clang is on PATH", "install one, or add its folder to PATH"), ...others];
}

async function described({ name, path }: Located): Promise<Finding> {
  const { ok, problem } = findingsOf("compilers");
  const said = await ask(path, ["--version"]);
  return said?.code === 0
    ? ok(`${name} is ${path}: ${firstLine(said.stdout)}`)
    : problem(`${name} is ${path}, which can't be run`, "install it again, or take it off PATH");
}

/** Whether links that are to be found before the compilers are, and who else stands there. */
export function checkPathOrder({ env, ownProgram }: Patient): Finding[] {
  const { ok, note, warning } = findingsOf("path-order");
  const found: Finding[] = [];
  for (const name of NAMES) {
    const programs = programsOnPath(name, env("PATH") ?? "");
    const link = ownProgram === undefined ? -1 : programs.findIndex((file) => isSame(file, ownProgram));
    if (link === 0) found.push(ok(`${name} is zccache, by ${programs[0]}`));
    else if (link > 0) {
      found.push(warning(
        `${programs[link]} is zccache, but ${programs[0]} is found first`,
        "put its folder earlier on PATH",
      ));
    }
    const other = programs.find((file) => /\/(ccache|sccache)$/.test(realPath(file)));
    if (other !== undefined) {
      found.push(note(`${other} leads to another cache`, "have one cache before the compiler, not two"));
    }
  }
  return found.length > 0
    ? found
    : [ok("no links stand before the compilers; call them as zccache COMPILER …")];
}

function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    if (error instanceof Error) return path;
    throw error;
  }
}
