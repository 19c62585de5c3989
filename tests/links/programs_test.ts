import { Rig, testWith } from "../rig.ts";
import { eachInput, type InputCase } from "../rig/input_cases.ts";

/** Runs the linker; what a question about `maybe` by an open folder is answered changes the output. */
const RUNS_LD = `#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
int main(int argc, char **argv) {
  char *args[argc + 2];
  struct stat file;
  struct statx more;
  int folder = open(".", O_RDONLY | O_DIRECTORY);
  memcpy(args, argv, sizeof *args * argc);
#ifdef BY_STATX
  int there = statx(folder, "maybe", AT_EMPTY_PATH, STATX_TYPE, &more) == 0;
#else
  int there = fstatat(folder, "maybe", &file, AT_EMPTY_PATH) == 0;
#endif
  args[argc] = there ? "--defsym=there=1" : "--defsym=there=0";
  args[argc + 1] = NULL;
  return execv("/usr/bin/ld", args);
}
`;

const SOURCES = { "f.c": "int f(void) { return 1; }\n", "runs_ld.c": RUNS_LD, "tools/.keep": "" };

/** A shell's command that makes a script: its interpreter, its line. */
function script(path: string, interpreter: string, line: string): string {
  return `printf '#!%s\\n%s\\n' "${interpreter}" '${line}' > ${path} && chmod +x ${path}`;
}

const LOADER = "$(ls /lib64/ld-linux-*.so.* /lib/ld-linux-*.so.* 2>/dev/null | head -n 1)";

const CASES: readonly InputCase[] = [
  {
    name: "the interpreter of a script",
    made: `cp /bin/dash tools/sh && ${script("tools/ld", "$PWD/tools/sh -e", ': ; /usr/bin/ld "$@"')}`,
    run: "tools/ld -r f.o -o t.o",
    edit: "cp /bin/bash tools/new && mv tools/new tools/sh",
  },
  {
    name: "the interpreter of a script's interpreter",
    made: [
      "cp /bin/dash tools/sh",
      script("tools/inner", "$PWD/tools/sh", 'shift; /usr/bin/ld "$@"'),
      script("tools/ld", " $PWD/tools/inner", ": nothing of its own"),
    ].join(" && "),
    run: "tools/ld -r f.o -o t.o",
    edit: "cp /bin/bash tools/new && mv tools/new tools/sh",
  },
  {
    name: "the loader of a program",
    made:
      `cp -L ${LOADER} tools/loader && gcc -Wl,--dynamic-linker="$PWD/tools/loader" -o tools/ld runs_ld.c`,
    run: "tools/ld -r f.o -o t.o",
    edit: "cp tools/loader tools/new && echo >> tools/new && mv tools/new tools/loader",
  },
  {
    name: "a file that is asked about by an open folder, by newfstatat",
    made: "gcc -o tools/ld runs_ld.c",
    run: "tools/ld -r f.o -o t.o",
    edit: "touch maybe",
  },
  {
    name: "a file that is asked about by an open folder, by statx",
    made: "gcc -DBY_STATX -o tools/ld runs_ld.c",
    run: "tools/ld -r f.o -o t.o",
    edit: "touch maybe",
  },
];

testWith(
  ["gcc", "dash", "bash"],
  "what the kernel opens for a tool counts, and what a tool asks by descriptor",
  async (t) => {
    await using rig = await Rig.open();
    await eachInput(t, { rig, files: () => SOURCES, before: "gcc -c f.c" }, CASES);
  },
);
