import assert from "node:assert/strict";
import { parseDepfile } from "./depfile.ts";
import { filterDepfile } from "./depfile_filter.ts";

/** A folder of sources that include system headers, and headers whose names are long or need escapes. */
async function makeSources(folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/some folder/deep`, { recursive: true });
  await Deno.mkdir(`${folder}/sys`);
  const names = [
    "plain.h",
    "with blank.h",
    "hash#and$dollar.h",
    "colon:name.h",
    `${"long".repeat(20)}.h`,
    "ümläut-für-die-Spalten.h",
    ...Array.from({ length: 30 }, (_, at) => `n${"x".repeat(at)}.h`),
  ];
  const lines = ["#include <stdio.h>", "#include <own_system.h>"];
  for (const name of names) {
    await Deno.writeTextFile(`${folder}/some folder/${name}`, "");
    lines.push(`#include "some folder/${name}"`);
    if (name === "plain.h") lines.push("#include <stddef.h>", "#include <limits.h>");
  }
  await Deno.writeTextFile(`${folder}/sys/own_system.h`, "");
  await Deno.writeTextFile(`${folder}/some folder/deep/b.c`, `#include <stdlib.h>\n#include "../plain.h"\n`);
  await Deno.writeTextFile(`${folder}/only.c`, "#include <stdio.h>\n");
  await Deno.writeTextFile(`${folder}/none.c`, "");
  await Deno.writeTextFile(`${folder}/a.c`, `${lines.join("\n")}\n`);
  await Deno.writeTextFile(`${folder}/list.txt`, "fun:foo\n");
}

const ROWS: readonly (readonly string[])[] = [
  ["a.c"],
  ["a.c", "-MP"],
  ["a.c", "-o", "out.o"],
  ["a.c", "-MT", "one"],
  ["a.c", "-MT", "one two", "-MQ", "three four", "-MT", "$five", "-MQ", "$six#", "-MP"],
  ["a.c", ...Array.from({ length: 9 }, (_, at) => ["-MT", `${"target".repeat(at)}.o`]).flat()],
  ["a.c", "-MT", "x".repeat(100), "-MP"],
  ["only.c"],
  ["only.c", "-MP", "-MT", "ü"],
  ["none.c", "-MP"],
  ["some folder/deep/b.c"],
  ["some folder/deep/b.c", "-MP", "-o", "some folder/deep/b.o"],
  ...Array.from({ length: 12 }, (_, at) => ["a.c", "-MT", "t".repeat(60 + at)]),
];
const CLANG_ROWS = [
  ["a.c", "-fsanitize=address", "-MP"],
  ["a.c", "-fsanitize=address", "-fsanitize-ignorelist=list.txt", "-MP"],
];

for (const family of ["gcc", "clang"] as const) {
  Deno.test(`filterDepfile() writes what ${family} -MMD writes`, async () => {
    const folder = await Deno.makeTempDir();
    await makeSources(folder);
    for (const row of family === "gcc" ? ROWS : [...ROWS, ...CLANG_ROWS]) {
      const depfile = async (kind: string) => {
        const args = ["-c", ...row, kind, "-MF", "deps", "-isystem", "sys"];
        const run = await new Deno.Command(family, { args, cwd: folder, env: { LC_ALL: "C" } }).output();
        assert.equal(run.code, 0, new TextDecoder().decode(run.stderr));
        return await Deno.readTextFile(`${folder}/deps`);
      };
      const [full, user] = [await depfile("-MD"), await depfile("-MMD")];
      const system = (path: string) => path.startsWith("/usr/") || path.startsWith("sys/");
      if (row[0] !== "none.c") assert.ok(parseDepfile(full)?.prerequisites.some(system));
      assert.equal(filterDepfile(family, full, system), user, row.join(" "));
      assert.equal(filterDepfile(family, full, () => false), full, row.join(" "));
    }
    await Deno.remove(folder, { recursive: true });
  });
}
