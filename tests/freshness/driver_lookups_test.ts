/**
 * What a compiler driver looks up when it finds its parts counts, wherever that is: shown in a mount namespace of their own,
 * in which the compilers' folders may be written to.
 */
import { assertOk, Rig, testWith } from "../rig.ts";

const FILES = {
  "a.c": "int a;\n",
  "a.cpp": "#include <string>\nint a = std::string().size();\n",
  "upper/.keep": "",
};

/** A script's beginning: writes below /usr/lib/gcc go to a file system in memory; `GCC` is the compiler's folder. */
const IN_MEMORY = `
mount -t tmpfs tmpfs upper
mkdir upper/new upper/work
mount -t overlay overlay -o lowerdir=/usr/lib/gcc,upperdir=upper/new,workdir=upper/work /usr/lib/gcc
GCC=$(dirname "$(gcc -print-prog-name=cc1)")
hits() { "$ZCCACHE" status --json | sed -n 's/.*"cache_hits": \\([0-9]*\\).*/\\1/p'; }
fails() { if "$@" 2>/dev/null; then echo "$* succeeded" >&2; exit 1; fi; }
`;

const CASES = [
  [
    "a spec file in a folder above",
    "gcc -c a.c",
    'printf "no specs" > "$GCC/../specs"',
    'rm "$GCC/../specs"',
  ],
  [
    "a compiler's library of a later version",
    "clang++ -c a.cpp",
    'mkdir "$GCC/../99"; touch "$GCC/../99/crtbegin.o"',
    'rm -r "$GCC/../99"',
  ],
] as const;

for (const [what, command, appears, goes] of CASES) {
  const tool = command.split(" ")[0]!;
  testWith([tool, "gcc", "unshare", "mount", "root"], `${what} is noticed`, async () => {
    await using rig = await Rig.open();
    rig.fresh(FILES);
    await rig.settled();
    const script = `${IN_MEMORY}
"$ZCCACHE" ${command}
"$ZCCACHE" ${command}
test "$(hits)" = 1
${appears}
fails ${command}
fails "$ZCCACHE" ${command}
${goes}
"$ZCCACHE" ${command}
test "$(hits)" = 2
"$ZCCACHE" stop
`;
    const env = { ZCCACHE: rig.wrapper.prefix[0]! };
    assertOk(await rig.bare(["unshare", "-m", "sh", "-exc", script], { env }));
  });
}
