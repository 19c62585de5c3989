import { isOn, VERSION } from "../../lib/core/mod.ts";
import { ask, firstLine, infoOf } from "./_ask.ts";
import { type Finding, findingsOf, type Patient } from "./finding.ts";

/** Versions of what runs. */
export function checkVersions(): Finding[] {
  const { ok } = findingsOf("versions");
  const { os, arch } = Deno.build;
  return [ok(`zccache ${VERSION}, Deno ${Deno.version.deno}, ${os} ${Deno.osRelease()}, ${arch}`)];
}

/** Whether there is a launcher, and whether a shell finds this installation. */
export async function checkInstallation({ ownProgram, env }: Patient): Promise<Finding[]> {
  const { ok, note, warning } = findingsOf("installation");
  const found: Finding[] = [];
  if (ownProgram === undefined) {
    found.push(warning(
      "this zccache runs from its sources, without the native launcher: each command takes some 50 ms longer",
      "install it: deno task install",
    ));
  } else found.push(ok(`the launcher is ${ownProgram}`));
  const onPath = programsOnPath("zccache", env("PATH") ?? "");
  const [first] = onPath;
  if (first === undefined) {
    return [
      ...found,
      warning("zccache is not on PATH", "add its folder to PATH, or give build tools its full path"),
    ];
  }
  if (ownProgram === undefined || isSame(first, ownProgram)) found.push(ok(`a shell finds ${first}`));
  else {
    const said = await ask(first, ["--version"]);
    found.push(warning(
      `a shell finds another zccache first: ${first} (${firstLine(said?.stdout ?? "it can't be run")})`,
      `put the folder of ${ownProgram} before it on PATH, or remove the other one`,
    ));
  }
  for (const other of onPath.slice(1)) {
    if (!isSame(other, first)) found.push(note(`another zccache is on PATH: ${other}`));
  }
  return found;
}

/** Variables that change what zccache does, as far as they are worth a look. */
export function checkEnvironment({ env }: Patient): Finding[] {
  const { ok, note, problem } = findingsOf("environment");
  const found: Finding[] = [];
  const isSet = (name: string) => isOn(env(name));
  if (isSet("ZCCACHE_DISABLE")) {
    found.push(
      problem("ZCCACHE_DISABLE is set: nothing is answered from the cache", "unset ZCCACHE_DISABLE"),
    );
  }
  if (isSet("ZCCACHE_NO_SPAWN")) {
    found.push(note("ZCCACHE_NO_SPAWN is set: no daemon is started", "unset it if that was not meant"));
  }
  if (isSet("ZCCACHE_NO_WATCH")) {
    found.push(
      note("ZCCACHE_NO_WATCH is set: files are asked by stat, which is slower", "unset it where events work"),
    );
  }
  return found.length > 0 ? found : [ok("no variable holds zccache back")];
}

/** The executables of a name, in the order of PATH. */
export function programsOnPath(name: string, path: string): string[] {
  const folders = path.split(":").filter((folder) => folder.startsWith("/"));
  return [...new Set(folders)].map((folder) => `${folder}/${name}`).filter((file) => {
    const info = infoOf(file);
    return info !== undefined && info.isFile && ((info.mode ?? 0o111) & 0o111) !== 0;
  });
}

/** Whether two paths lead to the same file. */
export function isSame(a: string, b: string): boolean {
  const [x, y] = [infoOf(a), infoOf(b)];
  return x !== undefined && y !== undefined && x.ino !== null && x.ino === y.ino && x.dev === y.dev;
}
