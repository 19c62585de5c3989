import { err, ok, PATHS, type Result, textOfUtf8, type Uncacheable, uncacheable } from "../lib/core/mod.ts";
import { type JournalCall, journalEnvironment } from "../lib/journal/mod.ts";
import { CALLER, type CompileRequest } from "../lib/protocol/mod.ts";
import type { Job } from "../lib/cache/mod.ts";
import type { Call } from "../lib/tools/mod.ts";

const latin1 = new TextDecoder("latin1");

/** The call of a request as text; `more` is a block of variables over its own. Refused if an argument or the folder is not UTF-8. */
export function callOf(
  request: CompileRequest,
  more: Uint8Array = new Uint8Array(),
): Result<Call, Uncacheable> {
  const words: string[] = [];
  for (const bytes of [request.cwd, ...request.argv]) {
    const text = textOfUtf8(bytes);
    if (text === undefined) return err(uncacheable("not-utf8"));
    words.push(text);
  }
  const [folder, name, ...args] = words;
  if (folder === undefined || name === undefined) return err(uncacheable("bad-request"));
  const cwd = PATHS.slashed(folder);
  if (!PATHS.isAbsolute(cwd)) return err(uncacheable("bad-request"));
  return ok({
    name,
    args,
    cwd,
    env: new Map([...environmentOf(request.env), ...environmentOf(more)]),
    terminal: {
      stderr: (request.flags & CALLER.stderrTerminal) !== 0,
      stdout: (request.flags & CALLER.stdoutTerminal) !== 0,
      stdin: (request.flags & CALLER.stdinTerminal) !== 0,
      columns: request.columns,
    },
    sameStream: (request.flags & CALLER.sameStream) !== 0,
    noInput: (request.flags & CALLER.noInput) !== 0,
  });
}

/** What the journal says of a call that was not understood; `program` is its file, where that's known. */
export function journalCallOf(call: Call, program = call.name): JournalCall {
  return { compiler: program, args: call.args, cwd: call.cwd, env: journalEnvironment(call.env) };
}

/** What the journal says of a call that became a job. */
export function journalCallOfJob(call: Call, job: Job): JournalCall {
  return { ...journalCallOf(call, job.tool.path), source: job.source, output: job.output };
}

/** The variables of a block of `NAME=VALUE\0`. A value that is not UTF-8 keeps a form of its own, so that no two values become equal. */
function environmentOf(block: Uint8Array): Map<string, string> {
  const variables = new Map<string, string>();
  let from = 0;
  while (from < block.length) {
    const nul = block.indexOf(0, from);
    const line = block.subarray(from, nul < 0 ? block.length : nul);
    const equals = line.indexOf(0x3d);
    if (equals > 0) {
      const value = line.subarray(equals + 1);
      variables.set(
        PATHS.variableName(latin1.decode(line.subarray(0, equals))),
        textOfUtf8(value) ?? `\u{fffd}${latin1.decode(value)}`,
      );
    }
    from += line.length + 1;
  }
  return variables;
}
