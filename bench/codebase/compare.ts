import { Buffer } from "node:buffer";
import { filesBelow } from "./units.ts";

/** What distinguishes the compiled files of two builds. */
export interface Comparison {
  /** How many files were in both and the same, byte for byte. */
  readonly same: number;
  /** Paths that are in one only, or differ. */
  readonly different: readonly string[];
}

/** Compares the objects and dependency files below two folders. */
export async function compareOutputs(one: string, other: string): Promise<Comparison> {
  const names = new Set([...await compiled(one), ...await compiled(other)]);
  const different: string[] = [];
  for (const name of names) {
    if (!await sameBytes(`${one}/${name}`, `${other}/${name}`)) different.push(name);
  }
  return { same: names.size - different.length, different };
}

async function compiled(folder: string): Promise<string[]> {
  const names = await Array.fromAsync(filesBelow(folder, "."));
  return names.filter((name) => /\.(o|obj|lo|d)$/.test(name));
}

async function sameBytes(one: string, other: string): Promise<boolean> {
  try {
    const [a, b] = await Promise.all([Deno.readFile(one), Deno.readFile(other)]);
    return Buffer.from(a.buffer).equals(b);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
