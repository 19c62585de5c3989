import { PATHS } from "../../core/mod.ts";
import type { Family, Probe, Probed } from "../../tools/mod.ts";
import { folderOf, nameOf } from "../paths.ts";
import type { Located } from "./locate.ts";

/** Where a driver looks for a program that it names without a folder, before it looks on PATH: beside its own parts. */
export function ownPlaces(program: string, answer: Probed): string[] {
  return answer.programs.filter((part) => part.includes("/")).map(folderOf).flatMap((folder) => [
    `${folder}/${program}`,
    `${folder}/../../../../${answer.target}/bin/${program}`,
  ]);
}

/** Where a driver looks for its programs and specs before anywhere else: -B and COMPILER_PATH, folders or mere beginnings of paths. */
export function prefixPlaces({ args, env }: Probe, answer: Probed): string[] {
  const given = args.flatMap((arg, i) =>
    arg === "-B" ? args[i + 1] ?? [] : arg.startsWith("-B") ? arg.slice(2) : []
  );
  const listed = env.flatMap(([name, value]) =>
    name === "COMPILER_PATH" ? value.split(PATHS.listSeparator).map((folder) => folder || ".") : []
  );
  const names = [...new Set([...answer.programs.map(nameOf), "specs"])];
  const parts = answer.programs.filter((part) => part.includes("/")).map(folderOf);
  const below = new Set(["", `${answer.target}/`]);
  for (const folder of parts) below.add(`${nameOf(folderOf(folder))}/${nameOf(folder)}/`);
  return [...given, ...listed].flatMap((prefix) =>
    [prefix, `${prefix}/`].flatMap((start) =>
      [...below].flatMap((middle) => names.map((name) => start + middle + name))
    )
  );
}

/** Files that the drivers read when they exist. */
export function absentOf(family: Family, located: Located, answer: Probed): string[] {
  if (family === "msvc") return [];
  const present = new Set(answer.configFiles);
  const folders = [
    ...new Set([folderOf(located.path), ...answer.programs.filter((p) => p.includes("/")).map(folderOf)]),
  ];
  const names = family === "gcc"
    ? ["specs"]
    : ["clang.cfg", "clang++.cfg", `${answer.target}.cfg`, `${nameOf(located.path)}.cfg`];
  return folders.flatMap((folder) => names.map((name) => `${folder}/${name}`)).filter((path) =>
    !present.has(path)
  );
}
