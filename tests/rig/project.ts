/** The sources of a small library and a program, enough for a build system to have something to do. */
export function projectFiles(units = 8): Record<string, string> {
  const files: Record<string, string> = {
    "include/shared.h": "#pragma once\n#define SHARED 1\nint total(void);\n",
    "include/rarely.h": "#pragma once\n#define RARELY 1\n",
    "src/main.c":
      `#include <stdio.h>\n#include "shared.h"\nint main(void) { printf("%d\\n", total()); return 0; }\n`,
  };
  const names = Array.from({ length: units }, (_, i) => `unit${i}`);
  for (const [i, name] of names.entries()) {
    files[`src/${name}.h`] = `#pragma once\nint ${name}(int);\n`;
    const rarely = i === 0 ? `#include "rarely.h"\n` : "#define RARELY 0\n";
    files[`src/${name}.c`] = `#include "${name}.h"\n#include "shared.h"\n${rarely}` +
      `int ${name}(int n) { return n * ${i + 1} + SHARED + RARELY; }\n`;
  }
  files["src/total.c"] = names.map((name) => `#include "${name}.h"\n`).join("") + `#include "shared.h"\n` +
    `int total(void) { return ${names.map((name) => `${name}(2)`).join(" + ")}; }\n`;
  files["Makefile"] = MAKEFILE;
  files["CMakeLists.txt"] = CMAKE;
  files["meson.build"] = `project('sample', 'c')\nexecutable('prog', ${
    ["main", "total", ...names].map((name) => `'src/${name}.c'`).join(", ")
  }, include_directories: include_directories('include', 'src'))\n`;
  return files;
}

/** Compiles of one full build: the units, main and total. */
export function compilesOf(units = 8): number {
  return units + 2;
}

const MAKEFILE = `OBJECTS = $(patsubst src/%.c,obj/%.o,$(wildcard src/*.c))
CFLAGS = -O1 -g -Wall -Iinclude -Isrc
prog: $(OBJECTS)
\t$(CC) -o $@ $^
obj/%.o: src/%.c
\t@mkdir -p obj
\t$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<
-include $(OBJECTS:.o=.d)
clean:
\trm -rf obj prog
`;

const CMAKE = `cmake_minimum_required(VERSION 3.13)
project(sample C)
file(GLOB SOURCES src/*.c)
add_executable(prog \${SOURCES})
target_include_directories(prog PRIVATE include src)
`;
