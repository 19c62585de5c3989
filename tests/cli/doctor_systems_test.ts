import assert from "node:assert/strict";
import { which } from "../../testing/needs.ts";
import { assertOk, launcher, Rig, testWith } from "../rig.ts";
import { examine, examinedBy, type Report } from "./doctor.ts";

/** The finding of a check whose text fits; fails if there's none, or if it doesn't say what to do. */
function assertFound(report: Report, [check, level, said, remedy]: Expected): void {
  const found = report.findings.filter((finding) => finding.check === check);
  const match = found.find(({ text }) => said.test(text));
  assert.ok(match !== undefined, JSON.stringify(found, null, 2));
  assert.equal(match.level, level, match.text);
  assert.match(match.remedy ?? "", remedy);
}

type Expected = readonly [check: string, level: "warning" | "problem", said: RegExp, remedy: RegExp];

const PATH = "/usr/bin:/bin";

/** Mounts something for as long as the value lives. */
async function mounted(rig: Rig, at: string, command: readonly string[]): Promise<AsyncDisposable> {
  Deno.mkdirSync(at, { recursive: true });
  assertOk(await rig.bare([...command, at]));
  return {
    [Symbol.asyncDispose]: async () => {
      await rig.endDaemon();
      assertOk(await rig.bare(["umount", at]));
    },
  };
}

testWith(["gcc", "root", "linux"], "doctor sees a cache root that belongs to somebody else", async () => {
  await using rig = await Rig.open();
  const root = `${rig.base}/theirs`;
  Deno.mkdirSync(root, { mode: 0o700 });
  Deno.chownSync(root, 65534, 65534);
  const [code, report] = await examine(rig, { PATH, ZCCACHE_CACHE_DIR: root });
  assert.equal(code, 1);
  assertFound(report, [
    "cache-root",
    "problem",
    /belongs to user 65534, not to 0$/,
    /^chown 0 .*ZCCACHE_CACHE_DIR/,
  ]);
  assert.deepEqual([...Deno.readDirSync(root)], [], "nothing is put there");
});

testWith(["gcc"], "doctor sees a cache root that others may write or read", async () => {
  await using rig = await Rig.open();
  Deno.mkdirSync(rig.root);
  for (
    const [mode, exit, expected] of [
      [0o777, 1, ["cache-root", "problem", /others may write/, /^chmod 700 /]],
      [0o755, 0, ["cache-root", "warning", /others may read/, /^chmod 700 /]],
    ] as const
  ) {
    Deno.chmodSync(rig.root, mode);
    const [code, report] = await examine(rig, { PATH });
    assert.equal(code, exit);
    assertFound(report, expected);
  }
});

testWith(
  ["gcc", "root", "linux", "mount"],
  "doctor sees a volume that is read-only, and one with no room",
  async () => {
    await using rig = await Rig.open();
    {
      await using _volume = await mounted(rig, rig.root, ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs"]);
      const [code, report] = await examine(rig, { PATH });
      assert.equal(code, 1);
      assertFound(report, ["cache-root", "problem", /can't be written: Read-only/, /ZCCACHE_CACHE_DIR/]);
    }
    const small = ["mount", "-t", "tmpfs", "-o", "size=20m,mode=700", "tmpfs"];
    await using _volume = await mounted(rig, rig.root, small);
    const [code, report] = await examine(rig, { PATH });
    assert.equal(code, 1);
    assertFound(report, ["room", "problem", /are free on the cache's volume/, /^make room/]);
  },
);

testWith(
  ["gcc", "root", "linux", "mount", "mkfs.ext2"],
  "doctor sees a file system whose time stamps are coarse",
  async () => {
    await using rig = await Rig.open();
    const image = `${rig.base}/image`;
    assertOk(await rig.bare(["truncate", "-s", "100M", image]));
    // inodes of this size have no room for fractions of a second
    assertOk(await rig.bare([which("mkfs.ext2")!, "-q", "-I", "128", image]));
    await using _volume = await mounted(rig, rig.root, ["mount", "-o", "loop", image]);
    Deno.chmodSync(rig.root, 0o700);
    const [code, report] = await examine(rig, { PATH });
    assert.deepEqual([code, report.problems], [0, 0], JSON.stringify(report));
    assertFound(report, ["file-system", "warning", /time stamps are coarse/, /ZCCACHE_CACHE_DIR/]);
  },
);

testWith(
  ["gcc", "root", "linux", "umount", "bindfs"],
  "doctor sees a folder whose files no event tells of",
  async () => {
    await using rig = await Rig.open();
    rig.fresh({ "a.c": "int a;\n" });
    const served = `${rig.base}/served`;
    await using _volume = await mounted(rig, served, ["bindfs", rig.work]);
    const [code, report] = await examine(rig, { PATH }, served);
    assert.deepEqual([code, report.problems], [0, 0], JSON.stringify(report));
    assertFound(report, ["file-system", "warning", /current folder is on FUSE/, /^build on a disk/]);
    assert.ok(!report.findings.some(({ text }) => text.includes("cache root is on FUSE")));
  },
);

testWith(["gcc", "root", "linux", "unshare"], "doctor sees low limits of file system events", async () => {
  await using rig = await Rig.open();
  // a view of the file system of its own, in which the kernel's limits read as these
  const lines = Object.entries({ max_user_watches: 8192, max_user_instances: 8 }).map(([name, value]) =>
    `echo ${value} > ${rig.base}/${name} && mount --bind ${rig.base}/${name} /proc/sys/fs/inotify/${name}`
  );
  const command = [...launcher.prefix, "doctor", "--json"].join(" ");
  const script = [...lines, `exec ${command}`].join(" && ");
  const [code, report] = examinedBy(
    await rig.bare(["unshare", "--mount", "sh", "-c", script], { env: { PATH } }),
  );
  assert.deepEqual([code, report.problems], [0, 0], JSON.stringify(report));
  assertFound(report, [
    "watching",
    "warning",
    /^at most 8192 files/,
    /^raise it: sysctl fs\.inotify\.max_user_watches=/,
  ]);
  assertFound(report, ["watching", "warning", /^only 8 programs/, /sysctl fs\.inotify\.max_user_instances=/]);
});

testWith(
  ["gcc"],
  "doctor sees links that stand behind the compiler, and a PATH without compilers",
  async () => {
    await using rig = await Rig.open();
    Deno.mkdirSync(`${rig.base}/links`);
    Deno.symlinkSync(launcher.prefix[0]!, `${rig.base}/links/gcc`);
    const [code, report] = await examine(rig, { PATH: `${PATH}:${rig.base}/links` });
    assert.deepEqual([code, report.problems], [0, 0], JSON.stringify(report));
    assertFound(report, [
      "path-order",
      "warning",
      /links\/gcc is zccache, but \/usr\/bin\/gcc is found first$/,
      /^put its folder earlier on PATH$/,
    ]);
    const [none, without] = await examine(rig, { PATH: `${rig.base}/links` });
    assert.equal(none, 1);
    assertFound(without, ["compilers", "problem", /^neither gcc nor clang is on PATH$/, /^install one/]);
  },
);
