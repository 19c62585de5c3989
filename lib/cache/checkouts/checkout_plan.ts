import { PathMap } from "../../core/mod.ts";
import type { FileId, FileView } from "../../files/mod.ts";
import type { Batch, Call, CratePlan, ObservedPlan, Parsed, Plan, Unshared } from "../../tools/mod.ts";
import { folderOf, type Paths } from "../paths.ts";
import { leadsTo } from "../premises.ts";

/** What must stay so for a checkout's root to be the right one, as premises have it. */
interface Grounds {
  readonly read: readonly FileId[];
  readonly absent: readonly string[];
  readonly leading: readonly string[];
}

/** Where no root was looked for. */
export const NO_GROUNDS: Grounds = { read: [], absent: [], leading: [] };

/** The plan of a call, or of each of its sources. */
export interface CheckoutPlan extends Grounds {
  readonly planned: Plan | Batch;
}

/** The root of a checkout, if one was found. */
interface FoundRoot extends Grounds {
  readonly root: string | undefined;
}

/** What stands in the root of every checkout: a folder, or in a worktree a file. */
const GIT = ".git";

/** Whether a call asks for results that are shared between checkouts. */
export function asksToShare(call: Call): boolean {
  return call.env.get("ZCCACHE_PATH_REMAP") === "auto";
}

/** The plans of a call, one for each source. */
export function plansOf(planned: Plan | Batch): readonly Plan[] {
  return planned.kind === "batch" ? planned.plans : [planned];
}

/** What was planned, with the reason why nothing of it is shared; `alone` is the same call parsed without roots. */
export function withoutSharing(planned: Plan | Batch, alone: Parsed, unshared: Unshared): Plan | Batch {
  if (alone.kind === "plan") return { ...alone, unshared };
  if (alone.kind !== "batch") return planned;
  return { ...alone, plans: alone.plans.map((plan) => ({ ...plan, unshared })) };
}

/** The roots by which an observed call's results are shared. */
export interface CheckoutRoots extends Grounds {
  readonly roots: PathMap | undefined;
  /** Why there are none. */
  readonly unshared?: Unshared;
}

/** Where an observed call's checkout is: links and archives hold nothing of paths that can't be seen in their outputs. */
export function rootsOfObserved(
  call: Call,
  plan: ObservedPlan,
  parts: { readonly view: FileView; readonly paths: Paths },
): CheckoutRoots {
  const nowhere = { roots: undefined, ...NO_GROUNDS };
  if (plan.work !== "links" || plan.readsSources || call.isScript) {
    return { ...nowhere, unshared: { reason: "unsupported_language", detail: plan.family } };
  }
  const found = findRoot(call, ".", parts);
  if ("reason" in found) return { ...nowhere, unshared: found };
  const { root, ...rest } = found;
  if (root === undefined) return { ...rest, roots: undefined, unshared: { reason: "git_root_unavailable" } };
  return { ...rest, roots: rootsAround(call, root) };
}

/** A crate's plan, made such that its results can be shared with other checkouts; where they can't, it says why. */
export interface CrateCheckout extends Grounds {
  readonly plan: CratePlan;
}

/** Plans a crate again by the checkout that its outputs belong to: crates that it's made of may be anywhere. */
export function planCrateForCheckout(
  call: Call,
  plan: CratePlan,
  parts: { readonly view: FileView; readonly paths: Paths; readonly parse: (call: Call) => Parsed },
): CrateCheckout {
  const output = plan.outputs[0]?.path ?? ".";
  const found = findCrateRoot(call, output, parts);
  if ("reason" in found) return { plan: { ...plan, unshared: found }, ...NO_GROUNDS };
  const { root, ...rest } = found;
  const target = targetFolder(parts.paths.resolve(call.cwd, output), root, parts.view);
  const roots = crateRoots(root, target);
  if (roots.roots.length === 0) {
    return { plan: { ...plan, unshared: { reason: "git_root_unavailable" } }, ...rest };
  }
  const again = parts.parse({ ...call, roots });
  return { plan: again.kind === "crate" ? again : plan, ...rest };
}

function findCrateRoot(
  call: Call,
  output: string,
  parts: { readonly view: FileView; readonly paths: Paths },
): FoundRoot | Unshared {
  const atOutput = { ...call, cwd: folderOf(parts.paths.resolve(call.cwd, output)) };
  const found = findRoot(atOutput, ".", parts);
  if ("reason" in found || found.root !== undefined) return found;
  // crates that were fetched as repositories are no checkouts of the user's
  const fetched = call.env.get("CARGO_HOME") ?? `${call.env.get("HOME") ?? ""}/.cargo`;
  if (isBelow(call.cwd, fetched)) return found;
  const around = rootAbove(parts.view, call.cwd);
  return { root: around.root, ...bothGrounds(found, around) };
}

/** What cargo puts into each folder that it builds in. */
const TARGET_TAG = "CACHEDIR.TAG";

/** The folder that cargo builds in, if that is not in the checkout. */
function targetFolder(output: string, root: string | undefined, view: FileView): string | undefined {
  if (root !== undefined && isBelow(output, root)) return undefined;
  for (let at = folderOf(output); at !== "/"; at = folderOf(at)) {
    if (view.exists(`${at}/${TARGET_TAG}`)) return at;
  }
  return undefined;
}

function rootsAround(call: Call, root: string): PathMap {
  const roots = [{ name: "root", path: root }];
  if (!isBelow(call.cwd, root)) roots.push({ name: "work", path: call.cwd });
  return new PathMap(roots);
}

/** Plans a call again such that its results can be shared with other checkouts; where they can't, the plan says why. */
export function planForCheckout(
  call: Call,
  planned: Plan | Batch,
  parts: { readonly view: FileView; readonly paths: Paths; readonly parse: (call: Call) => Parsed },
): CheckoutPlan {
  const { view, paths, parse } = parts;
  const found = findRoot(call, plansOf(planned)[0]?.source ?? "", { view, paths });
  if ("reason" in found) return { planned: withoutSharing(planned, planned, found), ...NO_GROUNDS };
  const { root, ...rest } = found;
  if (root === undefined) {
    return { planned: withoutSharing(planned, planned, { reason: "git_root_unavailable" }), ...rest };
  }
  const again = parse({ ...call, roots: rootsAround(call, root) });
  return { planned: again.kind === "plan" || again.kind === "batch" ? again : planned, ...rest };
}

/** The first releases that know the options by which paths are left out. */
const SINCE: Readonly<Record<string, number>> = { gcc: 8, clang: 13 };

/** Why a compiler can't leave paths out, by the line that tells its version. */
export function unsharedVersion(version: string): Unshared | undefined {
  const [, compiler = "", major] = /(gcc|clang) version (\d+)/.exec(version) ?? [];
  const since = SINCE[compiler];
  return since !== undefined && Number(major) >= since
    ? undefined
    : { reason: "toolchain_mismatch", detail: version };
}

/** The roots of what cargo builds in a target folder (absolute) for a caller who asks for sharing, as far as they are known. */
export function rootsOfTarget(
  target: string,
  { cwd, root: named }: { readonly cwd: string; readonly root: string | undefined },
  parts: { readonly view: FileView; readonly paths: Paths },
): PathMap {
  const env = new Map(named === undefined ? [] : [["ZCCACHE_WORKTREE_ROOT", named]]);
  const found = findRoot({ cwd: target, env }, ".", parts);
  const around = "reason" in found ? undefined : found.root ?? rootAbove(parts.view, cwd).root;
  const isWithin = around !== undefined && isBelow(target, around);
  return crateRoots(around, isWithin ? undefined : target);
}

function crateRoots(root: string | undefined, target: string | undefined): PathMap {
  return new PathMap([
    ...(root === undefined ? [] : [{ name: "root", path: root }]),
    ...(target === undefined ? [] : [{ name: "target", path: target }]),
  ]);
}

/** The checkout around the caller's folder, if the source is in it too; else the one around the source. */
function findRoot(
  call: Pick<Call, "cwd" | "env">,
  spelled: string,
  { view, paths }: { readonly view: FileView; readonly paths: Paths },
): FoundRoot | Unshared {
  const given = call.env.get("ZCCACHE_WORKTREE_ROOT") ?? "";
  if (given !== "") {
    // the caller's folder is told without links, the variable may not be
    const named = given.startsWith("/") ? paths.resolve("/", given) : undefined;
    const root = named && leadsTo(view, named);
    if (!root || view.state(view.track(root)) !== "folder") {
      return { reason: "git_root_unavailable", detail: given };
    }
    return { root, read: [view.track(root)], absent: [], leading: [named] };
  }
  const source = paths.resolve(call.cwd, spelled);
  const around = rootAbove(view, call.cwd);
  if (around.root !== undefined && isBelow(source, around.root)) return around;
  const other = rootAbove(view, folderOf(source));
  return { root: other.root ?? around.root, ...bothGrounds(around, other) };
}

function bothGrounds(one: Grounds, other: Grounds): Grounds {
  return {
    read: [...one.read, ...other.read],
    absent: [...one.absent, ...other.absent],
    leading: [...one.leading, ...other.leading],
  };
}

function rootAbove(view: FileView, folder: string): FoundRoot {
  const absent: string[] = [];
  for (let at = folder;; at = folderOf(at)) {
    const git = at === "/" ? `/${GIT}` : `${at}/${GIT}`;
    if (view.exists(git)) return { root: at, read: [view.track(git)], absent, leading: [] };
    absent.push(git);
    if (at === "/") return { root: undefined, read: [], absent, leading: [] };
  }
}

function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}
