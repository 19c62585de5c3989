import assert from "node:assert/strict";
import { statfsSync } from "node:fs";
import { assertOk, Rig, testWith } from "../rig.ts";
import { assertCounted } from "../rig/verdict.ts";
import { eachRow, type Row } from "../rig/table.ts";

const SOURCES = {
  "a.c": `int f(void) { return 1; }\n`,
  "b.c": `#include <stdio.h>\nint f(void);\nint main(void) { return printf("%d\\n", f()) < 0; }\n`,
  "c.cpp": `#include <iostream>\nint main() { std::cout << "c"; }\n`,
  "version.map": "{ global: f; local: *; };\n",
  "script.ld": "/* nothing */\n",
  "args.rsp": `a.o "b.o" -o p4\n`,
  "out/.keep": "",
};

/** Makes objects by the bare compiler. */
async function objects(rig: Rig, compiler: string): Promise<void> {
  for (const source of ["a.c", "b.c"]) await rig.prepare([compiler, "-fPIC", "-c", source]);
  await rig.prepare([compiler === "gcc" ? "g++" : "clang++", "-c", "c.cpp"]);
  await rig.prepare(["ar", "rcs", "libf.a", "a.o"]);
  await rig.settled();
}

const COMMON: readonly Row[] = [
  ["a.o b.o", "miss", "hit"],
  ["a.o b.o -o p", "miss", "hit"],
  ["a.o b.o -o out/p", "miss", "hit"],
  ["b.o -L. -lf -o p2", "miss", "hit"],
  ["b.o libf.a -o p3 -static", "miss", "hit"],
  ["@args.rsp", "miss", "hit"],
  ["-shared a.o -o libs.so -Wl,-soname,libs.so.1", "miss", "hit"],
  ["-shared a.o -o libv.so -Wl,--version-script=version.map", "miss", "hit"],
  ["a.o b.o -o p -Wl,-Map=out/p.map", "miss", "hit"],
  ["a.o b.o -o p -Wl,--build-id", "miss", "hit"],
  ["a.o b.o -o p -s -Wl,--gc-sections", "miss", "hit"],
  ["a.o b.o -o p -fuse-ld=lld", "miss", "hit"],
  ["a.o b.o -o p -fuse-ld=gold", "miss", "hit"],
  ["a.c b.c -o p5", "miss", "hit"],
  ["a.c b.c -g -gsplit-dwarf -o split", "miss", "hit"],
  ["-r a.o b.o -o both.o", "miss", "hit"],
  ["b.o -o none", "error", "error"],
  ["a.o none.o -o none", "error", "error"],
];

for (const compiler of ["gcc", "clang"]) {
  testWith([compiler, "ld.lld"], `links by ${compiler} are cached right`, async (t) => {
    await using rig = await Rig.open();
    rig.fresh(SOURCES);
    await objects(rig, compiler);
    await eachRow(t, { rig, compiler }, COMMON);
  });
}

for (const compiler of ["g++", "clang++"]) {
  testWith([compiler, "gcc"], `links by ${compiler} are cached right`, async (t) => {
    await using rig = await Rig.open();
    rig.fresh(SOURCES);
    await objects(rig, "gcc");
    await eachRow(t, { rig, compiler }, [
      ["c.o -o c", "miss", "hit"],
      ["c.o -o c -static-libstdc++", "miss", "hit"],
      ["c.cpp -o c -O1", "miss", "hit"],
      ["-shared -fPIC c.cpp -o libc.so", "miss", "hit"],
    ]);
  });
}

/** A linker that puts the libraries that a program needs beside it. */
const DEPLOYING = `#!/bin/sh
/usr/bin/x86_64-w64-mingw32-gcc "$@" || exit
for dll in $(x86_64-w64-mingw32-objdump -p out/w.exe | sed -n 's/.*DLL Name: //p'); do
  if [ -f "lib/$dll" ]; then install -m 755 "lib/$dll" out/; fi
done
`;

testWith(["x86_64-w64-mingw32-gcc"], "DLLs that a wrapper script deploys come with the program", async () => {
  await using rig = await Rig.open();
  const compiler = "x86_64-w64-mingw32-gcc";
  rig.fresh({
    "w.c": "int d(void); int main(void) { return d(); }\n",
    "d.c": "__declspec(dllexport) int d(void) { return 1; }\n",
    [`bin/${compiler}`]: DEPLOYING,
    "lib/.keep": "",
    "out/.keep": "",
  });
  Deno.chmodSync(rig.at(`bin/${compiler}`), 0o755);
  const library = [
    "-shared",
    "d.c",
    "-o",
    "lib/d.dll",
    "-Wl,--no-insert-timestamp,--out-implib,lib/libd.dll.a",
  ];
  await rig.prepare([compiler, ...library]);
  await rig.prepare([compiler, "-c", "w.c"]);
  await rig.settled();
  const link = [`bin/${compiler}`, "w.o", "-Llib", "-ld", "-o", "out/w.exe", "-Wl,--no-insert-timestamp"];
  await rig.expectSame(link, { cold: "miss", warm: "hit" });
  assert.equal(Deno.statSync(rig.at("out/d.dll")).mode! & 0o111, 0o111);
  rig.write({ "d.c": "__declspec(dllexport) int d(void) { return 2; }\n" });
  await rig.prepare([compiler, ...library]);
  await rig.settled();
  await rig.expectSame(link, { cold: "miss", warm: "hit" });
  assert.deepEqual(Deno.readFileSync(rig.at("out/d.dll")), Deno.readFileSync(rig.at("lib/d.dll")));
});

/** A linker that does more: a library's links, files beside and below, one of them with holes. */
const WRAPPER = `#!/bin/sh
gcc "$@" || exit
mkdir -p out/sub
ln -sf libx.so.1 out/libx.so
echo side > out/side.dll
chmod +x out/side.dll
echo deep > out/sub/deep.txt
truncate -s 1M out/sparse.bin
echo linked
echo "with a word" >&2
`;

testWith(["gcc"], "what a wrapper script makes besides is put back too", async () => {
  await using rig = await Rig.open();
  rig.fresh({ ...SOURCES, "bin/gcc": WRAPPER.replace('gcc "$@"', '/usr/bin/gcc "$@"') });
  Deno.chmodSync(rig.at("bin/gcc"), 0o755);
  await objects(rig, "gcc");
  await rig.expectSame(["bin/gcc", "a.o", "b.o", "-o", "out/p"], { cold: "miss", warm: "hit" });
  assert.equal(Deno.readLinkSync(rig.at("out/libx.so")), "libx.so.1");
  assert.ok(Deno.statSync(rig.at("out/sparse.bin")).blocks! < 2048, "holes stay holes");
});

testWith(["gcc"], "links are refused where a run isn't repeated by its inputs", async (t) => {
  await using rig = await Rig.open();
  rig.fresh(SOURCES);
  await objects(rig, "gcc");
  await eachRow(t, { rig, compiler: "gcc" }, [
    ["a.o b.o -o p -Wl,--build-id=uuid", "uncacheable:random", "uncacheable:random", {
      allow: { because: "a random id", normalise: () => new Uint8Array() },
    }],
    ["a.o b.o -o p -time", "uncacheable:time-trace", "uncacheable:time-trace", {
      allow: { because: "the times that it took", stream: () => new Uint8Array() },
    }],
    ["a.o b.o -o /dev/null", "uncacheable:special-output", "uncacheable:special-output"],
  ]);
});

testWith(["gcc"], "a link runs again when anything it looked for changes", async () => {
  await using rig = await Rig.open();
  rig.fresh(SOURCES);
  rig.write({ "lib1/.keep": "", "lib2/.keep": "" });
  await objects(rig, "gcc");
  Deno.renameSync(rig.at("libf.a"), rig.at("lib2/libf.a"));
  const link = ["gcc", "b.o", "-Llib1", "-Llib2", "-lf", "-o", "p"];
  await rig.settled();
  await rig.expectSame(link, { cold: "miss", warm: "hit" });
  rig.write({ "a.c": "int f(void) { return 2; }\n" });
  await rig.prepare(["gcc", "-c", "a.c"]);
  await rig.prepare(["ar", "rcs", "lib1/libf.a", "a.o"]); // found first from now on
  await rig.settled();
  await rig.expectSame(link, { cold: "miss", warm: "hit" });
  Deno.removeSync(rig.at("lib1/libf.a"));
  await rig.expectSame(link, { cold: "hit", warm: "hit" });
  await rig.prepare(["gcc", "-shared", "a.o", "-o", "lib2/libf.so"]); // before archives
  await rig.settled();
  await rig.expectSame(link, { cold: "miss", warm: "hit" });
});

testWith(
  ["gcc", "make"],
  "optimisation by several processes: what else is in the temporary folder is nothing",
  async () => {
    await using rig = await Rig.open();
    rig.fresh(SOURCES);
    let others = 0;
    const before = () => Deno.writeTextFileSync(`${rig.env["TMPDIR"]}/another${++others}`, "");
    const link = ["gcc", "-flto=2", "-O2", "a.c", "b.c", "-o", "p"];
    await rig.expectSame(link, { cold: "miss", warm: "hit", before });
  },
);

testWith(["gcc"], "an output by a way that climbs is one output", async () => {
  await using rig = await Rig.open();
  rig.fresh(SOURCES);
  await objects(rig, "gcc");
  for (const place of ["out/../p", "../p"]) {
    const inner = place === "../p" ? rig.at("out") : rig.work;
    const link = ["gcc", rig.at("a.o"), rig.at("b.o"), "-o", place];
    await rig.expectSame(link, { cold: "miss", warm: "hit", in: inner });
  }
});

testWith(["gcc", "ar"], "files on a disk in memory below /dev count like any others", async () => {
  await using rig = await Rig.open({ env: { TMPDIR: "/tmp" } });
  rig.work = Deno.makeTempDirSync({ dir: "/dev/shm" });
  try {
    rig.write({ "a.c": "int main(void) { return 1; }\n", "b.c": "int main(void) { return 2; }\n" });
    await rig.prepare(["gcc", "-c", "a.c", "b.c"]);
    const commands = [["gcc", "a.o", "-o", "prog"], ["gcc", rig.at("a.o"), "-o", rig.at("prog")]];
    for (const argv of commands) await rig.expectSame(argv, { cold: "miss", warm: "hit" });
    Deno.copyFileSync(rig.at("b.o"), rig.at("a.o"));
    await rig.settled();
    for (const argv of commands) await rig.expectSame(argv, { cold: "miss", warm: "hit" });
    await rig.expectSame(["ar", "rcs", "lib.a", "a.o"], { cold: "miss", warm: "hit" });
  } finally {
    Deno.removeSync(rig.work, { recursive: true });
  }
});

testWith(["gcc", "ld"], "files that are named by way of a process are nobody's in particular", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a;\n" });
  await rig.prepare(["gcc", "-c", "a.c"]);
  const outcome = "uncacheable:not-observed";
  for (const place of ["/proc/self/cwd/a.o", `/proc/self/root${rig.at("a.o")}`]) {
    await rig.expectSame(["ld", "-r", place, "-o", "all.o"], { cold: outcome, warm: outcome });
  }
});

testWith(["gcc", "ld"], "what a caller's descriptor stands for is no path", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a;\n", "b.c": "int b;\n", "libs/.keep": "" });
  for (const name of ["a", "b"]) assertOk(await rig.bare(["gcc", "-c", `${name}.c`]));
  assertOk(await rig.bare(["ar", "rcs", "libs/libb.a", "b.o"]));
  await rig.settled();
  const given = (
    file: string,
    argv: readonly string[],
  ) => ["sh", "-c", `exec 3<${file} <&3; exec "$@"`, "sh", ...argv];
  for (const place of ["/dev/fd/3", "/proc/self/fd/3", "/dev/stdin", "/dev/fd/0"]) {
    for (const file of ["a.o", "a.o", "b.o"]) {
      const counted = await rig.counting(async () => {
        assertOk(await rig.bare(given(file, [...rig.wrapper.prefix, "ld", "-r", place, "-o", "all.o"])));
      });
      assertCounted(counted, "uncacheable:stdin-source");
      assertOk(await rig.bare(["ld", "-r", file, "-o", "bare.o"]));
      assert.deepEqual(Deno.readFileSync(rig.at("all.o")), Deno.readFileSync(rig.at("bare.o")));
    }
  }
  // a job server's numbers that were not handed on may be anything here
  const env = { MAKEFLAGS: "-j --jobserver-auth=3,4" };
  const named = [...rig.wrapper.prefix, "ld", "-r", "/dev/fd/3", "-o", "all.o"];
  const taken = await rig.counting(async () => assertOk(await rig.bare(given("a.o", named), { env })));
  assertCounted(taken, "uncacheable:stdin-source");
  const searched = ["ld", "-r", "a.o", "-L/dev/fd/3", "-lb", "-o", "all.o"];
  const counted = await rig.counting(async () => {
    assertOk(await rig.bare(given("libs", [...rig.wrapper.prefix, ...searched])));
  });
  assertCounted(counted, "uncacheable:stdin-source");
});

testWith(["gcc"], "scripts below a link: what they may heed is not in the key", async () => {
  await using rig = await Rig.open();
  rig.fresh({ ...SOURCES, "tools/ld": `#!/bin/sh\nexec /usr/bin/ld "$@"\n`, "bin/gcc": WRAPPER });
  for (const script of ["tools/ld", "bin/gcc"]) Deno.chmodSync(rig.at(script), 0o755);
  await objects(rig, "gcc");
  const below = ["gcc", "-Btools", "a.o", "b.o", "-o", "p"];
  await rig.expectSame(below, { cold: "uncacheable:opaque-wrapper" });
  rig.write({ "bin/gcc": `#!/bin/sh\n/usr/bin/gcc "$@" && date > /dev/null\n` });
  await rig.settled();
  const stamps = ["bin/gcc", "a.o", "b.o", "-o", "p"];
  await rig.expectSame(stamps, { cold: "uncacheable:random" });
});

testWith(["gcc"], "a wrapper script's link is keyed by all the variables that it may heed", async () => {
  await using rig = await Rig.open();
  rig.fresh({ ...SOURCES, "bin/gcc": `#!/bin/sh\n/usr/bin/gcc "$@" && echo "$FLAVOUR" > flavour\n` });
  Deno.chmodSync(rig.at("bin/gcc"), 0o755);
  await objects(rig, "gcc");
  const link = ["bin/gcc", "a.o", "b.o", "-o", "p"];
  await rig.expectSame(link, { cold: "miss", warm: "hit", env: { FLAVOUR: "one" } });
  await rig.expectSame(link, { cold: "miss", warm: "hit", env: { FLAVOUR: "two" } });
});

const DIRECT: readonly Row[] = [
  ["-r a.o b.o -o both.o", "miss", "hit"],
  ["-shared a.o -o lib.so -soname lib.so.1", "miss", "hit"],
  ["-T script.ld -r a.o -o t.o", "miss", "hit"],
];

for (const linker of ["ld", "ld.gold", "ld.lld", "ld.mold"]) {
  testWith(["gcc", linker], `${linker} called by itself is cached right`, async (t) => {
    await using rig = await Rig.open();
    rig.fresh({ ...SOURCES, "script.ld": "SECTIONS { .text : { *(.text*) } }\n" });
    await objects(rig, "gcc");
    const rows = linker === "ld" ? DIRECT : DIRECT.filter(([words]) => !words.includes("-T "));
    await eachRow(t, { rig, compiler: linker }, rows);
  });
}

testWith(["gcc"], "a link sees what a hit has written into the object that stood there", async () => {
  await using rig = await Rig.open();
  const main = "int f(void);\nint main(void) { return f(); }\n";
  const built = async (version: number): Promise<number | null> => {
    // the same size, and younger than the object, as after a switch of branches
    rig.write({ "a.c": `int f(void) { return ${version}; }\n` });
    for (const argv of [["gcc", "-c", "a.c"], ["gcc", "a.o", "b.o", "-o", "p"]]) {
      assertOk(await rig.wrapped(argv));
      await rig.counters();
    }
    assert.equal((await rig.bare([rig.at("p")])).code, version);
    return Deno.statSync(rig.at("a.o")).ino;
  };
  rig.fresh({ "b.c": main });
  await rig.prepare(["gcc", "-c", "b.c"]);
  for (const version of [1, 2]) {
    rig.write({ "a.c": `int f(void) { return ${version}; }\n` });
    await rig.settled();
    await built(version);
  }
  let inode = await built(1);
  const moved = await rig.counting(async () => {
    for (const version of [2, 1, 1, 2, 1]) {
      const now = await built(version);
      if (statfsSync(rig.work).type === 0xef53) assert.equal(now, inode, "nothing was written into");
      inode = now;
    }
  });
  assert.deepEqual([moved.cached, moved.cold], [10, 0]);
});
