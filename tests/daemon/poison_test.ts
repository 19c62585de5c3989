import assert from "node:assert/strict";
import fs from "node:fs";
import { assertOk, Rig, testWith } from "../rig.ts";
import { blobsOf, damage } from "../rig/blobs.ts";

/** Large enough that the object is a blob of its own, not a row of the index. */
const BIG = `char big[20000] = { 1 };\n${
  Array.from({ length: 50 }, (_, i) => `int f${i}(int a) { return a + ${i}; }`).join("\n")
}\n`;
const ARGV = ["gcc", "-c", "a.c", "-o", "a.o", "-MMD"];

type Spoil = readonly [what: string, spoil: (path: string) => void];

/** What later steps of a build do to an object that was delivered. */
const SPOILS: readonly Spoil[] = [
  ["overwritten", (path) => Deno.writeTextFileSync(path, "rubbish")],
  ["appended to", (path) => Deno.writeTextFileSync(path, "rubbish", { append: true })],
  ["truncated", (path) => Deno.truncateSync(path, 10)],
  ["made executable", (path) => Deno.chmodSync(path, 0o777)],
  ["made read-only", (path) => Deno.chmodSync(path, 0o400)],
  ["touched to the past", (path) => Deno.utimeSync(path, 1, 1)],
  ["patched in the middle", (path) => {
    Deno.chmodSync(path, 0o644);
    using file = Deno.openSync(path, { write: true });
    file.seekSync(100, Deno.SeekMode.Start);
    file.writeSync(new Uint8Array(64));
  }],
  ["linked elsewhere and overwritten there", (path) => {
    Deno.linkSync(path, `${path}.alias`);
    Deno.writeTextFileSync(`${path}.alias`, "rubbish");
    Deno.removeSync(`${path}.alias`);
  }],
];

for (const mode of ["AUTO", "COPY", "REFLINK", "LINK", "REFLINK_OR_LINK_OR_COPY"]) {
  testWith(["gcc"], `mode ${mode}: what happens to a delivered file reaches nobody else`, async (t) => {
    await using rig = await Rig.open({ env: { ZCCACHE_MODE: mode } });
    const other = rig.folder({ "a.c": BIG });
    rig.fresh({ "a.c": BIG });
    await rig.expectSame(ARGV, { cold: "miss", warm: "hit" });
    for (const [what, spoil] of SPOILS) {
      await t.step(what, async () => {
        assertOk(await rig.wrapped(ARGV, { in: other }));
        const neighbour = Deno.readFileSync(`${other}/a.o`);
        assertOk(await rig.wrapped(ARGV));
        spoil(rig.at("a.o"));
        assert.deepEqual(Deno.readFileSync(`${other}/a.o`), neighbour, "the other checkout's object");
        Deno.removeSync(rig.at("a.o"));
        await rig.expectSame(ARGV, { cold: "hit or miss", warm: "hit" });
        await rig.expectSame(ARGV, { cold: "hit", warm: "hit", in: other });
      });
    }
  });
}

testWith(["gcc", "strip"], "a first result that is stripped at once is kept unstripped", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": BIG });
  assertOk(
    await rig.bare(["sh", "-c", `"$@" && strip --strip-all a.o`, "sh", ...rig.wrapper.prefix, ...ARGV]),
  );
  Deno.removeSync(rig.at("a.o"));
  await rig.expectSame(ARGV, { cold: "hit", warm: "hit" });
});

testWith(["gcc"], "delivered files share no writable inode with the cache", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": BIG });
  await rig.expectSame(ARGV, { cold: "miss", warm: "hit" });
  const { ino, nlink } = fs.statSync(rig.at("a.o"));
  assert.equal(nlink, 1);
  for (const blob of blobsOf(rig.root).keys()) {
    assert.notEqual(fs.statSync(blob).ino, ino);
    assert.equal(fs.statSync(blob).mode & 0o777, 0o444);
  }
});

for (const how of ["flipped", "truncated", "emptied", "deleted", "replaced"] as const) {
  for (const restart of [false, true]) {
    const name = `a blob that was ${how} ${
      restart ? "while the daemon was away" : "on disk"
    } is not delivered`;
    testWith(["gcc"], name, async () => {
      await using rig = await Rig.open();
      rig.fresh({ "a.c": BIG });
      await rig.expectSame(ARGV, { cold: "miss", warm: "hit" });
      if (restart) await rig.endDaemon();
      const blobs = [...blobsOf(rig.root).keys()];
      assert.ok(blobs.length > 0);
      for (const blob of blobs) damage(blob, how);
      await rig.expectSame(ARGV, { cold: "miss:result-gone", warm: "hit" });
    });
  }
}

testWith(["gcc"], "a root that is removed under the daemon costs a compile, nothing else", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": BIG });
  await rig.expectSame(ARGV, { cold: "miss", warm: "hit" });
  Deno.removeSync(`${rig.root}/artifacts`, { recursive: true });
  await rig.expectSame(ARGV, { cold: "miss", warm: "hit or miss" });
});
