import { type Uncacheable, uncacheable } from "../core/mod.ts";
import type { FileId, FileView } from "../files/mod.ts";
import { type Call, detectTool, type ToolFamily, transparentWrapper } from "../tools/mod.ts";
import { nameOf, type Paths } from "./paths.ts";
import { readTrackedText } from "./text_reader.ts";

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
}

/** How many scripts may wrap one another. */
const MAX_WRAPPERS = 4;

/** Finds programs; `isOurs` tells zccache's own executables, which a search steps over. */
export class Locator {
  readonly #view: FileView;
  readonly #paths: Paths;
  readonly #isOurs: (path: string) => boolean;

  constructor(view: FileView, paths: Paths, isOurs: (path: string) => boolean) {
    this.#view = view;
    this.#paths = paths;
    this.#isOurs = isOurs;
  }

  /** The tool a call runs, seen through wrapper scripts; or why it isn't one to cache. */
  locate(call: Call): Located | Uncacheable {
    const files: FileId[] = [];
    const absent: string[] = [];
    const passedOver: FileId[] = [];
    let name = call.name;
    let args = call.args;
    for (let depth = 0; depth < MAX_WRAPPERS; depth++) {
      const path = this.#find(name, call, { absent, passedOver });
      if (path === undefined) return uncacheable("unknown-tool", name);
      files.push(this.#view.track(path));
      const around = { path, name, args, files, absent, passedOver };
      if (!isScript(path)) {
        const family = detectTool(Deno.realPathSync(path), nameOf(name));
        if (family === undefined) return uncacheable("unknown-tool", nameOf(name));
        return { family, isScript: false, ...around };
      }
      // a script is only of interest if it's called like a tool
      const family = detectTool(path, nameOf(name));
      if (family === undefined && depth === 0) return uncacheable("unknown-tool", nameOf(name));
      const script = readTrackedText(this.#view, path);
      const inner = script === undefined ? undefined : transparentWrapper(script);
      if (inner === undefined) {
        return family === undefined
          ? uncacheable("opaque-wrapper", path)
          : { family, isScript: true, ...around };
      }
      name = inner.target;
      args = [...inner.args, ...args, ...inner.lastArgs];
    }
    return uncacheable("opaque-wrapper", call.name);
  }

  #find(
    name: string,
    call: Call,
    { absent, passedOver }: { absent: string[]; passedOver: FileId[] },
  ): string | undefined {
    if (name.includes("/")) {
      const path = this.#paths.resolve(call.cwd, name);
      return isProgram(path) ? path : undefined;
    }
    for (const folder of (call.env.get("PATH") ?? "").split(":")) {
      const path = this.#paths.resolve(call.cwd, `${folder === "" ? "." : folder}/${name}`);
      if (!this.#view.exists(path)) absent.push(path);
      else if (isProgram(path) && !this.#isOurs(path)) return path;
      else passedOver.push(this.#view.track(path));
    }
    return undefined;
  }
}

function isProgram(path: string): boolean {
  try {
    const info = Deno.statSync(path);
    return info.isFile && ((info.mode ?? 0o111) & 0o111) !== 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) return false;
    if (error instanceof Deno.errors.NotADirectory || error instanceof Deno.errors.FilesystemLoop) {
      return false;
    }
    throw error;
  }
}

/** Whether the file begins with `#!`. */
function isScript(path: string): boolean {
  using file = Deno.openSync(path);
  const mark = new Uint8Array(2);
  return file.readSync(mark) === 2 && mark[0] === 0x23 && mark[1] === 0x21;
}
