/** Links for the targets whose compiler would make too large an executable of the objects by itself. */
import { runs } from "./zig.ts";

/**
 * The words that link objects for a target; undefined where the compiler does it well. Throws `Error` if a linker is
 * missing.
 */
export async function linkOf(target: string, compiler: readonly string[]): Promise<string[] | undefined> {
  if (target.includes("windows")) return windowsLink(compiler);
  return target === "aarch64-apple-darwin" ? await macosLink(compiler) : undefined;
}

/** The parts of the system's C library that the Windows half uses; its start-up code, larger than we are, is left out. */
const WINDOWS_LIBRARIES = [
  "kernel32",
  "ws2_32",
  ...["heap", "private", "runtime", "string"].map((part) => `api-ms-win-crt-${part}-l1-1-0`),
];

function windowsLink(compiler: readonly string[]): string[] {
  const options = [
    "-nostdlib",
    "-s",
    "-Wl,--entry=launcher_start",
    "-Wl,--subsystem,console",
    "-Wl,--gc-sections",
  ];
  return [...compiler, ...options, ...WINDOWS_LIBRARIES.map((name) => `-l${name}`)];
}

/** As zig's own: the oldest system to run on, and whose interface is linked. */
const MACOS = ["13.0", "15.1"];

/**
 * Every segment is padded to 16 KB there. zig's linker always makes __DATA_CONST beside __DATA, for a single pointer:
 * 16 KB of nothing. LLVM's puts both into one.
 */
async function macosLink(zig: readonly string[]): Promise<string[]> {
  const linker = ["lld", "-flavor", "darwin"];
  if (!await hasLld()) throw new Error("Cannot link for aarch64-apple-darwin: lld is not installed");
  const options = ["-arch", "arm64", "-platform_version", "macos", ...MACOS, "-adhoc_codesign"];
  options.push("-no_data_const", "-dead_strip", "-x");
  const { lib_dir: library } = JSON.parse(await runTool([...zig.slice(0, zig.indexOf("cc")), "env"]));
  return [...linker, ...options, `${library}/libc/darwin/libSystem.tbd`];
}

/** Whether LLVM's linker is installed. */
export function hasLld(): Promise<boolean> {
  return runs(["lld", "-flavor", "darwin", "--version"]);
}

/** Runs a compiler or linker; resolves to what it wrote. Throws `Error` with its words if it fails. */
export async function runTool(words: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(words[0]!, { args: words.slice(1) }).output();
  if (!success) throw new Error(`Cannot build the launcher:\n${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
