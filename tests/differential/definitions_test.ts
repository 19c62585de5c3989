import assert from "node:assert/strict";
import { canBePutTogether } from "../../lib/cache/trials/name_search.ts";
import { hasBeginning, namePieces, wordPieces } from "../../lib/cache/trials/name_pieces.ts";
import { testWith } from "../rig.ts";
import { Random } from "./random.ts";

const SEED = Number(Deno.env.get("ZCCACHE_TEST_SEED") ?? 20261121);
const SOURCES = Number(Deno.env.get("ZCCACHE_TEST_STEPS") ?? 2000) / 10;

/** Few enough for them to be there, or nearly, all the time. */
const NAMES = ["AB", "A_B", "AB1", "BA2B"];

/** What lines are made of. */
const LINES = [
  "#define CAT(a, b) a##b",
  "#define VIA(a, b) CAT(a, b)",
  "#define TEXT(a) #a",
  "int a = AB;",
  "int a = A;",
  "CAT(A, B)",
  "CAT(A, _B) VIA(A_, B) VIA(A, CAT(B, 1))",
  "VIA(AB, __LINE__) VIA(VIA(BA, 2), B) VIA(B, __COUNTER__)",
  "#ifdef A_B",
  "#if defined(AB) || BA2B + 1 > 1",
  "#if __has_include(<A//B>) || AB1",
  "#else",
  "#endif",
  "#if 0",
  "/* AB */ // A_B",
  "/*",
  "*/",
  'const char *s = "A" \'B\' "/*";',
  '_Pragma("AB")',
  "_Pragma(TEXT(omp VIA(A, B)))",
  '#pragma push_macro("AB1")',
  "#pragma omp parallel num_threads(A_B)",
  "#error don't",
  "1'0 AB",
  "1'000'000 A_ B",
  'R"(" AB /* ")" */',
];

/** What is put anywhere. */
const BITS = [
  ...["A", "B", "AB", "A_", "_B", "1", "B1", "BA", "2", "x", "é", "$", "L", "u8", "R"],
  ...[
    "/*",
    "*/",
    "//",
    '"',
    "'",
    "\\",
    '\\"',
    "\\\n",
    "\\ \n",
    "\\\r\n",
    "\n",
    "\r",
    "??/\n",
    "??'",
    " ",
    "\t",
  ],
  ...["#", "##", "(", ")", ",", ".", "+", "#include <", ">", '_Pragma("', ";", "1'0", "0x1.p3'"],
];

function randomSource(random: Random): string {
  let text = "";
  for (let lines = 3 + random.below(6); lines > 0; lines--) text += `${random.pick(LINES)}\n`;
  for (let bits = random.below(5); bits > 0; bits--) {
    const at = random.below(text.length);
    text = text.slice(0, at) + random.pick(BITS) + text.slice(at);
  }
  // what an #if leaves open is an error
  const open = (text.match(/^#if/gm) ?? []).length - (text.match(/^#endif/gm) ?? []).length;
  return text + "#endif\n".repeat(Math.max(0, open));
}

/** Whether the preprocessor can't come by a name, as far as the cache can tell. */
function isUnused(name: string, source: string, macros: string): boolean {
  const [code, own] = [source, macros].map((text) => new TextEncoder().encode(text)) as [
    Uint8Array,
    Uint8Array,
  ];
  const [pieces, more] = [namePieces(code, [name]), wordPieces(own, [name])];
  if (!hasBeginning(code, [name]) && !hasBeginning(own, [name])) return true;
  if (typeof pieces === "string" || typeof more === "string") return false;
  return !canBePutTogether(name, new Set([...pieces, ...more]));
}

async function said(argv: readonly string[]): Promise<{ ok: boolean; text: string; errors: string }> {
  const { success, stdout, stderr } = await new Deno.Command(argv[0]!, { args: argv.slice(1) }).output();
  const decoder = new TextDecoder();
  return { ok: success, text: decoder.decode(stdout), errors: decoder.decode(stderr) };
}

for (
  const call of [
    "gcc -fopenmp -xc",
    "gcc -trigraphs -xc",
    "gcc -xc++ -std=c++11",
    "clang -fopenmp -xc",
    "clang -xc++ -std=c++20",
  ]
) {
  const [compiler, ...options] = call.split(" ") as [string, ...string[]];
  testWith(
    [compiler],
    `${SOURCES} random sources are read by ${call} as they seem to be (seed ${SEED})`,
    async () => {
      const folder = await Deno.makeTempDir();
      const path = `${folder}/a.c`;
      const preprocess = (...words: string[]) => said([compiler, ...options, ...words, "-E", path]);
      const macros = (await said([compiler, ...options, "-E", "-dM", "/dev/null"])).text;
      const random = new Random(SEED);
      let proven = 0;
      for (let i = 0; i < SOURCES; i++) {
        const source = randomSource(random);
        const unused = NAMES.filter((name) => isUnused(name, source, macros));
        if (unused.length === 0) continue;
        await Deno.writeTextFile(path, source);
        const then = await preprocess(...unused.map((name) => `-D${name}=x`));
        // a result is taken only of a compile that said nothing
        if (!then.ok || then.errors !== "") continue;
        const now = await preprocess();
        assert.deepEqual(now, then, `${unused.join()} in\n${source}`);
        proven++;
      }
      assert.ok(proven > SOURCES / 20, `${proven} of them`);
      await Deno.remove(folder, { recursive: true });
    },
  );
}
