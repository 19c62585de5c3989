import type { Family, ToolFamily } from "./tool.ts";

/** What may stand around a tool's own name: a cross prefix, a version, the thread model of MinGW, `.exe`. */
const AROUND = {
  before: String.raw`^(?:[A-Za-z0-9_.]+-)*?`,
  after: String.raw`(?:-\d+(?:\.\d+)*)?(?:-(?:posix|win32))?(?:\.exe)?$`,
};

/** A compiler's name, its core in the group. */
const COMPILER = new RegExp(`${AROUND.before}(gcc|g\\+\\+|cc|c\\+\\+|clang\\+\\+|clang)${AROUND.after}`);

const LINKER = new RegExp(
  `${AROUND.before}(?:ld|ld\\.(?:bfd|gold|lld|mold)|gold|mold|lld-link|wasm-ld)${AROUND.after}`,
);
const ARCHIVER = new RegExp(
  `${AROUND.before}(?:ar|ranlib|emar|emranlib|(?:llvm-)?libtool(?:-darwin)?)${AROUND.after}`,
);
const EMSCRIPTEN = /^(?:emcc|em\+\+)(?:\.py)?$/;
const CLANG_TIDY = new RegExp(`^clang-tidy${AROUND.after}`);
const ASSEMBLER = new RegExp(`${AROUND.before}as${AROUND.after}`);
const FORTRAN = new RegExp(`${AROUND.before}(?:gfortran|flang|flang-new)${AROUND.after}`);
const CLANG_CL = new RegExp(`^clang-cl${AROUND.after}`);
const MICROSOFT_CL = /^cl(?:\.exe)?$/i;
const IWYU = new RegExp(`^(?:include-what-you-use|iwyu)${AROUND.after}`);

const FAMILIES: Readonly<Record<string, Family | "generic">> = {
  "gcc": "gcc",
  "g++": "gcc",
  "clang": "clang",
  "clang++": "clang",
  "cc": "generic",
  "c++": "generic",
};

/** Compilers of Rust, and the drivers that stand for them. */
const RUST = /^(?:rustc|clippy-driver)(?:\.exe)?$/;
const RUSTFMT = /^rustfmt(?:\.exe)?$/;

/**
 * Which compiler a program is, by its names only: as typed if that says it, else by the real path's (what `cc` is, is said
 * by the file behind it). Undefined for everything else, `gcc-ar` and `clang-tidy` included.
 */
export function detectFamily(exeRealPath: string, nameAsTyped: string): Family | undefined {
  const typed = familyOfName(baseName(nameAsTyped));
  if (typed === undefined) return undefined;
  const real = familyOfName(baseName(exeRealPath));
  if (real !== undefined && real !== "generic") return real;
  if (typed !== "generic") return typed;
  // cross compilers called cc and c++ come with GCC; what isn't GCC after all is found out when it's asked for its version
  return real === "generic" && CROSS.test(baseName(exeRealPath)) ? "gcc" : undefined;
}

/** A name that begins with a target: `x86_64-w64-mingw32-c++`. */
const CROSS = /^[A-Za-z0-9_]+-[A-Za-z0-9_]+-[A-Za-z0-9_]+-c/;

/** The same for all tools: linkers and archivers are known by the name they are called by. */
export function detectTool(exeRealPath: string, nameAsTyped: string): ToolFamily | undefined {
  const name = baseName(nameAsTyped);
  if (LINKER.test(name)) return "linker";
  if (ARCHIVER.test(name)) return "archiver";
  if (CLANG_TIDY.test(name)) return "clang-tidy";
  if (IWYU.test(name)) return "iwyu";
  if (EMSCRIPTEN.test(name)) return "emscripten";
  if (CLANG_CL.test(name)) return "cl";
  if (MICROSOFT_CL.test(name)) return "msvc";
  if (ASSEMBLER.test(name)) return "assembler";
  if (FORTRAN.test(name)) return "fortran";
  if (RUST.test(name)) return "rustc";
  if (RUSTFMT.test(name)) return "rustfmt";
  return detectFamily(exeRealPath, nameAsTyped);
}

/** Other tools whose include flags are a compiler's, by name. */
const COMPILER_LIKE = /^(?:emcc|em\+\+|rustc|clippy-driver|clang-cl|cl)(?:\.exe|\.py|\.bat)?$/i;

/** Whether a program's name is one of a compiler, known to us or not. */
export function isCompilerLike(name: string): boolean {
  const base = baseName(name.replaceAll("\\", "/"));
  return familyOfName(base) !== undefined || COMPILER_LIKE.test(base);
}

/** Whether the name is that of a C++ driver, which takes `.c` for C++. */
export function isCxxDriver(name: string): boolean {
  return COMPILER.exec(baseName(name))?.[1]?.endsWith("++") ?? false;
}

function familyOfName(name: string): Family | "generic" | undefined {
  const core = COMPILER.exec(name)?.[1];
  return core === undefined ? undefined : FAMILIES[core];
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
