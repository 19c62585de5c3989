import process from "node:process";
import { fileURLToPath } from "node:url";
import { runFp } from "./cli/fp.ts";
import { runCli } from "./cli/main.ts";
import { processIo } from "./cli/process_io.ts";
import { runDaemon } from "./daemon/main.ts";
import { BOUNDED_HEAP } from "./lib/core/mod.ts";

/** The three programs that this one is. */
const ROLES = ["zccache", "zccache-daemon", "zccache-fp"] as const;
type Role = (typeof ROLES)[number];

if (import.meta.main) Deno.exit(await main());

/**
 * All roles are imported statically: a bundle of dynamic imports does not wait for modules that are ready only later (the
 * hash function), and parsing what isn't used costs next to nothing.
 */
async function main(): Promise<number> {
  const { role, args } = whoAmI();
  switch (role) {
    case "zccache-daemon":
      return await runDaemon([...args]);
    case "zccache-fp": {
      const { exit, stdout, stderr } = runFp(args);
      await Deno.stdout.write(new TextEncoder().encode(stdout));
      await Deno.stderr.write(new TextEncoder().encode(stderr));
      return exit;
    }
    case "zccache":
      return await runCli(args, processIo(daemonProgram()));
  }
}

/**
 * The first argument names the role: the launcher gives it. Else a compiled executable goes by its own name, and one of
 * a name that is none of ours is a masquerade: the name is the compiler's.
 */
function whoAmI(): { role: Role; args: readonly string[] } {
  const [word, ...rest] = Deno.args;
  const asked = ROLES.find((role) => role === word);
  const called = Deno.build.standalone ? ownName() : "zccache";
  const named = ROLES.find((role) => role === called);
  if (asked !== undefined && named !== undefined) return { role: asked, args: rest };
  if (named !== undefined) return { role: named, args: Deno.args };
  return { role: "zccache", args: ["wrap", "--", called, ...Deno.args] };
}

function ownName(): string {
  return process.argv0.replaceAll("\\", "/").split("/").at(-1)?.replace(/\.exe$/i, "") ?? "";
}

/** A compiled executable has its daemon beside it; otherwise the same script runs in another role. */
function daemonProgram(): { file: string; args: readonly string[] } {
  const runtime = Deno.execPath();
  if (Deno.build.standalone) {
    const suffix = Deno.build.os === "windows" ? ".exe" : "";
    return { file: runtime.replace(/[^/\\]*$/, `zccache-daemon${suffix}`), args: ["--foreground"] };
  }
  const script = fileURLToPath(import.meta.url);
  const bundled = script.endsWith(".js") ? ["--no-config", "--no-lock", "--cached-only", BOUNDED_HEAP] : [];
  const args = ["run", "--allow-all", "--quiet", ...bundled, script, "zccache-daemon", "--foreground"];
  return { file: runtime, args };
}
