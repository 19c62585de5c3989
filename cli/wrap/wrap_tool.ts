import {
  isOn,
  readSettings,
  type Result,
  SettingError,
  type Settings,
  textOfUtf8,
} from "../../lib/core/mod.ts";
import {
  type DeliverReply,
  MAX_FILES,
  type PreprocessReply,
  type Reply,
  type Request,
  type RunReply,
} from "../../lib/protocol/mod.ts";
import { type AskFailure, DaemonClient, describeFailure } from "../daemon_client.ts";
import { controlDaemon } from "../daemon_control.ts";
import type { Io } from "../main.ts";
import {
  areStreamsPlain,
  compileRequest,
  isExact,
  rawEnvironment,
  rawWords,
  splitAtNul,
  type ToolCall,
} from "./call.ts";
import { type ChildPlan, type Ending, NotStarted, runInto, runTapped } from "./child.ts";
import { deliver } from "./deliver.ts";
import { endBySignal } from "./native.ts";
import { Lists } from "./lists.ts";
import { runUntouched } from "./run_untouched.ts";
import { hasRoom, listedOutputs, snapshotAll } from "./snapshot.ts";
import { Tap } from "./tap.ts";

/** How long the daemon may take for a reply; then the tool runs without it. */
const REPLY_TIMEOUT_MS = 3000;
const LINGER_MS = 1000;
/** What a report may hold of one stream, whatever the daemon asks for. */
const CAPTURE_LIMIT_BYTES = 3 * 1024 * 1024;

/** How often the daemon may ask for preprocessing before it decides. */
const MAX_PREPROCESSED = 3;

/** Only the launcher can give a tool a terminal, or one stream for both. */
const NO_STREAMS = "streams like the caller's can't be made here";
const NO_ROOM = "the cache's folder is gone or its volume full";

/** Why the tool has to run untouched; undefined = the daemon said so, and its journal has the reason. */
class Untouched {
  constructor(readonly why: string | undefined, readonly env: readonly string[] = []) {}
}

/** Appends to the reply's timing file what delivering took; a session that has ended has none. */
function noteDelivery(reply: DeliverReply, startedMs: number): void {
  if (reply.timing === undefined) return;
  const note = new DataView(new ArrayBuffer(12));
  note.setUint32(0, reply.timing.mark);
  note.setBigUint64(4, BigInt(Math.round((performance.now() - startedMs) * 1e6)));
  try {
    Deno.writeFileSync(reply.timing.path, new Uint8Array(note.buffer), { append: true, create: false });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}

/** The process around a tool's call, and the mode of --strict-paths if one was given. */
type ToolIo = Io & { readonly strictPaths: string | undefined };

/** Runs a tool through the cache: one round trip on a hit. Resolves to the exit code. */
export async function wrapTool(tool: string, argv: readonly string[], io: ToolIo): Promise<number> {
  const call = describeCall(tool, argv, io);
  if (isOn(io.env("ZCCACHE_DISABLE"))) return await runUntouched(call, undefined);
  // No pseudo-terminal without native code: in a pipe the messages would take another form.
  if (Deno.stderr.isTerminal()) return await runUntouched(call, undefined);
  if (!isExact(argv) || textOfUtf8(call.envBlock) === undefined) {
    return await runUntouched(call, "not everything is UTF-8");
  }
  const outcome = await converse(call, io);
  if (!(outcome instanceof Untouched)) return outcome;
  return await runUntouched(withChanges(call, outcome.env), outcome.why);
}

async function converse(call: ToolCall, io: ToolIo): Promise<number | Untouched> {
  const connected = await reachDaemon(call.settings, io);
  if (!connected.ok) return new Untouched(connected.error);
  using client = connected.value;
  let asked = await client.ask(compileRequest(call, io.strictPaths), REPLY_TIMEOUT_MS);
  for (let round = 0; round < MAX_PREPROCESSED && asked.ok && asked.value.kind === "preprocess"; round++) {
    const next = await preprocess(asked.value, call, client);
    if (next instanceof Untouched) return next;
    asked = next;
  }
  if (!asked.ok) return new Untouched(`the daemon ${describeFailure(asked.error)}`);
  return await obey(asked.value, call, client);
}

/** Runs the preprocessor as asked, and hands over the daemon's next reply. */
async function preprocess(
  plan: PreprocessReply,
  call: ToolCall,
  client: DaemonClient,
): Promise<Result<Reply, AskFailure> | Untouched> {
  const ending = await attempt(() => runInto(childPlan(call, plan), plan.into));
  if (ending instanceof Untouched) return ending;
  const { exit, wallNs } = ending;
  return await client.ask({ kind: "preprocessed", ticket: plan.ticket, exit, wallNs }, REPLY_TIMEOUT_MS);
}

async function obey(reply: Reply, call: ToolCall, client: DaemonClient): Promise<number | Untouched> {
  switch (reply.kind) {
    case "deliver": {
      const startedMs = performance.now();
      const delivered = deliver(reply.files, reply.delivery);
      if (!delivered.ok) return new Untouched(delivered.error);
      new Tap(Deno.stdout, 0).pass(reply.stdout);
      new Tap(Deno.stderr, 0).pass(reply.stderr);
      noteDelivery(reply, startedMs);
      return reply.exit;
    }
    case "run":
      return await runAndReport(reply, call, client);
    case "refuse":
      new Tap(Deno.stderr, 0).pass(new TextEncoder().encode(reply.stderr));
      return reply.exit;
    case "bypass":
      return new Untouched(undefined, reply.env);
    default:
      return new Untouched("the reply is none of a compile's");
  }
}

async function runAndReport(
  reply: RunReply,
  call: ToolCall,
  client: DaemonClient,
): Promise<number | Untouched> {
  if (!hasRoom(reply.snapshot)) return new Untouched(NO_ROOM);
  if (reply.exactStreams && !areStreamsPlain()) return new Untouched(NO_STREAMS);
  const lists = reply.lists ? Lists.open(reply.snapshot) : undefined;
  if (reply.lists && lists === undefined) return new Untouched("no pipe could be made");
  const delivered = deliver(reply.files, reply.delivery);
  if (!delivered.ok) return new Untouched(delivered.error);
  const limit = Math.min(reply.captureLimit, CAPTURE_LIMIT_BYTES);
  const [out, err] = [new Tap(Deno.stdout, limit), new Tap(Deno.stderr, limit)];
  const ending = await attempt(() => runTapped(childPlan(call, reply), out, err));
  await lists?.save();
  if (ending instanceof Untouched) return ending;
  if (ending.exit > 0 && !hasRoom(reply.snapshot)) return new Untouched(NO_ROOM); // the failure may be ours
  const truncated = out.isCut || err.isCut;
  const copiedFromMs = performance.now();
  const wanted = ending.exit === 0 || (ending.exit > 0 && reply.several);
  const outputs = wanted || reply.outputs.length === 0
    ? snapshotAll(listedOutputs(reply), reply.snapshot)
    : reply.outputs.map(() => undefined);
  const report = {
    kind: "report",
    ticket: reply.ticket,
    exit: ending.exit,
    signal: ending.signal,
    wallNs: ending.wallNs,
    snapshotNs: Math.round((performance.now() - copiedFromMs) * 1e6),
    truncated,
    priorityDenied: ending.denied,
    late: false,
    stdout: truncated ? new Uint8Array() : out.bytes,
    stderr: truncated ? new Uint8Array() : err.bytes,
    outputs,
  } as const;
  if (ending.exit < 0 || !reply.waits) {
    // what comes, if anything, matters to nobody
    if (reply.lingers) await client.ask(report, LINGER_MS);
    else await client.tell(report, REPLY_TIMEOUT_MS);
    return ending.signalName === undefined ? ending.exit : endBySignal(ending.signalName);
  }
  const finished = await finishWaiting(report, call, client);
  // A failed tool has said all it had to say: running it again would only repeat that.
  return finished instanceof Untouched && ending.exit === 0 ? finished : ending.exit;
}

/** Takes the files that only the daemon can make from what the tool wrote; without them the caller's own command runs. */
async function finishWaiting(
  report: Request,
  call: ToolCall,
  client: DaemonClient,
): Promise<Untouched | undefined> {
  let asked = await client.ask(report, REPLY_TIMEOUT_MS);
  for (let round = 0; round < MAX_FILES && asked.ok && asked.value.kind === "preprocess"; round++) {
    const next = await preprocess(asked.value, call, client);
    if (next instanceof Untouched) return next;
    asked = next;
  }
  if (!asked.ok) return new Untouched(`the daemon ${describeFailure(asked.error)}`);
  if (asked.value.kind !== "done") return new Untouched("the reply to a report is not Done");
  const delivered = deliver(asked.value.files, "copy");
  return delivered.ok ? undefined : new Untouched(delivered.error);
}

/** A child's ending; a child that could not be started makes the tool run untouched. */
async function attempt(run: () => Promise<Ending>): Promise<Ending | Untouched> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof NotStarted) return new Untouched(`the tool could not be started (${error.message})`);
    throw error;
  }
}

/** The program of a reply with the caller's environment, changed as the reply says. */
function childPlan(call: ToolCall, reply: RunReply | PreprocessReply): ChildPlan {
  const plan = { tool: reply.tool, argv: reply.argv, env: changedEnv(call.env, reply.env) };
  return reply.kind === "run" ? { ...plan, priority: reply.priority } : plan;
}

/** A call with a session's own variables, as far as the daemon told them. */
function withChanges(call: ToolCall, changes: readonly string[]): ToolCall {
  if (changes.length === 0) return call;
  const env = changedEnv(call.env, changes);
  const block = Object.entries(env).map(([name, value]) => `${name}=${value}\0`).join("");
  return { ...call, env, envBlock: new TextEncoder().encode(block) };
}

/** An environment after changes: `NAME=VALUE` sets, `NAME` removes. */
function changedEnv(env: ToolCall["env"], changes: readonly string[]): Record<string, string> {
  const changed = new Map(Object.entries(env));
  for (const change of changes) {
    const equals = change.indexOf("=");
    if (equals < 0) changed.delete(change);
    else changed.set(change.slice(0, equals), change.slice(equals + 1));
  }
  return Object.fromEntries(changed);
}

async function reachDaemon(settings: Settings | undefined, io: Io): Promise<Result<DaemonClient, string>> {
  if (settings === undefined) return { ok: false, error: "the settings can't be read" };
  const connected = await DaemonClient.connect(settings.endpoint);
  if (connected.ok) return connected;
  if (connected.error.kind !== "absent") {
    return { ok: false, error: `the daemon ${describeFailure(connected.error)}` };
  }
  const started = await controlDaemon(settings, { program: io.daemonProgram, env: io.env }).start();
  if (!started.ok) return { ok: false, error: `no daemon: ${started.error}` };
  const again = await DaemonClient.connect(settings.endpoint);
  return again.ok ? again : { ok: false, error: `the daemon ${describeFailure(again.error)}` };
}

function describeCall(tool: string, argv: readonly string[], io: Io): ToolCall {
  const env = environmentOf(rawEnvironment(Deno.env.toObject()));
  return {
    tool,
    argv,
    argvBytes: rawWords(argv),
    envBlock: rawEnvironment(env),
    env,
    cwd: io.cwd,
    settings: settingsOf(io),
  };
}

function environmentOf(block: Uint8Array): Record<string, string> {
  const utf8 = new TextDecoder();
  const env: Record<string, string> = {};
  for (const part of splitAtNul(block)) {
    const variable = utf8.decode(part);
    const equals = variable.indexOf("=");
    if (equals > 0) env[variable.slice(0, equals)] = variable.slice(equals + 1);
  }
  return env;
}

function settingsOf(io: Io): Settings | undefined {
  try {
    return readSettings(io.env, io.cwd);
  } catch (error) {
    if (error instanceof SettingError) return undefined;
    throw error;
  }
}
