import assert from "node:assert/strict";
import { statfsSync } from "node:fs";
import { MADE_ANEW, WRITTEN_INTO } from "../lib/core/mod.ts";
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
    hit({
      files: [{ dest: "a.d", mode: MADE_ANEW | 0o666, inline }, {
        dest: "a.o",
        mode: MADE_ANEW | 0o777,
        from: blob,
      }],
    })
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

type Change = readonly [what: string, change: (path: string) => void];

const OTHER_BYTES: readonly Change[] = [
  ["its first byte", (path) => patch(path, 0)],
  ["its last byte", (path) => patch(path, BLOB.length - 1)],
  ["a byte behind the first block", (path) => patch(path, 65_536)],
  ["a byte more", (path) => Deno.writeTextFileSync(path, "+", { append: true })],
  ["a byte less", (path) => Deno.truncateSync(path, BLOB.length - 1)],
  ["no bytes", (path) => Deno.truncateSync(path)],
  ["many bytes more", (path) => Deno.writeTextFileSync(path, BLOB.repeat(3), { append: true })],
  ["all its bytes", (path) => Deno.writeTextFileSync(path, "x".repeat(BLOB.length))],
];

/** What makes a file another one than a hit's, although a compile would replace it; each leaves a plain file there. */
const OTHERS: readonly Change[] = [
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

for (const [what, change] of [...OTHER_BYTES, ...OTHERS]) {
  const takes = OTHER_BYTES.some(([bytes]) => bytes === what);
  testWith(["linux"], `a hit ${takes ? "takes" : "replaces"} a file that differs by ${what}`, async () => {
    await using stage = await open();
    change(stage.object);
    age(stage);
    const before = Deno.statSync(stage.object).ino;
    assert.equal((await stage.zcc(["cc"])).code, 0);
    const after = Deno.statSync(stage.object);
    assert.equal(after.ino === before, takes && isOnExt4(stage));
    assert.equal(stage.read("a.o"), BLOB);
    assert.deepEqual([after.mode! & 0o7777, after.uid, after.gid], [0o755, Deno.uid(), Deno.gid()]);
    assert.equal(python("import os,sys; print(os.listxattr(sys.argv[1]))", stage.object), "[]");
    assert.ok(isNew(stage.object));
    assert.deepEqual(stage.names(), ["a.d", "a.o"]);
  });
}

/** Elsewhere every file with other bytes is replaced. */
function isOnExt4(stage: Stage): boolean {
  return statfsSync(stage.work).type === 0xef53;
}

testWith(["linux"], "who has a file open or mapped keeps its bytes when a hit brings others", async () => {
  await using stage = await open();
  const old = BLOB.replaceAll("object", "OBJECT");
  const holder = `import mmap, os, sys
fd = os.open(sys.argv[1], os.O_RDONLY)
held = mmap.mmap(fd, 0, mmap.MAP_PRIVATE, mmap.PROT_READ)
os.close(fd)
print(flush=True)
sys.stdin.read()
sys.stdout.write(held[:].decode())`;
  Deno.writeTextFileSync(stage.object, old);
  using open_ = Deno.openSync(stage.object);
  assert.equal((await stage.zcc(["cc"])).code, 0);
  const bytes = new Uint8Array(2 * old.length);
  assert.equal(new TextDecoder().decode(bytes.subarray(0, open_.readSync(bytes)!)), old);
  assert.equal(stage.read("a.o"), BLOB);

  Deno.writeTextFileSync(stage.object, old);
  const child = stage.spawn("python3", ["-c", holder, stage.object], { stdin: "" });
  const reader = child.stdout.getReader();
  await reader.read();
  assert.equal((await stage.zcc(["cc"])).code, 0);
  await child.stdin.close();
  let held = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    held += new TextDecoder().decode(part.value);
  }
  await child.stderr.cancel();
  assert.ok((await child.status).success);
  assert.equal(held, old);
  assert.equal(stage.read("a.o"), BLOB);
});

testWith(["linux"], "a hit that is killed half way leaves no half file under its name", async () => {
  await using stage = await open();
  Deno.writeTextFileSync(stage.object, "old");
  const killed = await stage.run("/bin/sh", ["-c", `ulimit -f 100; exec ${stage.zccache} cc`]);
  assert.equal(killed.signal, "SIGXFSZ");
  assert.ok(stage.names().some((name) => name.startsWith(".a.o.zcc")), "it was not killed while writing");
  assert.equal(stage.names().includes("a.o"), !isOnExt4(stage));
  assert.equal((await stage.zcc(["cc"])).code, 0);
  assert.equal(stage.read("a.o"), BLOB);
});

testWith(
  ["linux"],
  "a file that was taken for a hit that then fails is gone, and the tool runs",
  async () => {
    await using stage = await open();
    Deno.writeTextFileSync(`${stage.work}/a.d`, "old");
    Deno.removeSync(stage.blob);
    const ended = await stage.zcc(["cc"]);
    assert.deepEqual([ended.code, ended.stdout], [9, "really\n"]);
    assert.deepEqual(stage.names(), isOnExt4(stage) ? ["a.o"] : ["a.d", "a.o"]);
  },
);

testWith(["linux"], "two hits at once for one place leave the bytes of one", async () => {
  await using stage = await open();
  // runs for who finds the place empty just while another one puts back what it took by mistake
  stage.tool("cc", `cp ../root/blob a.o.$$ && mv a.o.$$ a.o`);
  for (let round = 0; round < 10; round++) {
    Deno.writeTextFileSync(stage.object, "old");
    const ended = await Promise.all(Array.from({ length: 6 }, () => stage.zcc(["cc"])));
    assert.deepEqual(ended.map(({ code }) => code), Array(6).fill(0));
    assert.equal(stage.read("a.o"), BLOB);
    assert.deepEqual(stage.names(), ["a.d", "a.o"]);
  }
});

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

testWith(
  ["linux"],
  "what its tool writes into keeps mode, owner and attributes, and its bytes until all can be had",
  async () => {
    await using stage = new Stage();
    const blob = `${stage.root}/blob`;
    stage.tool("cc", `echo really; exit 9`);
    const mode = MADE_ANEW | WRITTEN_INTO | 0o666;
    const inline = new TextEncoder().encode(DEPENDENCIES);
    stage.daemon(() =>
      hit({
        files: [{ dest: "a.d", mode, inline }, { dest: "a.s", mode, from: blob }, {
          dest: "a.o",
          mode: 0o666,
          from: blob,
        }],
      })
    );
    const written = ["a.d", "a.s"].map((name) => `${stage.work}/${name}`);
    for (const path of written) {
      Deno.writeTextFileSync(path, "older\n".repeat(100_000), { mode: 0o600 });
      setAttribute(path, "user.note");
    }
    const before = written.map((path) => Deno.statSync(path).ino);
    assert.deepEqual((await stage.zcc(["cc"])).code, 9);
    for (const path of written) assert.ok(Deno.readTextFileSync(path).startsWith("older"), path);
    Deno.writeTextFileSync(blob, BLOB);
    const ended = await stage.zcc(["cc"]);
    assert.deepEqual([ended.code, ended.stdout], [0, ""]);
    assert.deepEqual([stage.read("a.d"), stage.read("a.s"), stage.read("a.o")], [DEPENDENCIES, BLOB, BLOB]);
    assert.deepEqual(written.map((path) => Deno.statSync(path).ino), before);
    for (const path of written) {
      assert.equal(Deno.statSync(path).mode! & 0o7777, 0o600);
      assert.equal(python("import os,sys; print(os.listxattr(sys.argv[1]))", path), "['user.note']");
    }
    assert.deepEqual(stage.names(), ["a.d", "a.o", "a.s"]);
  },
);

testWith(
  ["linux"],
  "what its tool reads before it writes is not given up for bytes that may not come",
  async () => {
    await using stage = new Stage();
    const blob = `${stage.root}/blob`;
    stage.tool("cc", `echo really; exit 9`);
    const inline = new TextEncoder().encode(DEPENDENCIES);
    let mode = 0o666;
    stage.daemon(() =>
      hit({ files: [{ dest: "a.rs", mode, inline }, { dest: "b", mode: 0o666, from: blob }] })
    );
    const path = stage.write("a.rs", "older\n");
    assert.equal((await stage.zcc(["cc"])).code, 9);
    assert.equal(stage.read("a.rs"), "older\n");

    Deno.writeTextFileSync(blob, BLOB);
    const before = Deno.statSync(path).ino;
    assert.equal((await stage.zcc(["cc"])).code, 0);
    assert.equal(stage.read("a.rs"), DEPENDENCIES);
    assert.notEqual(Deno.statSync(path).ino, before);

    mode = WRITTEN_INTO | 0o666;
    stage.write("a.rs", "older\n");
    Deno.chmodSync(path, 0o600);
    assert.equal((await stage.zcc(["cc"])).code, 9, "only the tool can write into it");
    assert.equal(stage.read("a.rs"), "older\n");
  },
);
