import { PathMap } from "../../core/mod.ts";
import type { FileId, FileView } from "../../files/mod.ts";
import type { Call, Unshared } from "../../tools/mod.ts";
import { folderOf, type Paths } from "../paths.ts";
import { leadsTo } from "../premises.ts";

/** What must stay so for a checkout's root to be the right one, as premises have it. */
export interface Grounds {
  readonly read: readonly FileId[];
  readonly absent: readonly string[];
  readonly leading: readonly string[];
}

/** Where no root was looked for. */
export const NO_GROUNDS: Grounds = { read: [], absent: [], leading: [] };

/** The root of a checkout, if one was found. */
interface FoundRoot extends Grounds {
  readonly root: string | undefined;
}

/** The roots by which a call's results are shared, or why there are none. */
export type CheckoutRoots =
  & Grounds
  & (
    | { readonly roots: PathMap; readonly unshared?: undefined }
    | { readonly roots: undefined; readonly unshared: Unshared }
  );

/** Where a caller is, and what its environment says of places. */
type Caller = Pick<Call, "cwd" | "env">;

/** How what is at a path becomes known. */
export interface Sight {
  readonly view: FileView;
  readonly paths: Paths;
}

/** What stands in the root of every checkout: a folder, or in a worktree a file. */
const GIT = ".git";

/** What cargo puts into each folder that it builds in. */
const TARGET_TAG = "CACHEDIR.TAG";

/** A call whose results stay with its checkout. */
export function unsharedCall(unshared: Unshared): CheckoutRoots {
  return { roots: undefined, unshared, ...NO_GROUNDS };
}

/**
 * The roots of a call: the checkout around its folder or its source (as spelled, as is the output). What is in none, as sources
 * that cargo has fetched, is compiled for the checkout that the output goes to.
 */
export function rootsOfCall(
  call: Caller,
  { source, output }: { readonly source: string; readonly output: string | undefined },
  sight: Sight,
): CheckoutRoots {
  const found = isFetched(call) ? { root: undefined, ...NO_GROUNDS } : findRoot(call, source, sight);
  if ("reason" in found) return unsharedCall(found);
  const { root, ...grounds } = found;
  if (root !== undefined) return { ...grounds, roots: rootsAround(call, root) };
  const made = output === undefined ? unsharedCall(NO_ROOT) : rootsOfOutput(call, output, sight);
  return { ...made, ...bothGrounds(grounds, made) };
}

/** The roots of what is made for the checkout that its output (as spelled) is in, wherever its sources are, as crates are. */
export function rootsOfOutput(call: Caller, output: string, { view, paths }: Sight): CheckoutRoots {
  const made = paths.resolve(call.cwd, output);
  const found = findRoot({ cwd: folderOf(made), env: call.env }, ".", { view, paths });
  if ("reason" in found) return unsharedCall(found);
  const asksAround = found.root === undefined && !isFetched(call);
  const { root, ...grounds } = asksAround ? either(found, rootAbove(view, call.cwd)) : found;
  const roots = outputRoots(root, targetFolder(made, root, view));
  return roots.roots.length > 0 ? { ...grounds, roots } : { ...grounds, roots: undefined, unshared: NO_ROOT };
}

/** The roots of what cargo builds in a target folder (absolute) for a caller who asks for sharing, as far as they are known. */
export function rootsOfTarget(
  target: string,
  { cwd, root: named }: { readonly cwd: string; readonly root: string | undefined },
  sight: Sight,
): PathMap {
  const env = new Map(named === undefined ? [] : [["ZCCACHE_WORKTREE_ROOT", named]]);
  const found = findRoot({ cwd: target, env }, ".", sight);
  const around = "reason" in found ? undefined : found.root ?? rootAbove(sight.view, cwd).root;
  const isWithin = around !== undefined && isBelow(target, around);
  return outputRoots(around, isWithin ? undefined : target);
}

const NO_ROOT: Unshared = { reason: "git_root_unavailable" };

/** Whether the caller is in what cargo has fetched: a repository's files are no checkout of the user's. */
function isFetched({ cwd, env }: Caller): boolean {
  return isBelow(cwd, env.get("CARGO_HOME") ?? `${env.get("HOME") ?? ""}/.cargo`);
}

/** The folder that cargo builds in, if that is not in the checkout. */
function targetFolder(output: string, root: string | undefined, view: FileView): string | undefined {
  if (root !== undefined && isBelow(output, root)) return undefined;
  for (let at = folderOf(output); at !== "/"; at = folderOf(at)) {
    if (view.exists(`${at}/${TARGET_TAG}`)) return at;
  }
  return undefined;
}

function rootsAround({ cwd }: Caller, root: string): PathMap {
  const roots = [{ name: "root", path: root }];
  if (!isBelow(cwd, root)) roots.push({ name: "work", path: cwd });
  return new PathMap(roots);
}

function outputRoots(root: string | undefined, target: string | undefined): PathMap {
  return new PathMap([
    ...(root === undefined ? [] : [{ name: "root", path: root }]),
    ...(target === undefined ? [] : [{ name: "target", path: target }]),
  ]);
}

/** The checkout around the caller's folder, if the source is in it too; else the one around the source. */
function findRoot(call: Caller, spelled: string, { view, paths }: Sight): FoundRoot | Unshared {
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
  return either(rootAbove(view, folderOf(source)), around);
}

/** The first root of two that were looked for. */
function either(one: FoundRoot, other: FoundRoot): FoundRoot {
  return { root: one.root ?? other.root, ...bothGrounds(one, other) };
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
