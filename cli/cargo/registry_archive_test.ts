import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { keptIn, restoreRegistry, saveRegistry } from "./registry_archive.ts";

const LIMITS = { entries: 100, bytes: 1_000_000 };

/** A folder for one test; gone afterwards. */
class Scene implements AsyncDisposable {
  readonly folder = Deno.makeTempDirSync({ prefix: "zccache-registry-" });

  at(name: string): string {
    return `${this.folder}/${name}`;
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      const path = this.at(name);
      Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      Deno.writeTextFileSync(path, text);
    }
  }

  /** Files and their texts below a folder; links by where they lead. */
  read(folder: string): Record<string, string> {
    const found: Record<string, string> = {};
    const visit = (at: string) => {
      for (const { name, isDirectory, isSymlink } of Deno.readDirSync(this.at(at))) {
        const path = `${at}/${name}`;
        if (isDirectory) visit(path);
        else {found[path] = isSymlink
            ? Deno.readLinkSync(this.at(path))
            : Deno.readTextFileSync(this.at(path));}
      }
    };
    visit(folder);
    return found;
  }

  save(archive = "a.tar.gz"): Promise<void> {
    const home = this.at("home");
    return saveRegistry({ home, kept: keptIn(home), archive: this.at(archive) }, () => {});
  }

  restore(limits = LIMITS, archive = "a.tar.gz") {
    return restoreRegistry({ archive: this.at(archive), home: this.at("new"), limits }, () => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

const HOME = {
  "home/registry/index/host/.cache/se/rd/serde": "index",
  "home/registry/cache/host/serde-1.0.1.crate": "crate",
  "home/git/db/repo-77/HEAD": "ref",
  "home/registry/src/host/serde-1.0.1/lib.rs": "source",
  "home/credentials.toml": "secret",
  "home/bin/tool": "program",
};
const KEPT_FILES = {
  "new/registry/index/host/.cache/se/rd/serde": "index",
  "new/registry/cache/host/serde-1.0.1.crate": "crate",
  "new/git/db/repo-77/HEAD": "ref",
};

Deno.test("what is saved is what cargo would download again, and is restored as it was", async () => {
  await using scene = new Scene();
  scene.write(HOME);
  Deno.symlinkSync("/etc/passwd", scene.at("home/git/db/link"));
  Deno.linkSync(scene.at("home/git/db/repo-77/HEAD"), scene.at("home/git/db/repo-77/ORIG_HEAD"));
  await scene.save();
  assert.equal((Deno.statSync(scene.at("a.tar.gz")).mode ?? 0) & 0o777, 0o600);
  assert.deepEqual(await scene.restore(), { ok: true, value: { files: 4, kept: 0 } });
  assert.deepEqual(scene.read("new"), { ...KEPT_FILES, "new/git/db/repo-77/ORIG_HEAD": "ref" });
});

Deno.test("a folder of cargo's home may be a link to another volume", async () => {
  await using scene = new Scene();
  scene.write(HOME);
  await scene.save();
  const other = Deno.makeTempDirSync({ dir: "/dev/shm", prefix: "zccache-registry-" });
  try {
    Deno.mkdirSync(scene.at("new/registry"), { recursive: true });
    Deno.symlinkSync(other, scene.at("new/registry/cache"));
    assert.ok((await scene.restore()).ok);
    assert.equal(Deno.readTextFileSync(`${other}/host/serde-1.0.1.crate`), "crate");
  } finally {
    Deno.removeSync(other, { recursive: true });
  }
});

Deno.test("what a linked folder of cargo's home holds is saved", async () => {
  await using scene = new Scene();
  scene.write(HOME);
  Deno.renameSync(scene.at("home/registry/cache"), scene.at("volume"));
  Deno.symlinkSync(scene.at("volume"), scene.at("home/registry/cache"));
  await scene.save();
  assert.ok((await scene.restore()).ok);
  assert.deepEqual(scene.read("new"), KEPT_FILES);
});

Deno.test("what is there when it's restored stays", async () => {
  await using scene = new Scene();
  scene.write(HOME);
  await scene.save();
  scene.write({ "new/registry/index/host/.cache/se/rd/serde": "newer", "new/config.toml": "mine" });
  assert.deepEqual(await scene.restore(), { ok: true, value: { files: 2, kept: 1 } });
  assert.deepEqual(scene.read("new"), {
    ...KEPT_FILES,
    "new/registry/index/host/.cache/se/rd/serde": "newer",
    "new/config.toml": "mine",
  });
});

interface Made {
  readonly path: string;
  readonly type?: string;
  readonly link?: string;
  readonly body?: string;
  /** What the header says of the size; the body's own if not given. */
  readonly size?: number;
}

/** An archive as its format has it, whoever would write such a one. */
function tar(entries: readonly Made[]): Uint8Array<ArrayBuffer> {
  const blocks: Uint8Array[] = entries.flatMap(({ path, type = "0", link = "", body = "", size }) => {
    const header = new Uint8Array(512);
    const put = (at: number, text: string) => header.set(new TextEncoder().encode(text), at);
    put(0, path);
    put(100, "0004755\0");
    put(124, `${(size ?? body.length).toString(8).padStart(11, "0")}\0`);
    put(136, "00000000000\0");
    put(148, "        ");
    put(156, type);
    put(157, link);
    put(257, "ustar\x0000");
    const sum = header.reduce((all, byte) => all + byte, 0);
    put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
    const content = new Uint8Array(Math.ceil(body.length / 512) * 512);
    content.set(new TextEncoder().encode(body));
    return [header, content];
  });
  return Uint8Array.from(gzipSync(concat([...blocks, new Uint8Array(1024)])));
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const GOOD: Made = { path: "registry/cache/host/a.crate", body: "crate" };

const REFUSED: readonly (readonly [what: string, entries: readonly Made[], why: RegExp])[] = [
  ["a path that climbs", [GOOD, { path: "registry/cache/../../x", body: "x" }], /is no part of a registry/],
  ["a path that climbs out", [GOOD, { path: "../x", body: "x" }], /is no part of a registry/],
  ["an absolute path", [GOOD, { path: "/tmp/x", body: "x" }], /is no part of a registry/],
  ["a path with an empty name", [GOOD, { path: "registry//cache/x", body: "x" }], /is no part of/],
  ["a path of another system", [GOOD, { path: "registry/cache/..\\..\\x", body: "x" }], /is no part of/],
  ["credentials", [GOOD, { path: "credentials.toml", body: "x" }], /is no part of a registry/],
  ["a program", [GOOD, { path: "bin/cargo", body: "x" }], /is no part of a registry/],
  ["unpacked sources", [GOOD, { path: "registry/src/a/lib.rs", body: "x" }], /is no part of a registry/],
  ["a file in a folder's place", [GOOD, { path: "registry/index", body: "x" }], /is no part of a registry/],
  ["a link", [GOOD, { path: "git/db/x", type: "2", link: "/etc" }], /is neither a file nor a folder/],
  [
    "a second name",
    [GOOD, { path: "git/db/x", type: "1", link: GOOD.path }],
    /is neither a file nor a folder/,
  ],
  ["a device", [GOOD, { path: "git/db/x", type: "3" }], /is neither a file nor a folder/],
  ["a pipe", [GOOD, { path: "git/db/x", type: "6" }], /is neither a file nor a folder/],
  ["a size that is too large", [GOOD, { path: "git/db/x", size: 2_000_000 }], /more than 1000000 bytes/],
  [
    "files without end",
    Array.from({ length: 101 }, (_, i) => ({ path: `git/db/${i}` })),
    /more than 100 files/,
  ],
  ["nothing", [], /holds nothing|damaged/],
];

for (const [what, entries, why] of REFUSED) {
  Deno.test(`an archive with ${what} is refused, and nothing of it is left`, async () => {
    await using scene = new Scene();
    Deno.writeFileSync(scene.at("a.tar.gz"), tar(entries));
    const restored = await scene.restore();
    assert.ok(!restored.ok, "it was restored");
    assert.match(restored.error, why);
    assert.deepEqual(scene.read("new"), {});
  });
}

Deno.test("an archive that is cut off, or none, is refused", async () => {
  await using scene = new Scene();
  const whole = tar([GOOD, { path: "git/db/large", body: crypto.randomUUID().repeat(5000) }]);
  for (const bytes of [whole.slice(0, whole.length / 2), new TextEncoder().encode("hello ".repeat(300))]) {
    Deno.writeFileSync(scene.at("a.tar.gz"), bytes);
    const restored = await scene.restore();
    assert.ok(!restored.ok, "it was restored");
    assert.deepEqual(scene.read("new"), {});
  }
});

Deno.test("rights from an archive are not given", async () => {
  await using scene = new Scene();
  Deno.writeFileSync(scene.at("a.tar.gz"), tar([{ path: "git/db", type: "5" }, GOOD]));
  assert.ok((await scene.restore()).ok);
  assert.equal((Deno.statSync(scene.at(`new/${GOOD.path}`)).mode ?? 0) & 0o7111, 0);
});
