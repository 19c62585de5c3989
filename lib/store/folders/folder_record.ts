import { isFileError } from "../blobs/file_identity.ts";

/** A file of a kept folder: what tells that nobody has written to it since. */
export type KeptFile = readonly [name: string, size: number, mtimeS: number, mtimeNs: number];

/** A folder as it was when it was kept. */
export interface KeptFolder {
  readonly name: string;
  readonly mode: number;
  readonly files: readonly KeptFile[];
}

/** What is kept under one key. */
export interface FolderRecord {
  /** The start of the machine in which it was kept. */
  readonly boot: number;
  /** What the files take of the disk if nothing else links to them. */
  readonly bytes: number;
  /** What the keeper noted of the time when it was kept. */
  readonly note: string;
  readonly folders: readonly KeptFolder[];
}

const NAME = "record.json";
const LAYOUT = 1;

/** Whether a name in a key's folder is that of a kept folder. */
export function isKeptName(name: string): boolean {
  return name !== NAME;
}

/** Writes the record of what is kept in a folder. Throws what the file system throws. */
export function writeRecord(folder: string, record: FolderRecord): void {
  Deno.writeTextFileSync(`${folder}/${NAME}`, JSON.stringify({ layout: LAYOUT, ...record }), { mode: 0o600 });
}

/** Reads it; undefined for what is not there or no record. */
export function readRecord(folder: string): FolderRecord | undefined {
  try {
    const read: unknown = JSON.parse(Deno.readTextFileSync(`${folder}/${NAME}`));
    return isRecord(read) ? read : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || isFileError(error)) return undefined;
    throw error;
  }
}

function isRecord(read: unknown): read is FolderRecord {
  if (typeof read !== "object" || read === null) return false;
  const { layout, boot, bytes, note, folders } = read as Partial<Record<string, unknown>>;
  return layout === LAYOUT && typeof boot === "number" && typeof bytes === "number" &&
    typeof note === "string" &&
    Array.isArray(folders) && folders.every(isFolder);
}

function isFolder(read: unknown): read is KeptFolder {
  if (typeof read !== "object" || read === null) return false;
  const { name, mode, files } = read as Partial<Record<string, unknown>>;
  return typeof name === "string" && typeof mode === "number" && Array.isArray(files) && files.every(isFile);
}

function isFile(read: unknown): read is KeptFile {
  return Array.isArray(read) && typeof read[0] === "string" && read.length === 4 &&
    read.slice(1).every((part) => typeof part === "number");
}
