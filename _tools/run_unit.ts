/**
 * The tests beside the code, in a few processes at once.
 *
 *     deno task unit [WORD…]   without other programs; fast
 *     deno task real [WORD…]   against the real thing, compilers and killed processes: the modules `*_real_test.ts`
 *
 * Words choose the modules whose path has one of them. Types are the business of `deno task check`.
 */
import { REPOSITORY } from "./run.ts";

const FOLDERS = ["lib", "daemon", "cli", "_tools", "bench"];
const REAL = /_real_test\.ts$/;

if (import.meta.main) Deno.exit(await main());

async function main(): Promise<number> {
  const [ring, ...words] = Deno.args;
  const paths = FOLDERS.flatMap((folder) => testsBelow(folder))
    .filter((path) => REAL.test(path) === (ring === "real"))
    .filter((path) => words.length === 0 || words.some((word) => path.includes(word)));
  if (paths.length === 0) {
    console.error(`no module of this ring has ${words.join(" or ")} in its path`);
    return 1;
  }
  // more than there are processors, so that none is idle while the slowest share ends
  const shares = deal(paths, 2 * navigator.hardwareConcurrency);
  const codes = await Promise.all(shares.map((share) => runShare(share)));
  return codes.find((code) => code !== 0) ?? 0;
}

/** The modules of tests in a folder of the repository. */
function testsBelow(folder: string): string[] {
  return [...Deno.readDirSync(`${REPOSITORY}/${folder}`)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return testsBelow(path);
    return name.endsWith("_test.ts") ? [path] : [];
  });
}

/** Deals modules out, the largest first. Empty shares are left out. */
function deal(paths: readonly string[], count: number): string[][] {
  const sized = paths.map((path) => ({ path, size: Deno.statSync(`${REPOSITORY}/${path}`).size }));
  const shares = Array.from({ length: count }, (): string[] => []);
  for (const [index, { path }] of sized.toSorted((a, b) => b.size - a.size).entries()) {
    shares[index % count]!.push(path);
  }
  return shares.filter((share) => share.length > 0);
}

/** Runs a share and shows what it said once it has ended; resolves to its exit code. */
async function runShare(paths: readonly string[]): Promise<number> {
  const options = ["test", "--allow-all", "--no-check", "--sanitize-ops", "--sanitize-resources"];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...options, "_tools/unit_share.ts", "--", ...paths],
    cwd: REPOSITORY,
  }).output();
  await Deno.stdout.write(stdout);
  await Deno.stderr.write(stderr);
  return code;
}
