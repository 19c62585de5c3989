/** -MMD files made from full lists, against the real compilers: right, or given up. */
import assert from "node:assert/strict";
import {
  type Family,
  filterDepfile,
  type HeaderEvidence,
  type HeaderFacts,
  parseCall,
  parseDepfile,
  parseProbe,
  type Plan,
  probeArguments,
  systemHeaders,
} from "../../lib/tools/mod.ts";
import { testWith } from "../../testing/needs.ts";

const run = async (tool: string, args: readonly string[], cwd: string) => {
  const output = await new Deno.Command(tool, { args: [...args], cwd, env: { LC_ALL: "C" } }).output();
  return { code: output.code, stderr: new TextDecoder().decode(output.stderr) };
};

/** What a caller finds in a header by reading it. */
function factsOf(path: string): HeaderFacts | undefined {
  const text = Deno.readTextFileSync(path);
  const operands = [...text.matchAll(/^[ \t]*#[ \t]*(?:include_next|include|import)\b[ \t]*(.*)$/gm)].map((
    at,
  ) => at[1]!);
  const names = operands.map((operand) => /^[<"]([^>"]*)[>"]/.exec(operand)?.[1]);
  return {
    systemHeaderPragma: /^[ \t]*#[ \t]*pragma[ \t]+GCC[ \t]+system_header/m.test(text),
    computedInclude: operands.some((operand) => /^[A-Za-z_]/.test(operand)),
    includes: names.filter((name) => name !== undefined).map((name) => `"${name}`),
  };
}

function realPath(folder: string, path: string): string {
  const absolute = path.startsWith("/") ? path : `${folder}/${path}`;
  try {
    return Deno.realPathSync(absolute);
  } catch {
    return new URL(absolute, "file:///").pathname;
  }
}

async function evidenceFor(family: Family, plan: Plan, folder: string): Promise<HeaderEvidence> {
  const [folders, programs] = probeArguments(plan.probe);
  const tool = plan.language === "c++" ? { gcc: "g++", clang: "clang++", msvc: "cl" }[family] : family;
  const probed = parseProbe(family, [
    (await run(tool, folders, folder)).stderr,
    (await run(tool, programs, folder)).stderr,
  ]);
  assert.ok(probed !== undefined);
  return {
    source: plan.source,
    inputs: plan.inputs,
    forcedIncludes: plan.forcedIncludes,
    userFolders: [...plan.search.quote, ...plan.search.angle],
    systemFolders: [...plan.search.system, ...probed.includeFolders.angle, ...plan.search.after],
    realPath: (path) => realPath(folder, path),
    facts: (path) => factsOf(path.startsWith("/") ? path : `${folder}/${path}`),
  };
}

const FILES: Readonly<Record<string, string>> = {
  "src/a.c":
    '#include <stdio.h>\n#include "near.h"\n#include <mine.h>\n#include <theirs.h>\n#include "far.h"\n',
  "src/near.h": "#include <stddef.h>\n",
  "src/a.cpp": '#include <vector>\n#include <string>\n#include "near.h"\n',
  "src/pragma.c": '#include "pragma.h"\n#include <mine.h>\n',
  "src/pragma.h": "#pragma GCC system_header\n#include <mine.h>\n",
  "src/inherits.c": "#include <pulls.h>\n",
  "src/plain.c": "int x;\n",
  "inc/mine.h": "",
  "inc/far.h": '#include "sub/deep.h"\n',
  "inc/sub/deep.h": "",
  "inc/pre.h": "#include <limits.h>\n",
  "inc/pulled.h": "",
  "inc/third/theirs.h": "",
  "ext/theirs.h": "#include <stdarg.h>\n",
  "ext/pulls.h": "#include <pulled.h>\n",
  "ext/inner/mine.h": "",
  "list.txt": "fun:foo\n",
};

/** Whether the filter may give up; where it does not it must be right, and it must not give up on the plain ones. */
const ROWS: readonly (readonly [args: string, decided: boolean])[] = [
  ["src/a.c -Iinc -isystem ext", true],
  ["src/a.c -I inc -idirafter ext -o x.o -MP", true],
  ["src/a.c -Iinc -isystem ext -include inc/pre.h -MT t -MP", true],
  ["src/a.c -I./inc/ -isystem ./ext/../ext", true],
  ["src/a.cpp -Iinc", true],
  ["src/a.cpp -Iinc -I/usr/include -MP", false],
  ["src/plain.c", true],
  ["src/plain.c -include inc/pre.h", true],
  ["src/a.c -Iinc -Iext", true],
  ["src/a.c -Iinc -isystem ext -o inc/other.o", true],
  ["-Wp,-MMD,user.d src/a.c -Iinc -isystem ext", true],
  ["-Wp,-MMD,user.d src/a.c -Iinc -isystem ext -o inc/other.o", true],
  ["src/a.c -iquote inc -isystem inc -isystem ext", false],
  ["src/a.c -Iinc -isystem inc/third", false],
  ["src/a.c -isystem ext -Iext/inner -Iinc", false],
  ["src/pragma.c -Iinc", false],
  ["src/inherits.c -Iinc -isystem ext", false],
  ["src/a.c -I. -Iinc -isystem ext", false],
];

for (const family of ["gcc", "clang"] as const) {
  testWith(
    [family, { gcc: "g++", clang: "clang++", msvc: "cl" }[family]],
    `systemHeaders() and filterDepfile() agree with ${family} -MMD or give up`,
    async () => {
      const folder = await Deno.makeTempDir();
      for (const [path, text] of Object.entries(FILES)) {
        await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
        await Deno.writeTextFile(`${folder}/${path}`, text);
      }
      const wrong: string[] = [];
      for (const [row, decided] of ROWS) {
        const asked = row.startsWith("-Wp,") ? [] : ["-MMD", "-MF", "user.d"];
        const args = ["-c", ...asked, ...row.split(" ")];
        const tool = row.includes("cpp") ? { gcc: "g++", clang: "clang++", msvc: "cl" }[family] : family;
        const call = {
          name: tool,
          args,
          cwd: folder,
          env: new Map(),
          terminal: { stderr: false, columns: 0 },
        };
        const plan = parseCall(family, call, () => undefined);
        assert.ok(plan.kind === "plan" && plan.discovery.how === "filtered-depfile", row);
        assert.equal((await run(tool, args, folder)).code, 0, row);
        const bare = await Deno.readTextFile(`${folder}/user.d`);
        await Deno.remove(`${folder}/user.d`);

        assert.equal((await run(tool, plan.runArgs("full,.d"), folder)).code, 0);
        const full = await Deno.readTextFile(`${folder}/full,.d`);
        const system = systemHeaders(
          parseDepfile(full)?.prerequisites ?? [],
          await evidenceFor(family, plan, folder),
        );
        const made = system && filterDepfile(family, full, (path) => system.has(path));
        if (made === undefined ? decided : made !== bare) wrong.push(`${row}: ${made}`);

        // What the caller runs where the filter gave up.
        assert.equal((await run(tool, plan.userDepfileArgs ?? [], folder)).code, 0);
        assert.equal(await Deno.readTextFile(`${folder}/user.d`), bare, row);
        await Deno.remove(`${folder}/user.d`);
      }
      await Deno.remove(folder, { recursive: true });
      assert.deepEqual(wrong, []);
    },
  );
}
