import { err, MADE_ANEW, ok, type Result, WRITTEN_INTO } from "../../lib/core/mod.ts";
import {
  type DeliveredFile,
  type Delivery,
  FOLDER_BITS,
  LINK_BITS,
  TYPE_BITS,
} from "../../lib/protocol/mod.ts";

/** Of the destination's name, so that the temporary's is not too long for the folder. */
const NAME_KEPT = 60;

const NO_CLONE = "a clone can't be demanded";

/**
 * Puts every file of a hit in its place, or none: all temporaries first, then the renames, that of the main output last. The
 * error says why the tool has to run instead. Unlike the launcher's it always writes: what that spares is little beside this program's start.
 */
export function deliver(files: readonly DeliveredFile[], delivery: Delivery): Result<true, string> {
  const temporaries: string[] = [];
  const older = new Map<DeliveredFile, Uint8Array>();
  try {
    for (const [index, file] of files.entries()) {
      if (!isReplaceable(file)) {
        removeAll(temporaries);
        return err("an output is not a plain file");
      }
      const temporary = temporaryName(file.dest, index);
      temporaries.push(temporary);
      if (isWrittenOver(file)) older.set(file, bytesOf(file, delivery));
      else place(file, temporary, delivery);
    }
    for (const [index, file] of [...files.entries()].reverse()) {
      if (isFolder(file)) continue;
      const bytes = older.get(file);
      if (bytes !== undefined) Deno.writeFileSync(file.dest, bytes);
      else Deno.renameSync(temporaries[index] ?? "", file.dest);
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    removeAll(temporaries);
    return err(`a file of the hit could not be placed (${error.message})`);
  }
  return ok(true);
}

/** What a tool would write to in place must not be replaced. */
function isReplaceable(file: DeliveredFile): boolean {
  try {
    const old = Deno.lstatSync(file.dest);
    if (isFolder(file)) return old.isDirectory;
    return isLink(file) && old.isSymlink || old.isFile && (old.nlink === 1 || old.nlink === null);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
    throw error;
  }
}

/** Whether a file stands there that its tool would write into; throws if we must not. */
function isWrittenOver({ mode, dest }: DeliveredFile): boolean {
  if ((mode & WRITTEN_INTO) === 0) return false;
  try {
    Deno.openSync(dest, { write: true }).close();
    if ((mode & MADE_ANEW) === 0) throw new Error("the tool needs what stands there");
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function bytesOf({ from, inline }: DeliveredFile, delivery: Delivery): Uint8Array {
  if (from === undefined) return inline ?? new Uint8Array();
  if (delivery === "reflink") throw new Error(NO_CLONE);
  return Deno.readFileSync(from);
}

function isFolder({ mode }: DeliveredFile): boolean {
  return (mode & TYPE_BITS) === FOLDER_BITS;
}

function isLink({ mode }: DeliveredFile): boolean {
  return (mode & TYPE_BITS) === LINK_BITS;
}

function temporaryName(dest: string, index: number): string {
  const slash = dest.lastIndexOf("/") + 1;
  return `${dest.slice(0, slash)}.${dest.slice(slash).slice(0, NAME_KEPT)}.zcc${Deno.pid}-${index}`;
}

function place(file: DeliveredFile, temporary: string, delivery: Delivery): void {
  if (isFolder(file)) return Deno.mkdirSync(file.dest, { recursive: true, mode: file.mode & 0o777 });
  if (isLink(file)) return Deno.symlinkSync(new TextDecoder().decode(file.inline), temporary);
  // neither call heeds the mask by itself
  const mode = file.mode & 0o777 & ~Deno.umask();
  if (file.from === undefined) {
    Deno.writeFileSync(temporary, file.inline ?? new Uint8Array(), { createNew: true, mode });
    return;
  }
  // Deno has no call that clones or fails; its copy clones where the kernel can.
  if (delivery === "reflink") throw new Error(NO_CLONE);
  Deno.copyFileSync(file.from, temporary);
  Deno.chmodSync(temporary, mode);
}

function removeAll(paths: readonly string[]): void {
  for (const path of paths) {
    try {
      Deno.removeSync(path);
    } catch (error) {
      // gone already, or in a folder that took away our right to: nothing that the tool's run would need
      if (!(error instanceof Error)) throw error;
    }
  }
}
