import type { Rig } from "../rig.ts";
import { Checkouts, ROOT } from "../rig/checkouts.ts";

/** A small program whose files name each other, by paths that show in the results. */
export const FILES = {
  "src/a.c": `#include "x.h"
#include <stdio.h>
static int unused;
int helper(int v) { return v + X; }
const char *here(void) { puts(__BASE_FILE__); return x_file(); }
int main(void) { puts(here()); return helper(1) == 3; }
`,
  "src/b.cpp": `#include "x.h"
#include <string>
namespace { struct S { std::string s; S() : s(x_file()) {} } s; }
template <class T> struct Box { T t; const char *where() const { return __builtin_FILE(); } };
int g() { auto l = [](int i) { return s.s[i]; }; return l(0) + *Box<int>{1}.where(); }
`,
  "src/warns.c": `#include "warns.h"\nint w(void) { int unused_here; return bad(); }\n`,
  "inc/x.h": `#define X 1\nstatic inline const char *x_file(void) { return __FILE__; }\n`,
  "inc/warns.h": `static inline int bad(void) { int y; return y; }\n`,
  "inc/forced.h": "#define FORCED 1\n",
  "build/flags.rsp": "",
};

/** Files that differ between checkouts by nothing but their paths. */
export async function openSample(rig: Rig): Promise<Checkouts> {
  const checkouts = await Checkouts.worktrees(rig, FILES);
  for (const folder of checkouts.folders) {
    rig.write({ "build/flags.rsp": `-g "-I${folder}/inc" -c ${folder}/src/a.c` }, folder);
    await rig.settled(folder);
  }
  return checkouts;
}

/** How the sample's headers are found. */
export const INC = `-I${ROOT}/inc`;
/** A compile of the sample. */
export const A = ["-c", `${ROOT}/src/a.c`, INC];

/** One whose result holds all kinds of paths, and that says something. */
export const COMPILE = ["gcc", "-g", "-Wall", ...A, "-MD"];
