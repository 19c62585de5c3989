import { run, text } from "../rig/process.ts";

/** A browser without a window, with a folder of its own that is gone afterwards. */
export async function browse(
  page: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "zccache-browser-" });
  try {
    const outcome = await run([
      "chromium",
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--no-first-run",
      "--hide-scrollbars",
      "--virtual-time-budget=20000",
      `--user-data-dir=${folder}`,
      ...args,
      `file://${page}`,
    ], { cwd: folder, env: { ...env, HOME: folder }, deadlineMs: 120_000 });
    return text(outcome.stdout);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
