import fs from "node:fs";
import { Random } from "./random.ts";

/** Folders of headers in the order in which they are searched; some come and go. */
export const INCLUDE_FOLDERS = ["zero", "one", "two/deep", "current", "three"] as const;
/** How many different headers units may include. */
export const HEADERS = 14;
const UNITS = 12;
/** What commands write; files in there may go while one looks. */
const OUTPUTS = "out";

/** The generated project: what the random steps change and the compilers read. */
export class World {
  readonly folder: string;
  /** The value of -DMODE. */
  mode = 0;
  /** A state of the sources that was put aside, to come back to as a checkout of another branch would. */
  saved: ReadonlyMap<string, string> | undefined;

  constructor(folder: string, seed: number) {
    this.folder = folder;
    const random = new Random(seed);
    for (const name of ["src", "out", "one", "two/deep", "alternative", "three", "parked"]) {
      fs.mkdirSync(this.at(name), { recursive: true });
    }
    for (let i = 0; i < HEADERS; i++) {
      const place = random.pick(["one", "two/deep", "three", "src", "alternative"]) ?? "one";
      this.write(`${place}/h${i}.h`, headerText(i, valueFrom(random)));
      if (place === "alternative" || random.below(3) === 0) {
        this.write(`three/h${i}.h`, headerText(i, valueFrom(random)));
      }
    }
    for (let i = 0; i < UNITS; i++) this.write(`src/u${i}.c`, unitText(random));
    fs.symlinkSync("alternative", this.at("current"));
  }

  /** An absolute path. */
  at(path: string): string {
    return `${this.folder}/${path}`;
  }

  /** Writes a file by truncating it, as most programs do. */
  write(path: string, text: string): void {
    fs.writeFileSync(this.at(path), text);
  }

  /** Headers that exist as files, by relative path, not through linked folders. */
  headers(): string[] {
    return this.#paths((path, kind) => kind === "file" && path.endsWith(".h"));
  }

  /** Sources that exist. */
  units(): string[] {
    return this.#paths((path) => /^src\/u\d+\.c$/.test(path));
  }

  /** Links to headers. */
  links(): string[] {
    return this.#paths((path, kind) => kind === "link" && path.endsWith(".h"));
  }

  /** Folders of headers that exist now. */
  folders(): string[] {
    return [...INCLUDE_FOLDERS, "alternative", "parked"].filter((path) => fs.existsSync(this.at(path)));
  }

  #paths(wanted: (path: string, kind: "file" | "link") => boolean): string[] {
    const found: string[] = [];
    const visit = (folder: string) => {
      for (const entry of fs.readdirSync(this.at(folder), { withFileTypes: true })) {
        const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
        if (path === OUTPUTS) continue;
        if (entry.isDirectory()) visit(path);
        else if (wanted(path, entry.isSymbolicLink() ? "link" : "file")) found.push(path);
      }
    };
    visit("");
    return found.sort();
  }

  /** All texts, to come back to. */
  texts(): Map<string, string> {
    const paths = this.#paths((path, kind) => kind === "file" && /\.[ch]$/.test(path));
    return new Map(paths.map((path) => [path, fs.readFileSync(this.at(path), "utf8")]));
  }
}

/** A header: one macro, of the same size whatever the value. */
export function headerText(index: number, value: number): string {
  return `#undef V${index}\n#define V${index} ${value}\n`;
}

/** A value of four digits. */
export function valueFrom(random: Random): number {
  return 1000 + random.below(9000);
}

/** The number in a header's name. */
export function indexOf(header: string): number {
  return Number(/h(\d+)\.h$/.exec(header)?.[1] ?? 0);
}

/** A unit that includes a few headers, in either form, and one if it's there. */
export function unitText(random: Random): string {
  const used = Array.from({ length: 2 + random.below(4) }, () => random.below(HEADERS));
  const includes = used.map((i) => random.below(2) === 0 ? `#include "h${i}.h"\n` : `#include <h${i}.h>\n`);
  const optional = random.below(HEADERS + 4);
  return includes.join("") +
    `#if __has_include("h${optional}.h")\n#include "h${optional}.h"\n#endif\n` +
    `#ifndef V${optional}\n#define V${optional} 0\n#endif\n` +
    `int values[] = { ${[...used, optional].map((i) => `V${i}`).join(", ")}, MODE };\n`;
}
