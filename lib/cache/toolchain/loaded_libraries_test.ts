import assert from "node:assert/strict";
import { PATHS } from "../../core/mod.ts";
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
  const paths = { resolve: (folder: string, path: string) => PATHS.from(folder, path) };
  const found = await loadedLibraries(["/none/cc1"], context, { ask, paths });
  assert.deepEqual(asked, ["libs /usr/bin/ldd /none/cc1"]);
  assert.deepEqual(found.libraries, [
    "/none/w/my libs/libz.so.1",
    "/lib/libc.so.6",
    "/lib64/ld-linux-x86-64.so.2",
  ]);
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
