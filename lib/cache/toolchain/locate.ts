import { PATHS, type Uncacheable, uncacheable } from "../../core/mod.ts";
import type { FileId, FileView, Generation } from "../../files/mod.ts";
import { type Call, detectTool, type ToolFamily, transparentWrapper } from "../../tools/mod.ts";
import { nameOf, type Paths, realPath } from "../paths.ts";
import { Premises } from "../premises.ts";
import { isProgram, isScript } from "./programs.ts";
import { readTrackedText } from "../text_reader.ts";

/** A program found as the caller's shell would find it. */
export interface Located {
  readonly family: ToolFamily;
  /** Whether it is a script that may do anything. */
  readonly isScript: boolean;
  /** What is executed: absolute, links not followed (drivers find their parts by their own path). */
  readonly path: string;
  /** `argv[0]` for it. */
  readonly name: string;
  /** The caller's arguments, with those that wrapper scripts put around them. */
  readonly args: readonly string[];
  /** The scripts and links on the way, the program last. */
  readonly files: readonly FileId[];
  /** Places where another program of the name would be found first. */
  readonly absent: readonly string[];
  /** What stands in such places and is no program, or is ours. */
  readonly passedOver: readonly FileId[];
  /** Those of them that could not be run. */
  readonly idle: readonly string[];
}

/** How many scripts may wrap one another. */
const MAX_WRAPPERS = 4;

/** How many programs are remembered; then all are looked for again. */
const MAX_KNOWN = 1000;

/** A program that was found, and what must be so for it to be found again. */
interface Known {
  readonly located: Omit<Located, "args">;
  /** What the scripts on the way put around the caller's arguments. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly premises: Premises;
  /** When it was found, by the view's time and the wall clock. */
  readonly asOf: Generation;
  readonly asOfMs: number;
}

/** Finds programs; `isOurs` tells zccache's own executables, which a search steps over. */
export class Locator {
  readonly #view: FileView;
  readonly #paths: Paths;
  readonly #isOurs: (path: string) => boolean;
  readonly #known = new Map<string, Known>();

  constructor(view: FileView, paths: Paths, isOurs: (path: string) => boolean) {
    this.#view = view;
    this.#paths = paths;
    this.#isOurs = isOurs;
  }

  /** The tool a call runs, seen through wrapper scripts; or why it isn't one to cache. */
  locate(call: Call): Located | Uncacheable {
    const key = [call.name, call.cwd, call.env.get("PATH") ?? ""].join("\0");
    let known = this.#known.get(key);
    if (known === undefined || !this.#holds(known)) {
      const found = this.#search(call);
      if ("kind" in found) return found;
      known = found;
      if (this.#known.size >= MAX_KNOWN) this.#known.clear();
      this.#known.set(key, known);
    }
    return { ...known.located, args: [...known.before, ...call.args, ...known.after] };
  }

  /** Whether everything is as it was found, its rights to be executed too. */
  #holds({ located, premises, asOf, asOfMs }: Known): boolean {
    const untouched = (id: FileId) => this.#view.unchangedSince(id, asOf, asOfMs);
    return premises.hold(this.#view) && located.files.every(untouched) && located.passedOver.every(untouched);
  }

  #search(call: Call): Known | Uncacheable {
    const asOf = this.#view.generation;
    const asOfMs = Date.now();
    const files: FileId[] = [];
    const absent: string[] = [];
    const passedOver: FileId[] = [];
    const idle: string[] = [];
    const before: string[] = [];
    const after: string[] = [];
    let name = call.name;
    for (let depth = 0; depth < MAX_WRAPPERS; depth++) {
      const path = this.#find(name, call, { absent, passedOver, idle });
      if (path === undefined) return uncacheable("unknown-tool", name);
      files.push(this.#view.track(path));
      const found = (family: ToolFamily, isScript: boolean): Known => ({
        located: { family, isScript, path, name, files, absent, passedOver, idle },
        before,
        after,
        premises: new Premises(this.#view, [...files, ...passedOver], { absent, idle }),
        asOf,
        asOfMs,
      });
      if (!isScript(path)) {
        const family = detectTool(realPath(path), nameOf(PATHS.slashed(name)));
        return family === undefined
          ? uncacheable("unknown-tool", nameOf(PATHS.slashed(name)))
          : found(family, false);
      }
      // a script is only of interest if it's called like a tool
      const family = detectTool(path, nameOf(PATHS.slashed(name)));
      if (family === undefined && depth === 0) {
        return uncacheable("unknown-tool", nameOf(PATHS.slashed(name)));
      }
      const script = readTrackedText(this.#view, path);
      const inner = script === undefined ? undefined : transparentWrapper(script);
      if (inner === undefined) {
        return family === undefined ? uncacheable("opaque-wrapper", path) : found(family, true);
      }
      name = inner.target;
      before.unshift(...inner.args);
      after.push(...inner.lastArgs);
    }
    return uncacheable("opaque-wrapper", call.name);
  }

  #find(
    name: string,
    call: Call,
    { absent, passedOver, idle }: { absent: string[]; passedOver: FileId[]; idle: string[] },
  ): string | undefined {
    const file = PATHS.executable(PATHS.slashed(name));
    if (file.includes("/")) {
      const path = this.#paths.resolve(call.cwd, file);
      return isProgram(path) ? path : undefined;
    }
    for (const folder of (call.env.get("PATH") ?? "").split(PATHS.listSeparator)) {
      const path = this.#paths.resolve(call.cwd, `${folder === "" ? "." : folder}/${file}`);
      if (!this.#view.exists(path)) {
        absent.push(path);
        continue;
      }
      const runs = isProgram(path);
      if (runs && !this.#isOurs(path)) return path;
      passedOver.push(this.#view.track(path));
      if (!runs) idle.push(path);
    }
    return undefined;
  }
}
