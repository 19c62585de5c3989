import assert from "node:assert/strict";
import {
  type IdentityReader,
  keepIdentity,
  PortableReader,
  sameIdentity,
  StatxReader,
} from "./file_identity.ts";

const readers: [string, () => IdentityReader][] = [["PortableReader", () => new PortableReader()]];
if (Deno.build.os === "linux") readers.push(["StatxReader", () => new StatxReader()]);

for (const [name, open] of readers) {
  Deno.test(`${name} reads size and times of a regular file`, async () => {
    using reader = open();
    const folder = await Deno.makeTempDir();
    const path = `${folder}/fichier ünïcode`;
    await Deno.writeTextFile(path, "some bytes");
    await Deno.utime(path, 1_600_000_000, 1_600_000_000.25);
    const found = reader.read(path);
    assert.deepEqual([found?.size, found?.mtimeS, found?.mtimeNs], [10, 1_600_000_000, 250_000_000]);
    assert.ok(Math.abs((found?.ctimeS ?? 0) - Date.now() / 1000) < 60);
    await Deno.remove(folder, { recursive: true });
  });

  Deno.test(`${name} knows nothing but regular files`, async () => {
    using reader = open();
    const folder = await Deno.makeTempDir();
    await Deno.symlink("/bin/sh", `${folder}/link`);
    const paths = [
      `${folder}/absent`,
      folder,
      `${folder}/link`,
      "/dev/null",
      `${folder}/${"x".repeat(5000)}`,
    ];
    assert.deepEqual(paths.map((path) => reader.read(path)), paths.map(() => undefined));
    await Deno.remove(folder, { recursive: true });
  });
}

Deno.test("sameIdentity() sees each part", () => {
  const identity = { size: 1, mtimeS: 2, mtimeNs: 3, ctimeS: 4, ctimeNs: 5 };
  assert.ok(sameIdentity(identity, keepIdentity(identity)));
  for (const part of ["size", "mtimeS", "mtimeNs", "ctimeS", "ctimeNs"]) {
    assert.ok(!sameIdentity(identity, { ...identity, [part]: 9 }), part);
  }
});
