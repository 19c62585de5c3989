import type { CargoProject } from "../rust/cargo_project.ts";
import { WORKSPACE } from "../rust/workspace.ts";
import type { Random } from "./random.ts";

/** A cargo workspace that changes, and how it is built. */
export class RustWorld {
  readonly project: CargoProject;
  /** Variables of the builds; with one job at a time it's fixed what was built when another fails. */
  readonly env: Record<string, string> = { CARGO_BUILD_JOBS: "1" };
  loud = false;

  constructor(project: CargoProject) {
    this.project = project;
  }

  read(path: string): string {
    return Deno.readTextFileSync(this.project.rig.at(path));
  }

  write(path: string, text: string): void {
    this.project.rig.write({ [path]: text });
  }

  /** Moves a file; nothing happens if it's not there. */
  move(from: string, to: string): boolean {
    try {
      this.write(to, this.read(from));
      Deno.removeSync(this.project.rig.at(from));
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }
}

/** One kind of change; it says what it did. Values are few, so that states come back. */
export interface RustStep {
  readonly name: string;
  readonly weight: number;
  run(world: RustWorld, random: Random): string | Promise<string>;
}

const DEEP = ["core/src/nested/deep.rs", "core/src/nested/deep/mod.rs"] as const;

/** Writes one of a few texts to a file. */
function edit(path: string, texts: readonly string[]): RustStep["run"] {
  return (world, random) => {
    const text = random.pick(texts) ?? "";
    world.write(path, text);
    return `${path} := ${JSON.stringify(text)}`;
  };
}

/** Sets a variable to one of a few values; an empty one unsets it. */
function variable(name: string, values: readonly string[]): RustStep["run"] {
  return (world, random) => {
    const value = random.pick(values) ?? "";
    if (value === "") delete world.env[name];
    else world.env[name] = value;
    return `${name}=${value}`;
  };
}

/** Has a crate's manifest name another version. */
function version(path: string): RustStep["run"] {
  return (world, random) => {
    const number = `0.${1 + random.below(2)}.${random.below(2)}`;
    world.write(path, world.read(path).replace(/^version = ".*"$/m, `version = "${number}"`));
    return `${path}: ${number}`;
  };
}

const PART = "app/src/part.rs";

export const RUST_STEPS: readonly RustStep[] = [
  {
    name: "source",
    weight: 4,
    run: (world, random) => {
      const body = random.pick(["x + 1", "x + 2", "x /* more */ + 1", "x +", "{ let unused = 1; x }"]);
      const path = random.pick(DEEP) ?? DEEP[0];
      const other = DEEP.find((place) => place !== path) ?? path;
      // the module is in one of its two forms: in both, it's an error
      if (random.below(4) > 0) world.move(other, path);
      world.write(path, `pub fn add(x: u32) -> u32 { ${body} }\n`);
      return `${path}: ${body}`;
    },
  },
  {
    name: "module",
    weight: 1,
    run: (world) => world.move(DEEP[0], DEEP[1]) ? "moved" : `back: ${world.move(DEEP[1], DEEP[0])}`,
  },
  { name: "included file", weight: 3, run: edit("core/src/greeting.txt", ["hello\n", "hi\n", "good day\n"]) },
  { name: "file of a macro", weight: 2, run: edit("core/suffix.txt", ["-a\n", "-b\n"]) },
  { name: "variable", weight: 2, run: variable("APP_GREETING", ["", "one", "two"]) },
  { name: "variable of a macro", weight: 1, run: variable("NAME_SUFFIX", ["", "-x"]) },
  { name: "build script's input", weight: 2, run: edit("sys/constant.txt", ["0\n", "1\n", "-1\n"]) },
  {
    name: "C source",
    weight: 1,
    run: edit("sys/twice.c", [
      "int twice(int x) { return 2 * x; }\n",
      "int twice(int x) { return x + x + 1; }\n",
    ]),
  },
  {
    name: "build script",
    weight: 1,
    run: (world, random) => {
      const text = (WORKSPACE["sys/build.rs"] ?? "").replace("i32 = {}", `i32 = ${random.below(2)} + {}`);
      world.write("sys/build.rs", text);
      return "adds to its output";
    },
  },
  {
    name: "feature",
    weight: 2,
    run: (world) => `loud ${world.loud = !world.loud}`,
  },
  { name: "a dependency's version", weight: 1, run: version("core/Cargo.toml") },
  { name: "the program's version", weight: 1, run: version("app/Cargo.toml") },
  {
    name: "warning",
    weight: 1,
    run: (world, random) => {
      const more = random.below(2) === 0 ? "" : "fn nobody_calls_this() {}\n";
      world.write(PART, `${WORKSPACE[PART]}${more}`);
      return `${PART} += ${more}`;
    },
  },
  {
    name: "restart",
    weight: 1,
    run: async (world) => {
      await world.project.rig.wrapped(["stop"]);
      return "stopped";
    },
  },
];
