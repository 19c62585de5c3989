import fs from "node:fs";
import type { Random } from "./random.ts";
import type { Step } from "./steps.ts";
import type { World } from "./world.ts";

/** How many libraries there are, `libf0` and on, and of how many objects each may be made. */
export const LIBRARIES = 4;
const VARIETIES = 3;
/** How many objects there are that need libraries. */
export const MAINS = 3;
/** Folders of libraries in the order in which they are searched; some come and go. */
export const LIBRARY_FOLDERS = ["lib/zero", "lib/current", "lib/one", "lib/two"] as const;
/** A script that a link may name. */
export const VERSION_SCRIPT = "lib/version.map";

const SCRIPTS = ["{ global: m*; local: *; };\n", "{ global: m*; f*; local: *; };\n", "V1 { global: m*; };\n"];

/** Makes objects and libraries for links; linkers, and not compilers, read them. */
export function makeLibraries(world: World, random: Random): void {
  for (const folder of ["pool", "lib/one", "lib/two", "lib/other"]) {
    fs.mkdirSync(world.at(folder), { recursive: true });
  }
  for (let index = 0; index < LIBRARIES; index++) {
    for (let variety = 0; variety < VARIETIES; variety++) assemble(world, { index, variety, value: variety });
    putLibrary(world, random, `${random.pick(["lib/one", "lib/two", "lib/other"])}/libf${index}`);
  }
  for (let i = 0; i < MAINS; i++) {
    const needs = `f${i}, f${(i + 1) % LIBRARIES}`;
    assembleText(world, `pool/main${i}.o`, `.globl m${i}\n.data\nm${i}: .quad ${needs}\n`);
  }
  world.write(VERSION_SCRIPT, SCRIPTS[0]!);
  fs.symlinkSync("other", world.at("lib/current"));
}

function assemble(
  world: World,
  { index, variety, value }: { readonly index: number; readonly variety: number; readonly value: number },
): void {
  const text =
    `.globl f${index}\n.data\nf${index}: .long ${value}\n.globl g${index}_${variety}\ng${index}_${variety}: .long 1\n`;
  assembleText(world, `pool/f${index}_${variety}.o`, text);
}

function assembleText(world: World, path: string, text: string): void {
  world.write("pool/source.s", text);
  runTool(world, ["as", "pool/source.s", "-o", path]);
}

function runTool(world: World, [program, ...args]: readonly string[]): void {
  const { code, stderr } = new Deno.Command(program!, { args, cwd: world.folder }).outputSync();
  if (code !== 0) {
    throw new Error(`Cannot run ${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  }
}

/** Puts a library, of some form, at a path without its ending. */
function putLibrary(world: World, random: Random, path: string): string {
  const index = Number(path.slice(-1));
  const object = `pool/f${index}_${random.below(VARIETIES)}.o`;
  const form = random.pick(["archive", "archive", "thin", "shared", "script", "added"]) ?? "archive";
  const target = `${path}.${form === "shared" || form === "script" ? "so" : "a"}`;
  if (form !== "added") fs.rmSync(world.at(target), { force: true });
  if (form === "script") world.write(target, `INPUT(${world.at(object)})\n`);
  else if (form === "shared") {
    runTool(world, ["ld", "-shared", object, "-soname", `libf${index}.so`, "-o", target]);
  } else runTool(world, ["ar", addedTo(world, target, form), target, object]);
  return `${target} := ${object} (${form})`;
}

/** A thin archive takes no member by its content. */
function addedTo(world: World, archive: string, form: string): string {
  if (form === "thin") return "rcsT";
  const isThin = fs.existsSync(world.at(archive)) &&
    fs.readFileSync(world.at(archive)).subarray(0, 7).toString() === "!<thin>";
  return isThin ? "rcsT" : "rcs";
}

function folders(world: World): string[] {
  return ["lib/zero", "lib/one", "lib/two", "lib/other"].filter((folder) => fs.existsSync(world.at(folder)));
}

function libraries(world: World): string[] {
  return folders(world).flatMap((folder) =>
    fs.readdirSync(world.at(folder)).sort().map((name) => `${folder}/${name}`)
  );
}

/** What happens to libraries. */
export const LIBRARY_STEPS: readonly Step[] = [
  {
    name: "put a library",
    weight: 8,
    run: (world, random) => {
      const folder = random.pick(folders(world)) ?? "lib/one";
      return putLibrary(world, random, `${folder}/libf${random.below(LIBRARIES)}`);
    },
  },
  {
    name: "remove a library",
    weight: 3,
    run: (world, random) => {
      const path = random.pick(libraries(world));
      if (path !== undefined) fs.rmSync(world.at(path));
      return path;
    },
  },
  {
    name: "assemble an object anew",
    weight: 4,
    run: (world, random) => {
      const which = {
        index: random.below(LIBRARIES),
        variety: random.below(VARIETIES),
        value: random.below(9),
      };
      assemble(world, which);
      return JSON.stringify(which);
    },
  },
  {
    name: "make or remove the first folder of libraries",
    weight: 2,
    run: (world, random) => {
      if (fs.existsSync(world.at("lib/zero"))) {
        fs.rmSync(world.at("lib/zero"), { recursive: true });
        return "removed";
      }
      fs.mkdirSync(world.at("lib/zero"));
      return putLibrary(world, random, `lib/zero/libf${random.below(LIBRARIES)}`);
    },
  },
  {
    name: "retarget the linked folder of libraries",
    weight: 2,
    run: (world, random) => {
      const target = random.pick(["other", "one", "two", "nowhere"]) ?? "other";
      fs.rmSync(world.at("lib/current"));
      fs.symlinkSync(target, world.at("lib/current"));
      return target;
    },
  },
  {
    name: "swap two folders of libraries",
    weight: 1,
    run: (world) => {
      fs.renameSync(world.at("lib/one"), world.at("lib/away"));
      fs.renameSync(world.at("lib/two"), world.at("lib/one"));
      fs.renameSync(world.at("lib/away"), world.at("lib/two"));
      return "";
    },
  },
  {
    name: "edit the version script",
    weight: 1.5,
    run: (world, random) => {
      const text = random.pick([...SCRIPTS, undefined]);
      if (text === undefined) fs.rmSync(world.at(VERSION_SCRIPT), { force: true });
      else world.write(VERSION_SCRIPT, text);
      return JSON.stringify(text) ?? "removed";
    },
  },
];
