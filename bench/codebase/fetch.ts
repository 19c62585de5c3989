import { createHash } from "node:crypto";
import type { KnownCodeBase } from "./known.ts";

/**
 * Brings a known code base into `folder` (kept between runs) and gives the path of its unpacked package. The
 * package comes by `npm pack`, which any machine that could start `npx` has; its digest must be the pinned one.
 * Throws `Error` if it can't be had or is not what was pinned.
 */
export async function fetchCodeBase(base: KnownCodeBase, folder: string): Promise<string> {
  const home = `${folder}/${base.package}-${base.version}`;
  const tree = `${home}/package`;
  if (await exists(`${home}/complete`)) return tree;
  await Deno.mkdir(home, { recursive: true });
  const archive = await pack(base, home);
  const digest = `sha512-${createHash("sha512").update(await Deno.readFile(archive)).digest("base64")}`;
  if (digest !== base.integrity) {
    throw new Error(
      `Cannot use ${base.package} ${base.version}: its digest is ${digest}, expected ${base.integrity}`,
    );
  }
  await run(["tar", "-xzf", archive, "-C", home], home);
  await Deno.remove(archive);
  await Deno.writeTextFile(`${home}/complete`, "");
  return tree;
}

/** Runs `npm pack` with all its own files below `home` too. */
async function pack(base: KnownCodeBase, home: string): Promise<string> {
  const wanted = `${base.package}@${base.version}`;
  const out = await run(
    ["npm", "pack", wanted, "--silent", "--pack-destination", home, "--cache", `${home}/npm`],
    home,
  );
  const name = out.trim().split("\n").at(-1);
  if (name === undefined || !name.endsWith(".tgz")) {
    throw new Error(`Cannot fetch ${wanted}: npm named no archive`);
  }
  await Deno.remove(`${home}/npm`, { recursive: true });
  return `${home}/${name}`;
}

async function run(words: readonly string[], cwd: string): Promise<string> {
  const [program, ...args] = words;
  const done = await new Deno.Command(program!, {
    args,
    cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (done.success) return new TextDecoder().decode(done.stdout);
  throw new Error(
    `Cannot fetch the code base: ${program} said: ${new TextDecoder().decode(done.stderr).trim()}`,
  );
}

/** Whether something is at `path`. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
