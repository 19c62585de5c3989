import { absolutePath, err, ok, type Result } from "../../lib/core/mod.ts";
import { type LockedPackage, readLockFile } from "../cargo/lock_file.ts";
import { planWarm, putBack, readArtifacts, type StoredOutput, type WarmPlan } from "../cargo/warm.ts";
import { type Command, type Context, type Outcome, said } from "../command.ts";
import { isThere } from "../is_there.ts";
import { progressOf } from "../progress.ts";
import { ENDPOINT_OPTION, ENDPOINT_VARIABLES, JSON_OPTION } from "./_options.ts";

/** How many files are copied at a time. */
const AT_ONCE = 8;

/** `zccache warm`. */
export const warmCommand: Command = {
  name: "warm",
  aliases: [],
  summary: "put stored crates back into a target folder",
  about: [
    "Puts the `.rlib`, `.rmeta` and `.d` files of the crates that Cargo.lock names into TARGET/PROFILE/deps (and " +
    "TARGET/TRIPLE/PROFILE/deps), all with one time stamp, so that a target folder restored without them is whole " +
    "before cargo looks at it.",
    "Cargo believes what it finds there. So only crates of a registry or repository are put back, as their files never " +
    "change; only where their own compile had put them; never over a file that is there; and none of which two compiles " +
    "under the same name made different ones. Everything else cargo asks for and gets from the cache as usual. Without " +
    "Cargo.lock in the current folder every crate of a registry or repository counts. Starts the daemon if none runs.",
    "With ZCCACHE_PATH_REMAP=auto that includes what another checkout's build has compiled for the same place in it.",
  ],
  operands: "",
  operandCount: [0, 0],
  options: [
    {
      name: "target-dir",
      takes: "FOLDER",
      meaning: "the target folder; else CARGO_TARGET_DIR, else ./target",
    },
    {
      name: "profile",
      takes: "NAME",
      meaning: "the profile's folder, which is debug for dev and test; else debug",
    },
    JSON_OPTION,
    ENDPOINT_OPTION,
  ],
  examples: [
    ["zccache warm", "before `cargo build`, in a project's folder"],
    ["zccache warm --profile release --json", "for scripts"],
  ],
  exits: [
    [0, "what can be put back is"],
    [1, "there is no index yet, Cargo.lock can't be read, or a file could not be written"],
    [2, "usage"],
  ],
  variables: [...ENDPOINT_VARIABLES, "ZCCACHE_PATH_REMAP", "ZCCACHE_WORKTREE_ROOT"],
  place: "caller",
  run: warm,
};

async function warm(context: Context): Promise<Outcome> {
  const { options, cwd, host } = context;
  const profile = options.value("profile") ?? "debug";
  if (!/^[\w-]+$/.test(profile)) {
    return said(2, `error: --profile takes the name of a folder, such as debug, not ${profile}\n`);
  }
  const given = options.value("target-dir") ?? host?.env("CARGO_TARGET_DIR") ?? "target";
  const targetDir = absolutePath(given === "" ? "target" : given, cwd);
  const packages = lockedPackages(`${cwd}/Cargo.lock`);
  if (!packages.ok) return said(1, `Cannot read ${cwd}/Cargo.lock: ${packages.error}\n`);
  const outputs = await storedOutputs(context, targetDir);
  if ("exit" in outputs) return outputs;
  const plan = planWarm(outputs, { targetDir, profile, packages: packages.value, isThere });
  if (plan.files.length > 0 && !isThere(targetDir)) await makeTargetDir(targetDir);
  const { errors, bytes } = await putAllBack(plan.files, context);
  return report({ plan, errors, bytes, targetDir, profile }, options.has("json"));
}

/** What a lock file names; undefined if there is none. The error is a sentence's end. */
function lockedPackages(path: string): Result<LockedPackage[] | undefined, string> {
  try {
    const packages = readLockFile(Deno.readTextFileSync(path));
    return packages === undefined ? err("cargo has not written it") : ok(packages);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return ok(undefined);
    if (error instanceof Error) return err(error.message);
    throw error;
  }
}

/** What the daemon has that was put below a folder; or why nothing can be told. */
async function storedOutputs(context: Context, folder: string): Promise<StoredOutput[] | Outcome> {
  const { settings: { root, endpoint }, control, live } = context;
  if (control === undefined || live === undefined) throw new TypeError("Cannot warm from inside the daemon");
  if (!isThere(`${root}/index.sqlite`)) return said(1, `no index yet in ${root}: nothing was compiled\n`);
  const started = await control.start();
  if (!started.ok) return said(1, `failed to start daemon: ${started.error}\n`);
  const asked = [`--below=${folder}`, ...sharingOf(context)];
  const answer = await live.ask(["rust-artifacts", "--json", "--contents", ...asked]);
  if (answer === undefined) return said(1, `daemon at ${endpoint} went away\n`);
  if (answer.exit !== 0) return answer;
  return readArtifacts(answer.stdout) ?? said(1, `daemon at ${endpoint} is of another version\n`);
}

/** What the caller's builds share with other checkouts is his as well. */
function sharingOf({ host }: Context): string[] {
  if (host?.env("ZCCACHE_PATH_REMAP") !== "auto") return [];
  const root = host.env("ZCCACHE_WORKTREE_ROOT") ?? "";
  return ["--remap", ...(root === "" ? [] : [`--worktree-root=${root}`])];
}

/** By this, tools know a folder whose content can be made again. */
const CACHE_TAG = `Signature: 8a477f597d28d172789f06886806bc55
# This folder was begun by \`zccache warm\`, for cargo to go on with.
`;

/** Makes a target folder as cargo would, which marks only those that it makes; that fails where nothing can be put back either. */
async function makeTargetDir(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true });
    await Deno.writeTextFile(`${path}/CACHEDIR.TAG`, CACHE_TAG);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}

async function putAllBack(
  files: readonly StoredOutput[],
  context: Context,
): Promise<{ readonly errors: readonly string[]; readonly bytes: number }> {
  const errors: string[] = [];
  const stamp = new Date();
  let [done, bytes] = [0, 0];
  using progress = progressOf(context, "warming");
  const waiting = [...files];
  const work = async () => {
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      try {
        await Deno.mkdir(file.path.slice(0, file.path.lastIndexOf("/")), { recursive: true });
        await putBack(file, stamp);
        bytes += file.sizeBytes;
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        errors.push(`${file.path}: ${error.message}`);
      }
      progress.at(++done, files.length, (amount) => `${amount} files`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { errors, bytes };
}

interface Warmed {
  readonly plan: WarmPlan;
  readonly errors: readonly string[];
  readonly bytes: number;
  readonly targetDir: string;
  readonly profile: string;
}

function report({ plan, errors, bytes, targetDir, profile }: Warmed, json: boolean): Outcome {
  const restored = plan.files.length - errors.length;
  const skipped = Object.values(plan.skipped).reduce((sum, count) => sum + count, 0);
  const exit = errors.length > 0 ? 1 : 0;
  const stderr = errors.slice(0, 10).map((error) => `zccache warm: cannot write ${error}\n`).join("");
  if (json) {
    const object = {
      restored,
      restored_bytes: bytes,
      skipped,
      skipped_reasons: plan.skipped,
      errors: errors.length,
      target_dir: targetDir,
      profile,
    };
    return { exit, stdout: `${JSON.stringify(object, null, 2)}\n`, stderr };
  }
  const text = `zccache warm: restored ${restored} files, skipped ${skipped}, errors ${errors.length}\n`;
  return { exit, stdout: text, stderr };
}
