import assert from "node:assert/strict";
import { assertOk, Rig, testWith, text } from "../rig.ts";
import { readJournal } from "../rig/journal.ts";

const CAT = "#define CAT_(a, b) a##b\n#define CAT(a, b) CAT_(a, b)\n";

/** Of each file what it holds, and definitions that don't change what the compiler makes of it. */
const UNUSED: Readonly<Record<string, readonly [source: string, then: string, now: string]>> = {
  "one is added": ["int a;\n", "", "-DFOO_KLM"],
  "one is gone": ["int a;\n", "-DFOO_KLM=3", ""],
  "another value": ["int a;\n", '-DFOO_KLM="1.2"', '-DFOO_KLM="1.3"'],
  "undefined": ["int a;\n", "-DFOO_KLM", "-UFOO_KLM"],
  "in a comment": ["int a; // FOO_KLM\n/* FOO_KLM */\n", "-DFOO_KLM=1", "-DFOO_KLM=2"],
  "a part of other words": ["int FOO_KLM1, _FOO_KLM; // FOO_\n", "-DFOO_KLM=1", "-DFOO_KLM=2"],
  "pieces that are not all there": [`${CAT}int CAT(FOO_, Y);\n`, "-DFOO_KLM=1", "-DFOO_KLM=2"],
  "another that is used": ["int a = OTHER;\n", "-DFOO_KLM=1 -DOTHER=7", "-DOTHER=7 -DFOO_KLM=2"],
};

for (const compiler of ["gcc", "clang"]) {
  testWith([compiler], `${compiler}: unused definitions are hits without a run`, async (t) => {
    await using rig = await Rig.open();
    const start = ["session-start", "--stats", "--profile", "--journal", `${rig.base}/journal.jsonl`];
    const session = await rig.wrapped(start);
    assertOk(session);
    const id: string = JSON.parse(text(session.stdout)).session_id;
    const env = { ZCCACHE_SESSION_ID: id };
    for (const [what, [source, then, now]] of Object.entries(UNUSED)) {
      await t.step(what, async () => {
        rig.fresh({ "a.c": `#include "a.h"\n${source}`, "a.h": "#include <stddef.h>\n" });
        const argv = (
          words: string,
        ) => [compiler, "-c", "a.c", "-g", "-MD", ...words.split(" ").filter(Boolean)];
        await rig.expectSame(argv(then), { cold: "miss", warm: "hit", env });
        await rig.expectSame(argv(now), { cold: "hit", warm: "hit", env });
      });
    }
    assertOk(await rig.wrapped(["session-end", id]));
    const hits = readJournal(`${rig.base}/journal.jsonl`).filter(({ outcome }) => outcome === "hit");
    assert.equal(hits.length, 3 * Object.keys(UNUSED).length);
    // the compiler says once what it defines itself
    assert.equal(hits.filter(({ phase_ns }) => phase_ns?.["tool"] !== undefined).length, 1);
  });
}

/** A way by which a compiler comes by FOO_X, and definitions that make a difference. */
interface Way {
  readonly source: string;
  readonly then: string;
  readonly now: string;
  readonly options?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Where not both understand it. */
  readonly only?: "gcc" | "clang";
  readonly language?: "cpp";
  /** What the second one comes to, if not an object. */
  readonly outcome?: "error";
}

const VALUES = { then: "-DFOO_X=1", now: "-DFOO_X=2" };

const WAYS: Readonly<Record<string, Way>> = {
  "a word": { source: "int a = FOO_X;\n", ...VALUES },
  "a question": { source: "#ifdef FOO_X\nint a;\n#endif\n", then: "-DFOO_Y", now: "-DFOO_X" },
  "put together": { source: `${CAT}int a = CAT(FOO_, X);\n`, ...VALUES },
  "put together of three": { source: `${CAT}int a = CAT(CAT(F, OO), _X);\n`, ...VALUES },
  "put together with the line's number": {
    source: `${CAT}int a = CAT(FOO_, __LINE__);\n`,
    then: "-DFOO_3=1",
    now: "-DFOO_3=2",
  },
  "put together by a macro of the compiler's own": {
    source: "long a = OF(FOO_);\n",
    options: "-include a.h -DOF=__INT64_C",
    files: {
      "a.h":
        "#if __clang__\n#undef OF\n#define OF(x) OF_(x, __INT64_C_SUFFIX__)\n#define OF_(x, y) OF__(x, y)\n#define OF__(x, y) x##y\n#endif\n",
    },
    then: "-DFOO_L=1",
    now: "-DFOO_L=2",
  },
  "continued on the next line": { source: "int a = FOO\\\n_X;\n", ...VALUES },
  "behind a trigraph": {
    source: 'const char *s = "??/" /* "; int a = FOO_X; /* */\n',
    ...VALUES,
    options: "-trigraphs -w",
  },
  "in another definition": { source: "int a = OTHER;\n", ...VALUES, options: "-DOTHER=FOO_X" },
  "in another definition, for the preprocessor": {
    source: "int a = OTHER;\n",
    ...VALUES,
    options: "-Wp,-DOTHER=FOO_X",
  },
  "in a pragma's string": {
    source: 'void g(void);\nvoid f(void) {\n  _Pragma("omp parallel num_threads(FOO_X)") g();\n}\n',
    options: "-fopenmp",
    ...VALUES,
  },
  "in a forced header": {
    source: "int a = A;\n",
    files: { "a.h": "#define A FOO_X\n" },
    options: "-include a.h",
    ...VALUES,
  },
  "in a file of macros": {
    source: "int a = A;\n",
    files: { "a.h": "#define A FOO_X\n" },
    options: "-imacros a.h",
    ...VALUES,
  },
  "behind what is no comment in C90": {
    source: "int a = 8 //**/ FOO_X\n;\n",
    options: "-std=c90",
    then: "-DFOO_X=2",
    now: "-DFOO_X=4",
  },
  "behind a header's name": {
    source: "#if __has_include(<no//no>) || FOO_X == 2\nint a;\n#endif\n",
    ...VALUES,
  },
  "behind a raw string": {
    source: `const char *s = R"x(" /* )x"; int a = FOO_X; /* */\n`,
    language: "cpp",
    ...VALUES,
  },
  "behind a separator": {
    source: `${CAT}int b = 1'0; int a = CAT(FOO_, X); // '\n`,
    language: "cpp",
    ...VALUES,
  },
  "in another encoding": {
    source: "int a = +AEYATwBPAF8AWA-;\n",
    options: "-finput-charset=UTF-7 -nostdinc -ffreestanding -fno-builtin -include a.h",
    files: { "a.h": "\n" },
    only: "gcc",
    ...VALUES,
  },
  "defined twice": { source: "int a;\n", then: "-DFOO_X=1", now: "-DFOO_X=1 -DFOO_X=2" },
  "a name that can't be one": {
    source: "int a;\n",
    then: "",
    now: "-Dand=1",
    language: "cpp",
    outcome: "error",
  },
  "a name that the compiler defines": { source: "int a;\n", then: "", now: "-Dlinux=2" },
  "a definition that is odd": { source: "int a;\n", then: "", now: '-DFOO_X="' },
  "a definition that is no good": { source: "int a;\n", then: "", now: "-DFOO_X=##", outcome: "error" },
};

for (const compiler of ["gcc", "clang"]) {
  testWith([compiler], `${compiler}: a definition counts where the compiler may come by it`, async (t) => {
    await using rig = await Rig.open();
    for (const [i, [what, way]] of Object.entries(WAYS).entries()) {
      if (way.only !== undefined && way.only !== compiler) continue;
      await t.step(what, async () => {
        const source = `a.${way.language ?? "c"}`;
        rig.fresh({ [source]: `${way.source}int number${i};\n`, ...way.files });
        const words = (said: string) => `${way.options ?? ""} ${said}`.split(" ").filter(Boolean);
        const argv = (said: string) => [compiler, "-c", source, ...words(said)];
        await rig.expectSame(argv(way.then), { cold: "miss", warm: "hit" });
        // those before can't have taught the cache not to try
        await rig.expectSame(argv(way.now), { cold: way.outcome ?? "miss" });
      });
    }
  });
}
