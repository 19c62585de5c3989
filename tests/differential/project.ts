import fs from "node:fs";
import { INCLUDE_OPTIONS, type Step } from "./steps.ts";
import { LIBRARY_FOLDERS } from "./libraries.ts";
import { valueFrom, type World } from "./world.ts";

/** The makefile of a whole build: `make OUT=FOLDER CACHE=COMMAND`. */
export const MAKEFILE = "build.mk";

const OPTIONS = "src/options.rsp";
const PRECOMPILED = "src/pch.h";
/** Headers beside the sources are found by all. */
const SEARCHED = ["-DMODE=1", ...INCLUDE_OPTIONS, "-Isrc"];
const SINGLE = [0, 1, 2, 3, 4, 5];
const TOGETHER = [6, 7, 8];

/**
 * What builds are made of and single commands are not: the output of one command is the input of the next within
 * milliseconds, some outputs are changed by what follows, and several commands run at once. Nothing in it names
 * the folder of outputs in what it makes, so that builds into two folders make the same.
 */
export function makeProject(world: World): void {
  for (const folder of ["twin/deep", ".git"]) fs.mkdirSync(world.at(folder), { recursive: true });
  world.write("twin/deep/h0.h", "#define V0 1\n");
  world.write(PRECOMPILED, precompiledText(0));
  world.write(OPTIONS, SEARCHED.join("\n"));
  world.write("src/extra.rsp", "-DEXTRA=1\n");
  world.write(MAKEFILE, makefile());
}

function precompiledText(value: number): string {
  return `#include "h0.h"\n#include <h1.h>\nenum { precompiled = ${value} };\n`;
}

function makefile(): string {
  const compile = `$(CACHE) gcc -O0 @${OPTIONS}`;
  const objects = SINGLE.map((i) => `$(OUT)/u${i}.o`);
  const together = TOGETHER.map((i) => `$(OUT)/many/u${i}.o`);
  const climbing = SEARCHED.map((option) => option.replace(/^(-I|-isystem)/, "$1../../../"));
  const libraries = LIBRARY_FOLDERS.map((folder) => `-L${folder}`).join(" ");
  const rules: [target: string, needs: string, ...recipe: string[]][] = [
    ["all", "$(OUT)/all.so $(OUT)/part.o $(OUT)/precompiled.o $(OUT)/linked.so $(OUT)/stripped.o"],
    ...SINGLE.map((i): [string, string, string] => [
      `$(OUT)/u${i}.o`,
      "",
      `${compile} -c src/u${i}.c -o $@ ${i % 2 === 0 ? "-MMD" : "-MD"} -MF $(@:.o=.d) -MT target`,
    ]),
    [
      together[0]!,
      "",
      `cd $(OUT)/many && $(CACHE) gcc -O0 ${climbing.join(" ")} -c ${
        TOGETHER.map((i) => `../../../src/u${i}.c`).join(" ")
      }`,
    ],
    ["$(OUT)/stripped.o", "", `${compile} -c src/u9.c -o $@`, "strip --strip-unneeded $@"],
    ["$(OUT)/pch.h.gch", "", `${compile} -x c-header ${PRECOMPILED} -o $@`],
    ["$(OUT)/precompiled.o", "$(OUT)/pch.h.gch", `${compile} -include $(OUT)/pch.h -c src/u10.c -o $@`],
    ["$(OUT)/liball.a", objects.join(" "), "rm -f $@", `$(CACHE) ar rcs $@ ${objects.join(" ")}`],
    [
      "$(OUT)/part.o",
      `${objects[0]} ${together[0]}`,
      "$(CACHE) ld -r -z muldefs -o $@ $(OUT)/u0.o " + together.join(" "),
    ],
    [
      "$(OUT)/all.so",
      "$(OUT)/liball.a",
      "$(CACHE) gcc -shared -nostdlib -Wl,-z,muldefs,-soname=made.so,--whole-archive -L$(OUT) -lall " +
      `-Wl,--no-whole-archive ${libraries} -lf0 -lf1 -o $@`,
      "printf changed >>$(OUT)/u1.o",
    ],
    ["$(OUT)/linked.so", "", `${compile} -shared -nostdlib -fPIC -Wl,-soname=made.so src/u11.c -o $@`],
  ];
  return rules.map(([target, needs, ...recipe]) =>
    `${target}: ${needs}\n${recipe.map((line) => `\t${line}\n`).join("")}`
  ).join("\n");
}

/** What is made of the outputs' folder before a build; what is there already is left. */
export function prepareOutputs(world: World, folder: string): void {
  fs.mkdirSync(world.at(`${folder}/many`), { recursive: true });
}

/** What happens to what only builds read. */
export const PROJECT_STEPS: readonly Step[] = [
  {
    name: "write the response file anew",
    weight: 3,
    run: (world, random) => {
      const options = [...SEARCHED].sort(() => random.next() - 0.5);
      const more = random.pick([[], ["@src/extra.rsp"], [`-DMODE=${random.below(3)}`]]) ?? [];
      world.write(OPTIONS, [...options, ...more].join(random.pick([" ", "\n"]) ?? " "));
      return [...options, ...more].join(" ");
    },
  },
  {
    name: "write the response file in the response file",
    weight: 1,
    run: (world, random) => {
      const text = random.pick(["-DEXTRA=1\n", "-DEXTRA=2\n", "-DMODE=5\n", "-Ione\n", "-UMODE -DMODE=7"]) ??
        "";
      world.write("src/extra.rsp", text);
      return text.trim();
    },
  },
  {
    name: "edit what is precompiled",
    weight: 2,
    run: (world, random) => {
      const text = precompiledText(valueFrom(random));
      world.write(PRECOMPILED, text);
      return text;
    },
  },
  {
    name: "swap a parent folder",
    weight: 2,
    run: (world) => {
      if (!["two", "twin"].every((folder) => fs.existsSync(world.at(folder)))) return undefined;
      fs.renameSync(world.at("two"), world.at("swap"));
      fs.renameSync(world.at("twin"), world.at("two"));
      fs.renameSync(world.at("swap"), world.at("twin"));
      return "two <-> twin";
    },
  },
];
