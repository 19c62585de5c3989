/**
 * What a test can't do without: a program on PATH, a file (by its absolute path), or one of these words. `root` stands for the rights of root, to mount,
 * make device nodes or become another user; `linux` for that system.
 */
export type Need = string;

/** A test's work. */
export type Body = (t: Deno.TestContext) => void | Promise<void>;

/** The first folder of PATH that holds this program, or undefined. */
export function which(program: string): string | undefined {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    const path = `${folder}/${program}`;
    if (isFile(path, 0o111)) return path;
  }
  return undefined;
}

/**
 * Registers a test that needs something. Where that is missing the test shows up as skipped and the reason is said; with
 * CI=true it fails instead, but for a test of another system.
 */
export function testWith(needs: readonly Need[], name: string, body: Body): void {
  testUnless(needs.filter((need) => !isThere(need)), name, body);
}

/** The same where the caller knows what is missing; nothing means that the test runs. */
export function testUnless(missing: readonly Need[], name: string, body: Body): void {
  if (missing.length === 0) return Deno.test(name, async (t) => await body(t));
  const why = `needs ${missing.join(", ")}`;
  const isSkipped = Deno.env.get("CI") !== "true" || missing.includes("linux");
  if (isSkipped) tellSkipped(name, why);
  Deno.test({
    name: `${name} [${why}]`,
    ignore: isSkipped,
    fn: () => {
      throw new Error(`Cannot run this test: it ${why}`);
    },
  });
}

/** Says why the rest of a test is not done here, on standard error and by a step that is skipped. */
export async function skipRest(t: Deno.TestContext, why: string): Promise<void> {
  tellSkipped(t.name, why);
  await t.step({ name: why, ignore: true, fn: () => {} });
}

function tellSkipped(name: string, why: string): void {
  console.error(`not run: ${name}: ${why}`);
}

function isThere(need: Need): boolean {
  if (need === "root") return Deno.uid() === 0;
  if (need === "linux") return Deno.build.os === "linux";
  return need.startsWith("/") ? isFile(need) : which(need) !== undefined;
}

/** Whether a file is there, and has one of these rights if any are given. */
function isFile(path: string, rights?: number): boolean {
  try {
    const info = Deno.statSync(path);
    return info.isFile && (rights === undefined || ((info.mode ?? 0) & rights) !== 0);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) throw error;
    return false;
  }
}
