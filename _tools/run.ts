/** The folder of the repository, without a slash at its end. */
export const REPOSITORY: string = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

/** Runs a program in the repository with our own streams; throws if it ends with another exit code than 0. */
export async function run(program: string, args: readonly string[]): Promise<void> {
  const { code } = await new Deno.Command(program, { args: [...args], cwd: REPOSITORY }).spawn().status;
  if (code !== 0) throw new CommandFailed(`${program.split("/").at(-1)} ${args.join(" ")}`, code);
}

/** A command of a task ended with another exit code than 0; the task ends with the same. */
export class CommandFailed extends Error {
  override name = "CommandFailed";
  constructor(command: string, readonly code: number) {
    super(`Cannot go on: ${command} ended with exit code ${code}`);
  }
}

/** Puts a file in place by a rename, so that whoever has the old one open or running keeps it. */
export async function replaceFile(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${path}.${Deno.pid}.tmp`;
  try {
    await write(temporary);
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

/** Runs a task's main function: an expected failure is one line and its exit code. */
export async function runTask(main: () => Promise<void>): Promise<never> {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    console.error(error.message);
    Deno.exit(error.code);
  }
  Deno.exit(0);
}
