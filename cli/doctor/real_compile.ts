import { ask, firstLine } from "./_ask.ts";
import { compilersOf } from "./compilers.ts";
import { type Finding, findingsOf, type Patient } from "./finding.ts";

/** The second time is a hit, the third tells how long one takes when nothing has to be filed before. */
const RUNS = 3;
/** A source must be older than the clock's grain, or it may have been changed while the compiler ran. */
const SETTLE_MS = 60;

/** Compiles a file twice through the installed launcher; the second time must be a hit with the same bytes. */
export async function checkRealCompile(patient: Patient): Promise<Finding[]> {
  const { problem, note } = findingsOf("real-compile");
  const { ownProgram, settings } = patient;
  const [compiler] = compilersOf(patient);
  if (compiler === undefined) return [];
  if (ownProgram === undefined) {
    return [note("nothing was compiled: this zccache runs from its sources", "try it with an installed one")];
  }
  const folder = Deno.makeTempDirSync({ prefix: "zccache-doctor-" });
  try {
    const env = { ZCCACHE_CACHE_DIR: settings.root, ZCCACHE_ENDPOINT: settings.endpoint };
    return [await compileTwice({ folder, program: ownProgram, compiler: compiler.path, env })];
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return [
      problem(`the compile left no object: ${error.message}`, "see ROOT/logs/daemon.log, and report it"),
    ];
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

interface Trial {
  readonly folder: string;
  readonly program: string;
  readonly compiler: string;
  readonly env: Readonly<Record<string, string>>;
}

async function compileTwice(trial: Trial): Promise<Finding> {
  const { folder, program, compiler, env } = trial;
  const { ok, problem } = findingsOf("real-compile");
  Deno.writeTextFileSync(`${folder}/doctor.c`, `int doctor_${crypto.randomUUID().replaceAll("-", "_")};\n`);
  await new Promise((resume) => setTimeout(resume, SETTLE_MS));
  const times: number[] = [];
  const objects: Uint8Array[] = [];
  let second: Told = { outcome: "unknown", text: "it was not compiled" };
  for (let run = 0; run < RUNS; run++) {
    const since = performance.now();
    const said = await ask(program, [compiler, "-c", "doctor.c", "-o", "doctor.o"], { cwd: folder, env });
    times.push(performance.now() - since);
    if (said === undefined) return problem(`${program} can't be run`, "install zccache again");
    if (said.code !== 0) {
      return problem(
        `${compiler} failed through zccache: ${firstLine(said.stderr)}`,
        "try the same without zccache; if that works, report it",
      );
    }
    objects.push(Deno.readFileSync(`${folder}/doctor.o`));
    if (run === 1) second = await lastOutcome(trial);
    Deno.removeSync(`${folder}/doctor.o`);
  }
  const [cold = 0, ...warm] = times.map(Math.round);
  if (second.outcome !== "hit") {
    return problem(
      `a file compiled twice was no hit: ${second.text}`,
      second.remedy ?? "see ROOT/logs/launcher.log and daemon.log; zccache stop and try again",
    );
  }
  if (!sameBytes(objects[0]!, objects[1]!)) {
    return problem("the hit's object differs from the compiler's", "report it");
  }
  return ok(
    `${compiler} through zccache: ${cold} ms the first time, ${
      Math.min(...warm)
    } ms from the cache, the same bytes`,
  );
}

interface Told {
  readonly outcome: string;
  readonly text: string;
  readonly remedy?: string;
}

/** What `why` says of the last compile. */
async function lastOutcome({ program, folder, env }: Trial): Promise<Told> {
  const said = await ask(program, ["why", "--json", "doctor.c"], { cwd: folder, env });
  if (said?.code !== 0) return { outcome: "unknown", text: "the daemon heard of none" };
  const { record, explanation } = JSON.parse(said.stdout) as {
    readonly record: { readonly outcome: string };
    readonly explanation: { readonly text: string; readonly remedy: string } | null;
  };
  const { outcome } = record;
  return explanation === null
    ? { outcome, text: outcome }
    : { outcome, text: explanation.text, remedy: explanation.remedy };
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
