import assert from "node:assert/strict";
import { PATHS } from "../../core/mod.ts";
import { testWith } from "../../../testing/needs.ts";
import type { Ask } from "./ask.ts";
import { loadedLibraries } from "./loaded_libraries.ts";

const STDOUT = `\tlinux-vdso.so.1 (0x00007ffd)
\tlibz.so.1 => my libs/libz.so.1 (0x00007f01)
\tlibc.so.6 => /lib/libc.so.6 (0x00007f02)
\tlibnone.so => not found
\t/lib64/ld-linux-x86-64.so.2 (0x00007f03)
`;
const STDERR = `     12:\tfind library=libz.so.1 [0]; searching
     12:\t search path=first:my libs:\t\t(LD_LIBRARY_PATH)
     12:\t  trying file=first/libz.so.1
`;

Deno.test("loadedLibraries() takes relative folders, names with spaces, and tells where else it would look", async () => {
  const asked: string[] = [];
  const ask = (
    program: string,
    args: readonly string[],
    { env }: { env: Readonly<Record<string, string>> },
  ) => {
    asked.push(`${env["LD_DEBUG"]} ${program} ${args}`);
    return Promise.resolve({ stdout: STDOUT, stderr: STDERR });
  };
  const context = { cwd: "/none/w", env: {} };
  const paths = {
    resolve: (folder: string, path: string) => PATHS.from(folder, path),
    climbedFrom: () => ["/none/climbed"],
  };
  const found = await loadedLibraries(["/none/cc1"], context, { ask, paths });
  assert.deepEqual(asked, ["libs /usr/bin/ldd /none/cc1"]);
  assert.deepEqual(found.libraries, [
    "/none/w/my libs/libz.so.1",
    "/lib/libc.so.6",
    "/lib64/ld-linux-x86-64.so.2",
  ]);
  assert.deepEqual([found.climbed, found.searched], [["/none/climbed"], []]);
  assert.deepEqual(found.elsewhere, [
    "/none/w/first/libz.so.1",
    "/none/w/first/libc.so.6",
    "/none/w/first/ld-linux-x86-64.so.2",
    "/none/w/my libs/libc.so.6",
    "/none/w/my libs/ld-linux-x86-64.so.2",
    "/none/w/./libz.so.1",
    "/none/w/./libc.so.6",
    "/none/w/./ld-linux-x86-64.so.2",
  ]);
});

Deno.test("loadedLibraries() learns what is searched of any folder, if all libraries are found", async () => {
  const telling = ["/tls/x", "/tls", "", ":/first"].map((below) => `/dev/null/zccache${below}`).join(":");
  const searchedBy = async (stdout: string) => {
    const stderr = `  1:\t search path=${telling}\t\t(LD_LIBRARY_PATH)\n`;
    const ask = () => Promise.resolve({ stdout, stderr });
    const paths = { resolve: PATHS.from, climbedFrom: () => [] };
    const found = await loadedLibraries(["/none/cc1"], { cwd: "/none", env: {} }, { ask, paths });
    return [found.searched, found.elsewhere];
  };
  const libc = "\tlibc.so.6 => /lib/libc.so.6 (0x01)\n";
  assert.deepEqual(await searchedBy(libc), [["/tls/x", "/tls", ""], ["/first/libc.so.6"]]);
  assert.deepEqual(await searchedBy(`${libc}\tlibz.so.1 => not found\n`), [[], ["/first/libc.so.6"]]);
});

testWith(["ldd"], "loadedLibraries() has a program's own loader list what ldd lists", async () => {
  const asked: string[] = [];
  const ask: Ask = async (program, args, { cwd, env }) => {
    asked.push(program);
    const command = new Deno.Command(program, { args: [...args], cwd, env: { ...env }, clearEnv: true });
    const { stdout, stderr } = await command.output();
    const text = new TextDecoder();
    return { stdout: text.decode(stdout), stderr: text.decode(stderr) };
  };
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    // a script names its interpreter's libraries to nobody, and a link is followed to where the libraries are looked for
    Deno.writeTextFileSync(`${folder}/script`, "#!/bin/sh\n", { mode: 0o755 });
    Deno.symlinkSync(Deno.execPath(), `${folder}/link`);
    const paths = { resolve: PATHS.from, climbedFrom: () => [] };
    const context = { cwd: folder, env: {} };
    const found = (path: string, by: Ask) => loadedLibraries([path], context, { ask: by, paths });
    const byLoader = await found(`${folder}/link`, ask);
    assert.equal(asked.length, 1);
    assert.notEqual(asked[0], "/usr/bin/ldd");
    assert.ok(byLoader.libraries.length > 0);
    const byLdd = await found(`${folder}/link`, (program, ...rest) => {
      return program === "/usr/bin/ldd" ? ask(program, ...rest) : Promise.resolve(undefined);
    });
    assert.deepEqual(byLoader.libraries, byLdd.libraries);
    assert.deepEqual((await found(`${folder}/script`, ask)).libraries, []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
