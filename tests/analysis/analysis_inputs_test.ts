import { Rig, testWith } from "../rig.ts";
import { eachInput, type InputCase } from "../rig/input_cases.ts";

const FILES = {
  "src/a.cpp": `#include "h.h"\nint main() { int *p = 0; return h(p); }\n`,
  "src/b.cpp": `#include "h.h"\nint b() { return h(0) ? 1 : 2; }\n`,
  "inc/h.h": `#pragma once\ninline int h(int *q) { return q == 0; }\n`,
  "more/.keep": "",
  ".clang-tidy": `Checks: '-*,modernize-use-nullptr'\n`,
  "other.yaml": `Checks: '-*,modernize-use-nullptr'\n`,
  "map.imp": `[{ include: ["\\"h.h\\"", "private", "<public.h>", "public"] }]\n`,
  "plugin.c": `#include <stdio.h>\n__attribute__((constructor)) static void loaded(void) { puts("one"); }\n`,
};

/** A compilation database with these options for each source. */
const database = (options: string, folder = ".") =>
  `python3 -c 'import json,os; json.dump([dict(directory=os.getcwd(), file=f, command="clang++ ${options} -c "+f)` +
  ` for f in ("src/a.cpp", "src/b.cpp")], open("${folder}/compile_commands.json", "w"))'`;
const PLUGIN = "gcc -shared -fPIC plugin.c -o plugin.so";
const ALONE = "clang-tidy src/a.cpp -- -Iinc";
const BOTH = "clang-tidy src/a.cpp src/b.cpp";
const OTHER_HEADER = "echo 'inline int h(int *q) { return q == 0 || !q; }' > inc/h.h";

const TIDY: readonly InputCase[] = [
  { name: "a header", run: ALONE, edit: OTHER_HEADER },
  {
    name: "a header that hides another",
    run: ALONE,
    edit: "cp inc/h.h src/h.h && echo 'int more;' >> src/h.h",
  },
  {
    name: "one of several sources",
    made: database("-Iinc"),
    run: BOTH,
    edit: "echo 'int *q = 0;' >> src/b.cpp",
  },
  { name: "a header of several sources", made: database("-Iinc"), run: BOTH, edit: OTHER_HEADER },
  {
    name: "a configuration that appears beside the source",
    run: ALONE,
    edit: "echo \"Checks: '-*,readability-*'\" > src/.clang-tidy",
  },
  {
    name: "the configuration further up that applies",
    run: ALONE,
    edit: "echo \"Checks: '-*,readability-*'\" > .clang-tidy",
  },
  {
    name: "a configuration above the project, where there was none",
    made: "rm .clang-tidy && echo 'Checks: -*,readability-*' > ../.clang-tidy",
    run: ALONE,
    edit: "echo \"Checks: '-*,modernize-*'\" > ../.clang-tidy",
  },
  {
    name: "a configuration further up that a nearer one takes after",
    made: 'rm -f ../.clang-tidy && echo "InheritParentConfig: true" > src/.clang-tidy',
    run: ALONE,
    edit: "echo \"Checks: '-*,readability-*'\" > .clang-tidy",
  },
  {
    name: "a configuration that is named",
    run: `clang-tidy --config-file=other.yaml src/a.cpp -- -Iinc`,
    edit: "echo \"Checks: '-*,readability-*'\" > other.yaml",
  },
  {
    name: "the database's options for this source",
    made: database("-Iinc"),
    run: "clang-tidy src/a.cpp",
    edit: database("-Iinc -DX"),
  },
  {
    name: "the database of another folder",
    made: database("-Iinc", "more"),
    run: "clang-tidy -p more src/a.cpp",
    edit: database("-Iinc -DX", "more"),
  },
  {
    name: "a database that appears nearer",
    made: database("-Iinc"),
    run: "clang-tidy src/a.cpp",
    edit: database("-Iinc -DX", "src"),
  },
  {
    name: "a plug-in",
    made: PLUGIN,
    run: "clang-tidy -load ./plugin.so src/a.cpp -- -Iinc",
    edit: `sed -i s/one/two/ plugin.c && ${PLUGIN}`,
  },
  {
    name: "a plug-in, named with an equals sign and beside fixes",
    made: PLUGIN,
    run: "clang-tidy --load=./plugin.so --export-fixes=f.yaml src/a.cpp -- -Iinc",
    edit: `sed -i s/one/two/ plugin.c && ${PLUGIN}`,
  },
  {
    name: "a virtual file system",
    made: `echo '{"version": 0, "roots": []}' > vfs.yaml`,
    run: "clang-tidy --vfsoverlay=vfs.yaml src/a.cpp -- -Iinc",
    edit: `echo '{"version": 0, "roots": [], "case-sensitive": "true"}' > vfs.yaml`,
  },
];

testWith(
  ["clang-tidy", "gcc", "python3"],
  "clang-tidy looks again when anything it reads is another",
  async (t) => {
    await using rig = await Rig.open();
    await eachInput(t, { rig, files: () => FILES, before: "rm -f ../.clang-tidy" }, TIDY);
  },
);

const IWYU: readonly InputCase[] = [
  {
    name: "the source",
    run: "include-what-you-use -Iinc -c src/a.cpp",
    edit: "echo 'int more;' >> src/a.cpp",
  },
  { name: "a header", run: "include-what-you-use -Iinc -c src/a.cpp", edit: "echo 'int more;' >> inc/h.h" },
  {
    name: "a header that hides another",
    run: "include-what-you-use -Imore -Iinc -c src/a.cpp",
    edit: "cp inc/h.h more/h.h && echo 'int more;' >> more/h.h",
  },
  {
    name: "a mapping",
    run: "include-what-you-use -Xiwyu --mapping_file=map.imp -Iinc -c src/a.cpp",
    edit: "sed -i s/public.h/other.h/ map.imp",
  },
  {
    name: "a mapping that a mapping names",
    made: `mv map.imp inner.imp && echo '[{ ref: "inner.imp" }]' > map.imp`,
    run: "include-what-you-use -Xiwyu --mapping_file=map.imp -Iinc -c src/a.cpp",
    edit: "sed -i s/public.h/other.h/ inner.imp",
  },
];

testWith(
  ["include-what-you-use"],
  "include-what-you-use looks again when anything it reads is another",
  async (t) => {
    await using rig = await Rig.open();
    await eachInput(t, { rig, files: () => FILES }, IWYU);
  },
);
