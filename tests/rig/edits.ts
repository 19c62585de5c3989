import fs from "node:fs";

/** Writes other text of the same length and puts the old time stamps back: only the content and ctime tell. */
export function rewriteSilently(path: string, text: string): void {
  const { size, atimeMs, mtimeMs } = fs.statSync(path);
  if (size !== text.length) {
    throw new RangeError(`Cannot rewrite ${path} silently: ${size} is not ${text.length}`);
  }
  Deno.writeTextFileSync(path, text);
  Deno.utimeSync(path, atimeMs / 1000, mtimeMs / 1000);
}

/** Writes a new file beside and renames it over the old one, as editors do. */
export function renameOver(path: string, text: string): void {
  Deno.writeTextFileSync(`${path}.new`, text);
  Deno.renameSync(`${path}.new`, path);
}

/** As `renameOver`, and the new file is as old as the one it replaces. */
export function renameOverSilently(path: string, text: string): void {
  const { atimeMs, mtimeMs } = fs.statSync(path);
  Deno.writeTextFileSync(`${path}.new`, text);
  Deno.utimeSync(`${path}.new`, atimeMs / 1000, mtimeMs / 1000);
  Deno.renameSync(`${path}.new`, path);
}

/** Points a link somewhere else in one step. */
export function retarget(link: string, target: string): void {
  Deno.symlinkSync(target, `${link}.new`);
  Deno.renameSync(`${link}.new`, link);
}

/** Writes through a file descriptor that stays open until after the write, without truncating first. */
export function patchInPlace(path: string, offset: number, text: string): void {
  using file = Deno.openSync(path, { read: true, write: true });
  file.seekSync(offset, Deno.SeekMode.Start);
  file.writeSync(new TextEncoder().encode(text));
}
