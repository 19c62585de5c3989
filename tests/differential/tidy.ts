import fs from "node:fs";
import type { Random } from "./random.ts";
import { INCLUDE_OPTIONS, type Step } from "./steps.ts";
import { unitText, type World } from "./world.ts";

/** How many sources clang-tidy looks at, `src/t0.c` and on. */
export const TIDY_UNITS = 4;

const DATABASE = "compile_commands.json";
/** Where a configuration may stand, the nearest one counting. */
const CONFIGURED = ["src", "."];
const CHECKS = [
  "-*,clang-diagnostic-*,misc-redundant-expression",
  "-*,clang-diagnostic-*,readability-magic-numbers",
  "-*,cppcoreguidelines-avoid-non-const-global-variables",
  "-*,clang-diagnostic-*,misc-redundant-expression'\nWarningsAsErrors: '*",
];

/** Sources whose findings quote the headers' values, a configuration and a database. */
export function makeTidyUnits(world: World, random: Random): void {
  for (let i = 0; i < TIDY_UNITS; i++) writeUnit(world, random, i);
  writeConfig(world, ".", CHECKS[0]!);
  writeDatabase(world, random);
}

function writeUnit(world: World, random: Random, index: number): void {
  // the values don't fit, and clang says which they are
  world.write(`src/t${index}.c`, unitText(random).replace("int values", "char values"));
}

function writeConfig(world: World, folder: string, checks: string): void {
  world.write(`${folder}/.clang-tidy`, `Checks: '${checks}'\n`);
}

function writeDatabase(world: World, random: Random): string {
  const units = Array.from({ length: TIDY_UNITS }, (_, i) => `src/t${i}.c`).filter(() => random.below(8) > 0);
  const entries = units.map((file) => ({
    directory: world.folder,
    file,
    arguments: ["clang", ...INCLUDE_OPTIONS, `-DMODE=${random.below(3)}`, "-c", file],
  }));
  world.write(DATABASE, JSON.stringify(entries));
  return `${entries.length} entries`;
}

/** What happens to what clang-tidy reads besides headers. */
export const TIDY_STEPS: readonly Step[] = [
  {
    name: "configure clang-tidy",
    weight: 2,
    run: (world, random) => {
      const folder = random.pick(CONFIGURED) ?? ".";
      const checks = random.pick([...CHECKS, undefined]);
      if (checks === undefined) fs.rmSync(world.at(`${folder}/.clang-tidy`), { force: true });
      else writeConfig(world, folder, checks);
      return `${folder}: ${checks}`;
    },
  },
  {
    name: "write the compile database anew",
    weight: 1,
    run: (world, random) => writeDatabase(world, random),
  },
  {
    name: "rewrite a source for clang-tidy",
    weight: 1,
    run: (world, random) => {
      const index = random.below(TIDY_UNITS);
      writeUnit(world, random, index);
      return `src/t${index}.c`;
    },
  },
];
