import { type DeliveryMode, MADE_ANEW, type Reason, REASONS, WRITTEN_INTO } from "../lib/core/mod.ts";
import type { Job } from "../lib/cache/mod.ts";
import { type BypassReply, type DeliveredFile, type DeliverReply, TYPE_BITS } from "../lib/protocol/mod.ts";
import type { Session } from "../lib/sessions/mod.ts";
import type { ReadyResult } from "../lib/store/mod.ts";

/** The reply that hands out a result; `timing` names the file that takes what delivering took. */
export function deliverReply(
  to: Pick<Job, "destination">,
  ready: ReadyResult,
  { mode, timing }: { readonly mode: DeliveryMode; readonly timing: DeliverReply["timing"] },
): DeliverReply {
  const { exit, stdout, stderr } = ready.result;
  return {
    kind: "deliver",
    exit,
    stdout,
    stderr,
    files: deliveredFiles(to, ready),
    delivery: deliveryOf(mode),
    ...(timing === undefined ? {} : { timing }),
  };
}

/** The reply that leaves a command to its tool, with the variables of its session. */
export function bypassReply(reason: Reason, session: Session | undefined): BypassReply {
  return { kind: "bypass", code: REASONS[reason].code, env: sessionEnv(session, []) };
}

/** The changes to the caller's environment: a session's own variables, and the plan's, which win. */
export function sessionEnv(session: Session | undefined, plan: readonly string[]): readonly string[] {
  if (session?.envBlock === undefined) return plan;
  const planned = new Set(plan.map((change) => change.split("=", 1)[0]));
  const own = session.request.env.filter(([name]) => !planned.has(name));
  return [...own.map(([name, value]) => `${name}=${value}`), ...plan];
}

/**
 * No delivered file ever shares its bytes with the store by a hard link: who writes to one, or changes its mode, would
 * change the other (docs/decisions/0005-no-hard-links.md). The words that ask for links get the next best thing.
 */
export function deliveryOf(mode: DeliveryMode): DeliverReply["delivery"] {
  return mode === "link" || mode === "reflink-or-link-or-copy" ? "auto" : mode;
}

/** Where the files of a result go for this call. */
export function deliveredFiles(to: Pick<Job, "destination">, ready: ReadyResult): DeliveredFile[] {
  const files: DeliveredFile[] = [];
  for (const file of ready.files) {
    const dest = to.destination(file.role);
    if (dest === undefined) continue;
    const base = { dest, mode: modeOf(file.mode) };
    files.push("from" in file ? { ...base, from: file.from } : { ...base, inline: file.inline });
  }
  return files;
}

/** A depfile that we make for the user, where the compiler would write it. */
export function madeDepfile(dest: string, text: string): DeliveredFile {
  return { dest, mode: MADE_ANEW | WRITTEN_INTO | 0o666, inline: new TextEncoder().encode(text) };
}

/** What kind of thing is made and how, and with which rights before the caller's mask. */
function modeOf(mode: number): number {
  return (mode & (TYPE_BITS | WRITTEN_INTO | MADE_ANEW)) | ((mode & 0o111) === 0 ? 0o666 : 0o777);
}
