import type { Log } from "./log.ts";

/** Folders below the root that the daemon expects. */
const FOLDERS = ["artifacts", "tmp", "logs", "crashes", "depgraph"] as const;

/** Makes the root and its folders, for the owner alone. Throws what the file system throws. */
export function makeRoot(root: string): void {
  Deno.mkdirSync(root, { recursive: true, mode: 0o700 });
  if (Deno.build.os !== "windows") Deno.chmodSync(root, 0o700);
  for (const folder of FOLDERS) Deno.mkdirSync(`${root}/${folder}`, { recursive: true, mode: 0o700 });
}

/** Removes what runs of an earlier daemon left; their launchers notice nothing. */
export async function sweepTemporary(folder: string, log: Log): Promise<void> {
  for await (const entry of Deno.readDir(folder)) {
    try {
      await Deno.remove(`${folder}/${entry.name}`, { recursive: true });
    } catch (error) {
      if (error instanceof Error) {
        log.write("warn", `Cannot remove ${folder}/${entry.name}: ${error.message}`);
      }
    }
  }
}

/** The daemon's hold on its root. */
export class RootLock implements Disposable {
  readonly #file: Deno.FsFile;

  private constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /** Takes the lock and writes our process id into it; undefined if another daemon has it. */
  static take(path: string): RootLock | undefined {
    const file = Deno.openSync(path, { create: true, read: true, write: true, mode: 0o600 });
    if (!file.tryLockSync(true)) {
      file.close();
      return undefined;
    }
    file.truncateSync(0);
    file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
    return new RootLock(file);
  }

  /** Empties the file and lets go; the file stays, so that nobody locks a name that is gone. */
  [Symbol.dispose](): void {
    this.#file.truncateSync(0);
    this.#file.close();
  }
}
