/**
 * Every variable that a tool asks for while it runs counts, unless the list says why it can't matter: set to something
 * else, it is no hit.
 */
import assert from "node:assert/strict";
import { assertOk, type Need, Rig, testWith } from "../rig.ts";
import { rustEnvironment } from "../rig/rust.ts";

const FILES = {
  "a.c": '#include <stdio.h>\nint main(void) { int unused; return puts("a") < 0; }\n',
  "a.cpp": '#include <string>\nint main() { return std::string("a").size() == 0; }\n',
  "a.s": "nop\n",
  "a.rs": "pub fn f() -> i32 { 1 }\n",
  "m.rs": 'fn main() {\n    println!("m");\n}\n',
  "out/.keep": "",
};

interface Row {
  readonly needs: readonly Need[];
  readonly argv: string;
  /** Commands that make what it needs. */
  readonly before?: readonly string[];
}

const ROWS: readonly Row[] = [
  { needs: ["gcc"], argv: "gcc -c a.c -Wall -MD" },
  { needs: ["gcc"], argv: "gcc -c a.c -g -gsplit-dwarf -fstack-usage" },
  { needs: ["gcc"], argv: "gcc -c a.c -O2 -flto -frandom-seed=1" },
  { needs: ["g++"], argv: "g++ -c a.cpp -O2 --coverage" },
  { needs: ["gcc"], argv: "gcc -c a.s" },
  { needs: ["clang"], argv: "clang -c a.c -Wall -g -MD" },
  { needs: ["clang"], argv: "clang -c a.c -O2 -flto" },
  { needs: ["x86_64-w64-mingw32-gcc"], argv: "x86_64-w64-mingw32-gcc -c a.c" },
  { needs: ["gcc"], argv: "gcc a.o -o a", before: ["gcc -c a.c"] },
  { needs: ["gcc"], argv: "gcc a.c -o a" },
  { needs: ["clang", "ld.lld"], argv: "clang a.o -fuse-ld=lld -o a", before: ["gcc -c a.c"] },
  { needs: ["gcc", "ld"], argv: "ld -r a.o -o b.o", before: ["gcc -c a.c"] },
  { needs: ["gcc", "ar"], argv: "ar rcs a.a a.o", before: ["gcc -c a.c", "rm -f a.a"] },
  { needs: ["gcc", "llvm-ar-14"], argv: "llvm-ar-14 rcs a.a a.o", before: ["gcc -c a.c", "rm -f a.a"] },
  { needs: ["clang-tidy"], argv: "clang-tidy a.c --" },
  { needs: ["include-what-you-use"], argv: "include-what-you-use a.c" },
  { needs: ["rustc"], argv: "rustc --crate-name a --crate-type lib --emit=dep-info,link --out-dir out a.rs" },
  {
    needs: ["rustc", "cc"],
    argv: "rustc --crate-name m --crate-type bin --emit=dep-info,link --out-dir out m.rs",
  },
  {
    needs: ["clippy-driver"],
    argv: "clippy-driver --crate-name a --crate-type lib --emit=dep-info,metadata --out-dir out a.rs",
  },
  { needs: ["rustfmt"], argv: "rustfmt --check m.rs" },
];

/** Variables that are asked for and need not be in a key, and why. */
const IRRELEVANT: readonly (readonly [names: RegExp, because: string, where?: RegExp])[] = [
  [/^(ASKED_VARIABLES|LD_PRELOAD)$/, "they are this test's"],
  [/^(TMPDIR|TMP|TEMP|TEMPDIR)$/, "they say where files go that are removed again"],
  [/^(CARGO_)?MAKEFLAGS|MFLAGS$/, "they lead to the job server"],
  [/^(PATH|HOME|CARGO_HOME|RUSTUP_.*)$/, "what they lead to is what counts"],
  [/^PWD$/, "it counts where it is another name of the folder"],
  [/^(TERM|NO_COLOR|COLORTERM)$/, "they count on a terminal"],
  [/^DEB_BUILD_OPTIONS$/, "it is asked for after a crash"],
  [/^(LIBRARY_PATH|LPATH)$/, "only links look there", / -c /],
  [/^ROCM_PATH$/, "HIP's sources are not cached", / -c /],
  [/^LLVM_OVERRIDE_PRODUCER$/, "it stands in code, and there is none", /^rustfmt/],
  [/^MSYSCON$/, "it tells of a terminal of Windows", /^rustfmt/],
  [/^bar$/, "LLVM asks to keep code from being left out, and does nothing"],
  [/^(OPENSSL_.*|SSLKEYLOGFILE)$/, "rustup's downloads are their matter"],
  [/^LLVM_IGNORED_ENV_VAR$/, "its name says so"],
];

function isIrrelevant(name: string, argv: string): boolean {
  return IRRELEVANT.some(([names, , where]) => names.test(name) && (where?.test(argv) ?? true));
}

for (const { needs, argv, before = [] } of ROWS) {
  testWith([...needs, "gcc"], `every variable that is asked for counts: ${argv}`, async () => {
    await using rig = await Rig.open({ env: rustEnvironment() });
    rig.fresh(FILES);
    const words = argv.split(" ");
    const prepare = async () => {
      for (const command of before) assertOk(await rig.bare(command.split(" ")));
    };
    await prepare();
    const asked = await askedVariables(rig, words);
    const wrapped = async (env: Record<string, string> = {}) => {
      await prepare();
      return await rig.wrapped(words, { env });
    };
    await prepare();
    await rig.settled();
    assertOk(await wrapped());
    assert.equal((await rig.counting(() => wrapped())).cached, 1, "the command is cached");
    const counting: string[] = [];
    for (const name of asked.filter((name) => !isIrrelevant(name, argv))) {
      const { cached } = await rig.counting(() => wrapped({ [name]: "/no/such/place" }));
      if (cached > 0) counting.push(name);
    }
    assert.deepEqual(counting, [], "these do not count");
  });
}

/** The names that a tool and the programs which it runs ask for, sorted. */
async function askedVariables(rig: Rig, argv: readonly string[]): Promise<readonly string[]> {
  const library = `${rig.base}/asked.so`;
  const source = new URL("../rig/asked_variables.c", import.meta.url).pathname;
  assertOk(await rig.bare(["gcc", "-shared", "-fPIC", source, "-o", library]));
  const log = `${rig.base}/asked`;
  Deno.writeTextFileSync(log, "");
  assertOk(await rig.bare(argv, { env: { LD_PRELOAD: library, ASKED_VARIABLES: log } }));
  const names = [...new Set(Deno.readTextFileSync(log).split("\n"))].filter((name) => name !== "");
  assert.ok(names.length > 0, "the tool asks for variables");
  return names.sort();
}
