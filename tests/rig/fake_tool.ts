import { assertOk, type Rig, which } from "../rig.ts";

/** A compiler that reports each call, and waits where it's told to; it runs the real one. */
export class FakeTool {
  /** The program; its name is the real tool's. */
  readonly path: string;
  readonly #folder: string;

  private constructor(folder: string, name: string) {
    this.#folder = folder;
    this.path = `${folder}/${name}`;
  }

  /** Builds one in a folder of its own. `flags` may change its bytes (`-DX=1`). */
  static async build(rig: Rig, name: string, flags: readonly string[] = []): Promise<FakeTool> {
    const folder = rig.folder({}, `tool-${name}-${crypto.randomUUID().slice(0, 8)}`);
    const tool = new FakeTool(folder, name);
    await tool.rebuild(rig, flags);
    return tool;
  }

  /** Puts another build in its place, as an upgrade of the compiler would. */
  async rebuild(rig: Rig, flags: readonly string[]): Promise<void> {
    const name = this.path.slice(this.path.lastIndexOf("/") + 1);
    const source = new URL("fake_tool.c", import.meta.url).pathname;
    const real = `-DREAL_TOOL="${which(name)}"`;
    assertOk(
      await rig.bare(["gcc", "-O0", real, ...flags, "-o", `${this.path}.new`, source], { in: rig.base }),
    );
    // A compiler that was installed this second is not trusted yet, rightly; this one is older.
    await Deno.utime(`${this.path}.new`, 1_700_000_000, 1_700_000_000);
    await Deno.rename(`${this.path}.new`, this.path);
  }

  /** The arguments of every call so far that compiled something. */
  compiles(): string[] {
    return this.calls().filter((line) => / ?-c /.test(`${line} `) && !line.includes("-###"));
  }

  /** The arguments of every call so far. */
  calls(): string[] {
    try {
      return Deno.readTextFileSync(`${this.#folder}/calls`).split("\n").slice(0, -1);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }

  /** What the last compile got from its parent: mask, folder, limits, signals, descriptors. */
  state(): string {
    return Deno.readTextFileSync(`${this.#folder}/state`);
  }

  /** Makes the next compile leave a process behind that holds all its descriptors for three seconds. */
  leaveBehind(): void {
    Deno.writeTextFileSync(`${this.#folder}/leave-behind`, "");
  }

  /** Makes the tool keep silent about itself until `answer`. */
  holdAnswers(): void {
    Deno.writeTextFileSync(`${this.#folder}/hold-answers`, "");
  }

  /** Lets it answer again. */
  answer(): void {
    Deno.removeSync(`${this.#folder}/hold-answers`);
  }

  /** Makes the next compile wait before or after the real tool runs. */
  hold(when: "before" | "after"): void {
    Deno.writeTextFileSync(`${this.#folder}/hold-${when}`, "");
  }

  /**
   * Resolves when a held compile has arrived, or when the compile (if given) has ended without arriving. Throws
   * after ten seconds.
   */
  async arrived(compile?: Promise<unknown>): Promise<"held" | "ended"> {
    let ended = false;
    compile?.then(() => ended = true, () => ended = true);
    for (let i = 0; i < 10_000; i++) {
      if (isThere(`${this.#folder}/arrived`)) {
        Deno.removeSync(`${this.#folder}/arrived`);
        return "held";
      }
      if (ended) return "ended";
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    throw new Error("Cannot hold the compile: it never started");
  }

  /** Takes back a hold that no compile met. */
  letGo(): void {
    for (const order of ["hold-before", "hold-after", "arrived", "go"]) {
      if (isThere(`${this.#folder}/${order}`)) Deno.removeSync(`${this.#folder}/${order}`);
    }
  }

  /** Lets a held compile go on. */
  release(): void {
    Deno.writeTextFileSync(`${this.#folder}/go`, "");
  }
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
