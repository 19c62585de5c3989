import { buildLauncher } from "../../launcher/build.ts";
import { findZig } from "../../launcher/zig.ts";

/** Debian's package wine64 puts the loader where no PATH leads. */
const LOADERS = ["/usr/lib/wine/wine64", "/usr/bin/wine64", "/usr/bin/wine"];

const TARGET = "x86_64-pc-windows-msvc";

/** How a program on wine ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and how a program runs there. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly deadlineMs?: number;
}

/** A Windows of its own, in a scratch folder that is gone after `dispose`, with everything that ran in it. */
export class Wine implements AsyncDisposable {
  readonly #loader: string;
  readonly #prefix: string;

  private constructor(loader: string, prefix: string) {
    this.#loader = loader;
    this.#prefix = prefix;
  }

  /** Makes one, which takes some ten seconds and 700 MB. Throws if wine is not installed. */
  static async open(): Promise<Wine> {
    const loader = LOADERS.find(isThere);
    if (loader === undefined) throw new Error("Cannot test on wine: apt-get install wine64");
    const wine = new Wine(loader, await Deno.makeTempDir({ prefix: "zccache-wine-" }));
    const surroundings = { cwd: "/", env: {} };
    const key = ["reg", "add", "HKCU\\Software\\Wine", "/v", "Version", "/d", "win10", "/f"];
    const { code, stderr } = await wine.run(key, surroundings);
    if (code !== 0) throw new Error(`Cannot set up wine: ${stderr}`);
    return wine;
  }

  /** Starts a Windows program; `argv[0]` is a path of this machine, or a program of wine's own. */
  spawn(argv: readonly string[], { cwd, env, deadlineMs = 60_000 }: Surroundings): Deno.ChildProcess {
    return new Deno.Command(this.#loader, {
      args: [...argv],
      cwd,
      clearEnv: true,
      env: { PATH: "/usr/bin:/bin", LANG: "C.UTF-8", WINEPREFIX: this.#prefix, WINEDEBUG: "-all", ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(deadlineMs),
    }).spawn();
  }

  /** Runs one to its end. */
  async run(argv: readonly string[], surroundings: Surroundings): Promise<Ended> {
    const { code, stdout, stderr } = await this.spawn(argv, surroundings).output();
    const text = new TextDecoder();
    return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
  }

  /** Ends every process of this Windows, and removes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    const server = this.#loader.replace(/wine(64)?$/, "wineserver");
    const env = { WINEPREFIX: this.#prefix };
    await new Deno.Command(server, { args: ["--kill"], env }).output();
    await new Deno.Command(server, { args: ["--wait"], env }).output();
    await Deno.remove(this.#prefix, { recursive: true });
  }
}

/** The launcher for wine, built from the sources as they are. */
export function buildForWine(out: string): Promise<string> {
  return buildLauncher({ target: TARGET, out });
}

/** Compiles a C program for wine. */
export async function compileForWine(source: string, program: string): Promise<void> {
  const zig = await findZig();
  if (zig === undefined) throw new Error("Cannot test on wine: zig is not installed");
  const args = [...zig.slice(1), "cc", "-target", "x86_64-windows-gnu", "-Os", "-s", "-municode"];
  const command = new Deno.Command(zig[0]!, { args: [...args, "-o", program, source] });
  const { success, stderr } = await command.output();
  if (!success) throw new Error(`Cannot compile ${source}:\n${new TextDecoder().decode(stderr)}`);
}

/** How Windows sees a path of this machine. */
export function windowsPath(path: string): string {
  return `Z:${path.replaceAll("/", "\\")}`;
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
