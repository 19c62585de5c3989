/** A tool that a test can't do without. */
export type Need = string;

/** The first folder of PATH that holds this program, or undefined. */
export function which(program: string): string | undefined {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    const path = `${folder}/${program}`;
    try {
      const info = Deno.statSync(path);
      if (info.isFile && ((info.mode ?? 0) & 0o111) !== 0) return path;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) throw error;
    }
  }
  return undefined;
}

/** Whether the tests may do what only root may: mount, make device nodes, become another user. */
export function isRoot(): boolean {
  return Deno.uid() === 0;
}

/** Says on standard error that a test doesn't run here, and why. */
export function tellSkipped(name: string, why: string): void {
  console.error(`not run: ${name}: ${why}`);
}

/**
 * Registers a test that needs tools. Where one is missing the test shows up as skipped and the reason is said; with
 * CI=true it fails instead. The pseudo-tool `root` stands for the rights of root.
 */
export function testWith(
  needs: readonly Need[],
  name: string,
  body: (t: Deno.TestContext) => Promise<void>,
): void {
  const missing = needs.filter((need) => need === "root" ? !isRoot() : which(need) === undefined);
  if (missing.length === 0) return Deno.test(name, body);
  const why = `needs ${missing.join(", ")}`;
  const isSkipped = Deno.env.get("CI") !== "true";
  if (isSkipped) tellSkipped(name, why);
  Deno.test({
    name: `${name} [${why}]`,
    ignore: isSkipped,
    fn: () => {
      throw new Error(`Cannot run this test: it ${why}`);
    },
  });
}
