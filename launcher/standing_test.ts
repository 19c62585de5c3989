import assert from "node:assert/strict";
import { testWith } from "../testing/needs.ts";
import { hit, Stage } from "./_stage.ts";

const BLOB = "object\0bytes\n".repeat(20_000);
const DEPENDENCIES = "a.o: a.c\n";
const LONG_AGO = 1_000_000;

/** A stage whose daemon delivers a.o from a blob and a.d from its reply; both stand there already, old. */
async function open(): Promise<Stage & { blob: string; object: string }> {
  const stage = new Stage();
  const blob = `${stage.root}/blob`;
  Deno.writeTextFileSync(blob, BLOB);
  stage.tool("cc", `echo really; exit 9`);
  const inline = new TextEncoder().encode(DEPENDENCIES);
  stage.daemon(() =>
    hit({ files: [{ dest: "a.d", mode: 0o666, inline }, { dest: "a.o", mode: 0o777, from: blob }] })
  );
  assert.equal((await stage.zcc(["cc"])).code, 0);
  age(stage);
  return Object.assign(stage, { blob, object: `${stage.work}/a.o` });
}

function age(stage: Stage): void {
  for (const name of ["a.d", "a.o"]) Deno.utimeSync(`${stage.work}/${name}`, LONG_AGO, LONG_AGO);
}

function isNew(path: string): boolean {
  return Deno.statSync(path).mtime!.getTime() > Date.now() - 60_000;
}

function python(script: string, ...args: string[]): string {
  const { success, stdout, stderr } = new Deno.Command("python3", { args: ["-c", script, ...args] })
    .outputSync();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

testWith(["linux"], "a hit leaves the bytes that stand there already, and makes them new", async () => {
  await using stage = await open();
  const before = stage.names().map((name) => Deno.statSync(`${stage.work}/${name}`).ino);
  assert.equal((await stage.zcc(["cc"])).code, 0);
  assert.deepEqual(stage.names(), ["a.d", "a.o"]);
  assert.deepEqual(stage.names().map((name) => Deno.statSync(`${stage.work}/${name}`).ino), before);
  for (const name of stage.names()) assert.ok(isNew(`${stage.work}/${name}`), name);
  assert.equal(stage.read("a.o"), BLOB);
  assert.equal(stage.read("a.d"), DEPENDENCIES);
  assert.notEqual(Deno.statSync(stage.object).ino, Deno.statSync(stage.blob).ino);
});

/** What makes a file another one than a hit's, although a compile would replace it; each leaves a plain file there. */
const CHANGES: readonly (readonly [what: string, change: (path: string) => void])[] = [
  ["its first byte", (path) => patch(path, 0)],
  ["its last byte", (path) => patch(path, BLOB.length - 1)],
  ["a byte behind the first block", (path) => patch(path, 65_536)],
  ["a byte more", (path) => Deno.writeTextFileSync(path, "+", { append: true })],
  ["a byte less", (path) => Deno.truncateSync(path, BLOB.length - 1)],
  ["no bytes", (path) => Deno.truncateSync(path)],
  ["fewer rights", (path) => Deno.chmodSync(path, 0o700)],
  ["no right to write", (path) => Deno.chmodSync(path, 0o555)],
  ["more rights", (path) => Deno.chmodSync(path, 0o777)],
  ["a set-uid bit", (path) => Deno.chmodSync(path, 0o4755)],
  ["an attribute", (path) => setAttribute(path, "user.note")],
  ...(Deno.uid() !== 0 ? [] : [
    ["another owner", (path: string) => Deno.chownSync(path, 1234, null)],
    ["another group", (path: string) => Deno.chownSync(path, null, 1234)],
    ["a label and an attribute", (path: string) => {
      setAttribute(path, "security.selinux");
      setAttribute(path, "user.note");
    }],
  ] as const),
];

function patch(path: string, at: number): void {
  using file = Deno.openSync(path, { write: true });
  file.seekSync(at, Deno.SeekMode.Start);
  file.writeSync(new Uint8Array([1]));
}

function setAttribute(path: string, name: string): void {
  python("import os,sys; os.setxattr(sys.argv[1], sys.argv[2], b'x')", path, name);
}

for (const [what, change] of CHANGES) {
  testWith(["linux"], `a hit replaces a file that differs by ${what}`, async () => {
    await using stage = await open();
    change(stage.object);
    age(stage);
    const before = Deno.statSync(stage.object).ino;
    assert.equal((await stage.zcc(["cc"])).code, 0);
    const after = Deno.statSync(stage.object);
    assert.notEqual(after.ino, before);
    assert.equal(stage.read("a.o"), BLOB);
    assert.deepEqual([after.mode! & 0o7777, after.uid, after.gid], [0o755, Deno.uid(), Deno.gid()]);
    assert.equal(python("import os,sys; print(os.listxattr(sys.argv[1]))", stage.object), "[]");
    assert.ok(isNew(stage.object));
    assert.deepEqual(stage.names(), ["a.d", "a.o"]);
  });
}

testWith(["linux"], "a hit replaces a program that is being run", async () => {
  await using stage = await open();
  Deno.copyFileSync("/bin/sleep", stage.blob);
  assert.equal((await stage.zcc(["cc"])).code, 0);
  const before = Deno.statSync(stage.object).ino;
  const running = new Deno.Command(stage.object, { args: ["60"] }).spawn();
  assert.equal((await stage.zcc(["cc"])).code, 0);
  assert.notEqual(Deno.statSync(stage.object).ino, before);
  running.kill();
  await running.status;
  assert.deepEqual(Deno.readFileSync(stage.object), Deno.readFileSync("/bin/sleep"));
});

testWith(["linux", "root"], "a label that the system puts on every file is no difference", async () => {
  await using stage = await open();
  setAttribute(stage.object, "security.selinux");
  const before = Deno.statSync(stage.object).ino;
  assert.equal((await stage.zcc(["cc"])).code, 0);
  assert.equal(Deno.statSync(stage.object).ino, before);
  assert.ok(isNew(stage.object));
});

Deno.test("what stands already stays old when another file of the hit can't be delivered", async () => {
  await using stage = await open();
  Deno.removeSync(stage.blob);
  const ended = await stage.zcc(["cc"]);
  assert.deepEqual([ended.code, ended.stdout], [9, "really\n"]);
  for (const name of ["a.d", "a.o"]) assert.ok(!isNew(`${stage.work}/${name}`), name);
});
