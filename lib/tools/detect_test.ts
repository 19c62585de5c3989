import assert from "node:assert/strict";
import { detectFamily, detectTool, isCxxDriver } from "./detect.ts";

const ROWS = [
  ["gcc", "/usr/bin/x86_64-linux-gnu-gcc-12", "gcc"],
  ["g++", "/usr/bin/x86_64-linux-gnu-g++-12", "gcc"],
  ["/opt/bin/gcc-12.2", "/opt/bin/gcc-12.2", "gcc"],
  ["aarch64-linux-gnu-g++-12", "/usr/bin/aarch64-linux-gnu-g++-12", "gcc"],
  ["x86_64-w64-mingw32-gcc", "/usr/bin/x86_64-w64-mingw32-gcc-posix", "gcc"],
  ["x86_64-w64-mingw32-gcc-12-posix", "/usr/bin/x86_64-w64-mingw32-gcc-12-posix", "gcc"],
  ["arm-none-eabi-gcc", "/opt/arm-none-eabi-gcc", "gcc"],
  ["musl-gcc", "/usr/bin/musl-gcc", "gcc"],
  ["gcc.exe", "/c/mingw/gcc.exe", "gcc"],
  ["cc", "/usr/bin/x86_64-linux-gnu-gcc-12", "gcc"],
  ["cc", "/usr/lib/llvm-14/bin/clang", "clang"],
  ["c++", "/usr/bin/x86_64-linux-gnu-g++-12", "gcc"],
  ["c++", "/usr/lib/llvm-14/bin/clang-14", "clang"],
  ["clang", "/usr/lib/llvm-14/bin/clang", "clang"],
  ["clang++-14", "/usr/lib/llvm-14/bin/clang", "clang"],
  ["aarch64-linux-android21-clang++", "/ndk/clang-17", "clang"],
  ["gcc", "/usr/bin/clang", "clang"],
  ["cc", "/opt/tinycc/tcc", undefined],
  ["cc", "/usr/bin/cc", undefined],
  ["x86_64-w64-mingw32-c++", "/usr/bin/x86_64-w64-mingw32-c++-win32", "gcc"],
  ["gcc-ar", "/usr/bin/gcc-ar-12", undefined],
  ["gcc-ranlib-12", "/usr/bin/gcc-ranlib-12", undefined],
  ["clang-tidy", "/usr/lib/llvm-14/bin/clang-tidy", undefined],
  ["clang-format-14", "/usr/lib/llvm-14/bin/clang-format", undefined],
  ["clang-cpp-14", "/usr/lib/llvm-14/bin/clang", undefined],
  ["clang-cl", "/usr/lib/llvm-14/bin/clang", undefined],
  ["cpp", "/usr/bin/cpp-12", undefined],
  ["rustc", "/usr/bin/rustc", undefined],
  ["nvcc", "/usr/bin/nvcc", undefined],
  ["emcc", "/opt/emcc", undefined],
] as const;

for (const [name, real, family] of ROWS) {
  Deno.test(`detectFamily() takes ${name} (${real}) for ${family ?? "no compiler"}`, () => {
    assert.equal(detectFamily(real, name), family);
  });
}

Deno.test("isCxxDriver() goes by the name's core", () => {
  for (const name of ["g++", "c++", "clang++", "/x/aarch64-linux-gnu-g++-12"]) {
    assert.ok(isCxxDriver(name), name);
  }
  for (const name of ["gcc", "cc", "clang", "g++-wrapper/gcc"]) assert.ok(!isCxxDriver(name), name);
});

for (
  const [name, tool] of [
    ["as", "assembler"],
    ["x86_64-w64-mingw32-as", "assembler"],
    ["clang-cl-14", "cl"],
    ["x86_64-linux-gnu-gfortran-12", "fortran"],
    ["libtool", "archiver"],
    ["llvm-libtool-darwin-14", "archiver"],
    ["cl", "msvc"],
    ["clx", undefined],
    ["atlas", undefined],
  ] as const
) {
  Deno.test(`detectTool() takes ${name} for ${tool ?? "no tool"}`, () => {
    assert.equal(detectTool(`/usr/bin/${name}`, name), tool);
  });
}
