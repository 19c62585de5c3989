import assert from "node:assert/strict";
import { plan } from "./_parsed_call.ts";

Deno.test("parseGnu() lists folders in the tool's order, those of the environment behind", () => {
  const { search } = plan(
    "-c a.c -Ione -iquote q -I two -isystem s1 -idirafter d",
    { env: { CPATH: "e1::e2", C_INCLUDE_PATH: "cs", CPLUS_INCLUDE_PATH: "no" } },
  );
  assert.deepEqual(search, {
    quote: ["q"],
    angle: ["one", "two", "e1", ".", "e2"],
    system: ["s1", "cs"],
    after: ["d"],
  });
  assert.deepEqual(plan("--sysroot=/r -I=/x -isystem $SYSROOT/y -c a.c").search.angle, ["/r/x"]);
});

Deno.test("parseGnu() asks the probe only what matters to it", () => {
  const args = "-c a.c -O2 -m32 -DX --sysroot /r -Ix -B. -nostdinc -g -march=native";
  assert.deepEqual(plan(args, { env: { PATH: "/bin", CPATH: "x", LANG: "C" } }).probe, {
    language: "c",
    args: ["-m32", "--sysroot", "/r", "-B.", "-nostdinc", "-march=native"],
    env: [["PATH", "/bin"]],
    folder: "/w",
  });
  assert.equal(plan("-c a.c --sysroot=/r").probe.folder, undefined);
});

Deno.test("parseGnu() tells C from C++ as the driver does", () => {
  assert.equal(plan("-c a.c").language, "c");
  assert.equal(plan("-c a.c", { name: "g++" }).language, "c++");
  assert.equal(plan("-c a.c", { name: "mycc", exe: "/usr/bin/g++-12" }).language, "c++");
  assert.equal(plan("-c a.c", { name: "mycc", family: "clang", exe: "/usr/bin/clang++" }).language, "c");
  assert.equal(plan("-x c -c a.cpp", { name: "g++" }).language, "c");
  assert.equal(plan("-x c -x none -c a.cpp").language, "c++");
  assert.equal(plan("-c a.mm").language, "objective-c++");
  assert.equal(plan("-c a.S").language, "assembler-with-cpp");
});

Deno.test("parseGnu() looks inside response files and runs them as they were", () => {
  const found = plan("@rsp -DX", { files: { "/w/rsp": "-c a.c -o 'x y.o'" } });
  assert.deepEqual(found.parsedFrom, ["/w/rsp"]);
  assert.equal(found.outputs[0]?.path, "x y.o");
  assert.deepEqual(found.runArgs("/t/d"), ["@rsp", "-DX", "-MD", "-MF", "/t/d"]);
});

Deno.test("parseGnu() names inputs, forced includes and what is beside headers", () => {
  const found = plan("-c a.c -include pre.h -imacros m.h -fsanitize-ignorelist=l.txt", { family: "clang" });
  assert.deepEqual(found.inputs, ["a.c", "l.txt"]);
  assert.deepEqual(found.forcedIncludes, ["pre.h", "m.h"]);
  assert.deepEqual(found.mustBeAbsent, ["pre.h.pch", "pre.h.gch", "m.h.pch", "m.h.gch"]);
  assert.deepEqual(plan("-c a.c -include pre.h").mustBeAbsent, []);
  assert.deepEqual(plan("-c a.c").headerSuffixes, [".gch"]);
  assert.deepEqual(plan("-c a.c -fprofile-use=p.data", { family: "clang" }).inputs, ["a.c", "p.data"]);
});

Deno.test("parseGnu() replaces -MMD by a full private list for the run", () => {
  const found = plan("-MMD -c a.c -MF x.d -MT y -O2");
  assert.deepEqual(found.discovery, { how: "filtered-depfile", path: "x.d" });
  assert.deepEqual(found.runArgs("/t/d"), ["-MD", "-c", "a.c", "-MT", "y", "-O2", "-MF", "/t/d"]);
  assert.deepEqual(found.outputs.map((output) => output.role), ["object"]);
  const kernel = plan("-Wp,-MMD,sub/.a.d -c a.c");
  const wp = (piece: string) => ["-Xpreprocessor", piece];
  assert.deepEqual(kernel.runArgs("/t/,d"), [...wp("-MD"), ...wp("/t/,d"), "-c", "a.c"]);
  const clang = plan("-Wp,-MMD,sub/.a.d -c a.c", { family: "clang" });
  assert.deepEqual(clang.runArgs("/t/,d"), ["-MD", "-MF", "/t/,d", "-c", "a.c"]);
  assert.deepEqual(kernel.discovery, { how: "filtered-depfile", path: "sub/.a.d" });
});

Deno.test("parseGnu() preprocesses without outputs and dependencies", () => {
  assert.deepEqual(plan("-c a.c -MD -MF x -o y.o -O2 -g").preprocessArgs, ["a.c", "-O2", "-g", "-E"]);
  assert.equal(plan("-c a.S").preprocessArgs, undefined);
});

Deno.test("parseGnu() adds nothing for a terminal: the tool gets one", () => {
  for (const family of ["gcc", "clang"] as const) {
    const around = { family, env: { TERM: "xterm", COLUMNS: "70" } };
    const shown = plan("-c a.c", { ...around, terminal: { stderr: true, columns: 80 } });
    assert.deepEqual(shown.runArgs("d"), plan("-c a.c", around).runArgs("d"));
  }
});

Deno.test("Plan flags: comments, the processor, clock macros", () => {
  assert.equal(plan("-c a.c -g", { family: "clang" }).commentsCount, true);
  assert.equal(plan("-c a.c -g").commentsCount, false);
  assert.equal(plan("-c a.c -C").commentsCount, true);
  assert.equal(plan("-c a.S").commentsCount, true);
  assert.equal(plan("-c a.c -std=c99 -Wimplicit-fallthrough=3").commentsCount, false);
  for (
    const option of ["-ansi", "-std=c89", "-std=iso9899:1990", "-traditional-cpp", "-Wimplicit-fallthrough=1"]
  ) {
    assert.equal(plan(`-c a.c ${option}`).commentsCount, true, option);
  }
  for (const option of ["-flto", "-emit-llvm", "-flto=thin"]) {
    const offsets = plan(`-c a.c ${option}`, { family: "clang" });
    assert.ok(offsets.commentsCount && offsets.definesCount, option);
  }
  assert.ok(plan("-c a.c -gcodeview -MD", { family: "clang" }).definesCount);
  assert.equal(plan("-c a.c", { family: "clang" }).definesCount, false);
  assert.equal(plan("-c a.c -march=native").hostCpu, true);
  assert.equal(plan("-c a.c -march=x86-64").hostCpu, false);
  assert.deepEqual(plan('-c a.c -D__DATE__="x" -D__TIME__=').definedClockMacros, ["__DATE__", "__TIME__"]);
});

Deno.test("parseGnu() tells what -D and -U say, and how to ask for all other macros", () => {
  const { definitions } = plan(
    "-O2 -D X=1 -UY -c -MD -MF a.d -include a.h -imacros b.h -Wp,-DZ a.cpp -o a.o -DX",
  );
  assert.deepEqual(definitions, {
    words: ["-DX=1", "-UY", "-DX"],
    macrosArgs: ["-O2", "-Wp,-DZ", "-E", "-dM", "-x", "c++", "/dev/null"],
  });
  for (
    const option of [
      "-std=c90",
      "-ansi",
      "-traditional-cpp",
      "-finput-charset=latin1",
      "-x assembler-with-cpp",
    ]
  ) {
    assert.equal(plan(`${option} -c a.c -DX`).definitions, undefined, option);
  }
});

Deno.test("parseGnu() knows where definitions show in other ways than by tokens", () => {
  assert.equal(plan("-c a.c -g -O2").definesCount, false);
  for (const option of ["-g3", "-ggdb3", "-fanalyzer", "-CC"]) {
    assert.ok(plan(`-c a.c ${option}`).definesCount, option);
  }
  assert.ok(plan("-c a.c -g -fdebug-macro", { family: "clang" }).definesCount);
});
