import { digestText } from "../lib/core/mod.ts";
import { type Ask, lookedUp, realPath } from "../lib/cache/mod.ts";

/** How long a compiler may take to answer about itself. */
const ASK_TIMEOUT_MS = 10_000;

/**
 * Runs a program for what it says on both streams, and observes it if that is asked for and can be had; undefined if it can't
 * be run or fails to end. `temporary`: a folder for the observer's logs.
 */
export function askBy(observer: string | undefined, temporary: string): Ask {
  return async (program, args, context) => {
    if (context.observed !== true || observer === undefined) return await ask(program, args, context);
    // without a place for the log the answer is as good, and less is known of it
    const folder = await Deno.makeTempDir({ dir: temporary, prefix: "ask-" }).catch(() => undefined);
    if (folder === undefined) return await ask(program, args, context);
    try {
      const said = await ask(observer, [folder, "always", program, program, ...args], context);
      const looked = lookedUp(folder);
      return said === undefined || looked === undefined ? said : { ...said, looked };
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  };
}

const ask: Ask = async (program, args, { cwd, env }) => {
  try {
    const command = new Deno.Command(program, {
      args: [...args],
      cwd,
      env: { ...env },
      clearEnv: true,
      stdin: "null",
      signal: AbortSignal.timeout(ASK_TIMEOUT_MS),
    });
    const { stdout, stderr } = await command.output();
    const text = new TextDecoder();
    return { stdout: text.decode(stdout), stderr: text.decode(stderr) };
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
};

/** What decides the meaning of `-march=native`: the processor's model and abilities. */
export function hostCpu(): string {
  const wanted =
    /^(vendor_id|cpu family|model|model name|stepping|flags|Features|CPU (implementer|variant|part))\s*:/;
  try {
    const first = Deno.readTextFileSync("/proc/cpuinfo").split("\n\n", 1)[0] ?? "";
    return digestText(first.split("\n").filter((line) => wanted.test(line)).join("\n"));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return `${Deno.build.target}, unknown processor`;
    throw error;
  }
}

/** Tells zccache's own executables, so that a link named `gcc` is not found as gcc: those beside the runtime's `lib/zccache`. */
export function isOursBy(runtime: string): (path: string) => boolean {
  const bin = runtime.replace(/\/lib\/zccache\/[^/]+$/, "/bin");
  const ours = new Set(
    ["zccache", "zccache-daemon", "zccache-fp"].map((name) => identityOf(`${bin}/${name}`)),
  );
  ours.delete(undefined);
  return (path) => ours.has(identityOf(path)) || /\/zccache(-daemon|-fp)?$/.test(realPath(path));
}

/** The program that observes runs, which stands beside the runtime; undefined where it was not built (it needs Linux). */
export function observerBeside(runtime: string): string | undefined {
  const path = runtime.replace(/[^/]*$/, "zccache-observe");
  return identityOf(path) === undefined ? undefined : path;
}

function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = Deno.statSync(path);
    return `${dev}:${ino}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
      return undefined;
    }
    throw error;
  }
}
