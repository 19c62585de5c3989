import { versionOf } from "../peers/peer.ts";

/** The pair that compiles. */
export interface Compilers {
  readonly c: string;
  readonly cxx: string;
}

const PAIRS: readonly Compilers[] = [{ c: "gcc", cxx: "g++" }, { c: "clang", cxx: "clang++" }, {
  c: "cc",
  cxx: "c++",
}];

/** The first pair that is installed, or the one asked for by its C compiler's name. Throws `Error` if there is none. */
export async function findCompilers(wanted?: string): Promise<Compilers> {
  const pairs = wanted === undefined ? PAIRS : [pairOf(wanted)];
  for (const pair of pairs) {
    if (await versionOf(pair.c) !== undefined && await versionOf(pair.cxx) !== undefined) return pair;
  }
  throw new Error(
    `Cannot compile: none of ${pairs.map((p) => `${p.c} and ${p.cxx}`).join(", ")} is installed`,
  );
}

/** gcc-12 → g++-12, clang-14 → clang++-14, x-cc → x-c++. */
function pairOf(c: string): Compilers {
  if (c.includes("clang")) return { c, cxx: c.replace("clang", "clang++") };
  if (c.includes("gcc")) return { c, cxx: c.replace("gcc", "g++") };
  return { c, cxx: c.replace(/cc(?=[^/]*$)/, "c++") };
}
