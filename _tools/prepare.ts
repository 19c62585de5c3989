/**
 * Installs what the tests call, where that is allowed: as root on Debian or Ubuntu. Elsewhere it names what is
 * missing; the tests that need it say so themselves.
 */

import { findZig, runs, ZIG_VERSION, zigFolder } from "../launcher/zig.ts";

/** Programs that tests run and files that they need, and the package that has each on Debian and Ubuntu. */
const NEEDED: readonly (readonly [program: string, debPackage: string])[] = [
  ["gcc", "gcc"],
  ["g++", "g++"],
  ["clang", "clang"],
  ["ld.lld", "lld"],
  ["musl-gcc", "musl-tools"],
  ["make", "make"],
  ["cmake", "cmake"],
  ["ninja", "ninja-build"],
  ["meson", "meson"],
  ["zsh", "zsh"],
  ["fish", "fish"],
  ["man", "man-db"],
  ["chromium", "chromium"],
  ["git", "git"],
  ["curl", "curl"],
  ["wget", "wget"],
  ["gdb", "gdb"],
  ["strace", "strace"],
  ["gfortran", "gfortran"],
  ["ccache", "ccache"],
  ["sccache", "sccache"],
  ["cargo", "cargo"],
  ["cargo-clippy", "rust-clippy"],
  ["cargo-fmt", "rustfmt"],
  ["llvm-ar", "llvm"],
  ["llvm-libtool-darwin-14", "llvm-14"],
  ["clang-cl-14", "clang-tools-14"],
  ["clang-tidy", "clang-tidy"],
  ["clang-tidy-14", "clang-tidy-14"],
  ["/usr/lib/llvm-14/include/clang-tidy/ClangTidyCheck.h", "libclang-14-dev"],
  ["/usr/lib/llvm-14/lib/clang/14.0.6/include/sanitizer/asan_interface.h", "libclang-rt-14-dev"],
  ["include-what-you-use", "iwyu"],
  ["emcc", "emscripten"],
  ["ld.mold", "mold"],
  ["x86_64-w64-mingw32-gcc", "gcc-mingw-w64-x86-64"],
  ["x86_64-w64-mingw32-g++", "g++-mingw-w64-x86-64"],
  ["jq", "jq"],
  ["bindfs", "bindfs"],
  ["mkfs.ext2", "e2fsprogs"],
];

if (import.meta.main) await prepare();

/** Installs what is missing where it may; resolves to the programs that are still missing. */
export async function prepare(): Promise<readonly string[]> {
  const still = await preparePrograms();
  if (await findZig() !== undefined || await installZig()) return still;
  console.log("Could not be installed: zig; the tests that cross-build are skipped");
  return [...still, "zig"];
}

/** The cross compiler has no package in Debian; it comes by pip, into an environment of its own in the user's cache. */
async function installZig(): Promise<boolean> {
  console.log(`Installing for the tests: ziglang ${ZIG_VERSION}, into ${zigFolder()}`);
  const environment = ["-m", "venv", "--clear", zigFolder()];
  if (!await runs(["python3", ...environment])) {
    if (!mayInstall()) return false;
    await apt(["update", "-qq"]);
    await aptInstall(["python3-venv"]);
    if (!await runs(["python3", ...environment])) return false;
  }
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", `ziglang==${ZIG_VERSION}`];
  return await runs([`${zigFolder()}/bin/python`, ...pip]);
}

async function preparePrograms(): Promise<readonly string[]> {
  const missing = findMissing();
  if (missing.length === 0) return [];
  if (!mayInstall()) {
    console.log(
      `Not here, so the tests that need it are skipped: ${missing.map(([program]) => program).join(", ")}`,
    );
    return missing.map(([program]) => program);
  }
  const packages = missing.map(([, debPackage]) => debPackage);
  console.log(`Installing for the tests: ${packages.join(" ")}`);
  await apt(["update", "-qq"]);
  if (!await aptInstall(packages)) {
    // One package that this release doesn't have must not cost us the others.
    for (const debPackage of packages) await aptInstall([debPackage]);
  }
  const still = findMissing().map(([program]) => program);
  if (still.length > 0) console.log(`Could not be installed: ${still.join(", ")}`);
  return still;
}

function findMissing(): typeof NEEDED {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  return NEEDED.filter(([needed]) =>
    needed.startsWith("/") ? !isFile(needed) : !folders.some((folder) => isFile(`${folder}/${needed}`))
  );
}

function mayInstall(): boolean {
  return Deno.build.os === "linux" && Deno.uid() === 0 && isFile("/usr/bin/apt-get");
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false; // absent, or not ours to see: either way it can't be run
  }
}

function aptInstall(packages: readonly string[]): Promise<boolean> {
  return apt(["install", "-y", "-qq", "--no-install-recommends", ...packages]);
}

async function apt(args: readonly string[]): Promise<boolean> {
  const command = new Deno.Command("apt-get", {
    args: [...args],
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdin: "null",
    stdout: "null",
  });
  return (await command.spawn().status).success;
}
