import type { Random } from "./random.ts";
import { INCLUDE_OPTIONS } from "./steps.ts";
import { LIBRARIES, LIBRARY_FOLDERS, MAINS, VERSION_SCRIPT } from "./libraries.ts";
import { TIDY_UNITS } from "./tidy.ts";
import type { World } from "./world.ts";

/** A command that is run bare and through the cache, to be compared. */
export interface Call {
  /** The command; `output` is the path to write, without its ending. */
  argv(output: string): readonly string[];
  /** The program of the bare run, where it isn't the same. */
  readonly bare?: string;
  /** What is written, without its ending; nothing else writes there. */
  readonly output: string;
}

/** What a trial is about: all of it, or only what one kind of tool reads, for which there is more of it then. */
export type Subject = typeof SUBJECTS[number];
export const SUBJECTS = ["all", "compiles", "links", "findings"] as const;

interface Kind {
  readonly weight: number;
  readonly about: Exclude<Subject, "all">;
  make(world: World, random: Random): Call;
}

/** Compiling is most of what happens, and clang takes three times as long. */
const KINDS: readonly Kind[] = [
  { weight: 70, about: "compiles", make: (world, random) => compileCall(world, random, { compiler: "gcc" }) },
  {
    weight: 8,
    about: "compiles",
    make: (world, random) => compileCall(world, random, { compiler: "clang" }),
  },
  {
    weight: 8,
    about: "compiles",
    make: (world, random) => compileCall(world, random, { compiler: "gcc", links: true }),
  },
  { weight: 10, about: "links", make: linkCall },
  { weight: 3, about: "links", make: archiveCall },
  { weight: 3, about: "findings", make: tidyCall },
];

/** A call of any kind that the trial is about. */
export function randomCall(world: World, random: Random, subject: Subject): Call {
  const kinds = KINDS.filter(({ about }) => subject === "all" || subject === about);
  return random.weighted(kinds).make(world, random);
}

/** A unit compiled, and perhaps linked at once: then the run is observed. */
function compileCall(
  world: World,
  random: Random,
  { compiler, links = false }: { readonly compiler: string; readonly links?: boolean },
): Call {
  const unit = random.pick(world.units()) ?? "src/u0.c";
  const flags = links ? [] : random.pick([["-MD"], ["-MMD"], ["-MMD", "-MP"], []]) ?? [];
  const how = links ? ["-shared", "-fPIC"] : ["-c"];
  const suffix = `${compiler === "clang" ? "-clang" : ""}${links ? "-linked" : ""}`;
  return unitCall(world, unit, { program: compiler, how, flags, suffix });
}

/** The compile of one unit, in a given manner. */
export function unitCall(
  world: World,
  unit: string,
  { program, bare, how = ["-c"], flags = [], suffix = "" }: {
    readonly program: string;
    readonly bare?: string;
    readonly how?: readonly string[];
    readonly flags?: readonly string[];
    readonly suffix?: string;
  },
): Call {
  const name = unit.slice(unit.lastIndexOf("/") + 1, -2);
  const mode = world.mode;
  return {
    argv: (output) => {
      const depfile = flags.length > 0 ? [...flags, "-MF", `${output}.d`, "-MT", "target"] : [];
      return [
        program,
        "-O0",
        ...INCLUDE_OPTIONS,
        `-DMODE=${mode}`,
        ...how,
        unit,
        "-o",
        `${output}.o`,
        ...depfile,
      ];
    },
    output: `out/${name}${suffix}`,
    ...(bare === undefined ? {} : { bare }),
  };
}

const LINKERS = ["ld", "ld.gold", "ld.lld", "gcc", "clang"] as const;

/** A library from one of the mains and what it needs, found in the folders of libraries. */
function linkCall(_world: World, random: Random): Call {
  const linker = random.pick(LINKERS) ?? "ld";
  const main = random.below(MAINS);
  const isDriver = !linker.startsWith("ld");
  const folders = LIBRARY_FOLDERS.map((folder) => `-L${folder}`);
  const libraries = [main, main + 1].map((index) => `-lf${index % LIBRARIES}`);
  const script = random.below(3) === 0 ? [`--version-script=${VERSION_SCRIPT}`] : [];
  // without a name of its own the library is called after its file
  const options = ["-soname=made.so", ...script].map((option) => isDriver ? `-Wl,${option}` : option);
  const driver = linker === "clang" ? ["-nostdlib", "-fuse-ld=lld"] : isDriver ? ["-nostdlib"] : [];
  return {
    // by its path: linkers name themselves as they were started
    argv: (output) =>
      [`/usr/bin/${linker}`, ...driver, "-shared", `pool/main${main}.o`, ...folders, ...libraries, ...options]
        .concat("-o", `${output}.o`),
    output: `out/main${main}-${linker}`,
  };
}

/** An archive that is made, or added to if it's there. */
function archiveCall(_world: World, random: Random): Call {
  const index = random.below(LIBRARIES);
  const operation = random.pick(["rcs", "qc", "rcsT"]) ?? "rcs";
  const members = [random.below(2), 2].map((variety) => `pool/f${index}_${variety}.o`);
  return {
    argv: (output) => ["/usr/bin/ar", operation, `${output}.o`, ...members],
    output: `out/archive-${operation}-${index}`,
  };
}

/** A look at a unit: by the database, or with the arguments given. */
function tidyCall(world: World, random: Random): Call {
  const unit = `src/t${random.below(TIDY_UNITS)}.c`;
  const args = random.below(2) === 0
    ? ["-p", ".", unit]
    : [unit, "--", ...INCLUDE_OPTIONS, `-DMODE=${world.mode}`];
  return { argv: () => ["/usr/bin/clang-tidy", "--quiet", ...args], output: "out/tidy" };
}
