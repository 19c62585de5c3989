import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { REPOSITORY } from "./run.ts";
import { ownTarget } from "./targets.ts";

/** A release as it lies on a mirror, served by a program that stands in for curl. */
class Mirror implements AsyncDisposable {
  constructor(readonly folder: string) {}

  /** Makes `releases/download/v1.2.3` with an archive of scripts. */
  static async open(): Promise<Mirror> {
    const folder = await Deno.makeTempDir();
    const mirror = new Mirror(folder);
    const name = `zccache-v1.2.3-${ownTarget()}`;
    await Deno.mkdir(`${folder}/releases/download/v1.2.3`, { recursive: true });
    await Deno.mkdir(`${folder}/${name}/lib/zccache`, { recursive: true });
    await Deno.mkdir(`${folder}/${name}/share/man/man1`, { recursive: true });
    await Deno.writeTextFile(`${folder}/${name}/share/man/man1/zccache.1`, ".TH ZCCACHE 1\n");
    await Deno.mkdir(`${folder}/fake`);
    await Deno.mkdir(`${folder}/home`);
    for (const program of ["zccache", "zccache-daemon", "zccache-fp", "lib/zccache/deno"]) {
      await Deno.writeTextFile(`${folder}/${name}/${program}`, '#!/bin/sh\necho "fake $1"\n', {
        mode: 0o755,
      });
    }
    await Deno.writeTextFile(`${folder}/fake/curl`, FAKE_CURL, { mode: 0o755 });
    const tar = new Deno.Command("tar", { args: ["-czf", mirror.archive, "-C", folder, name] });
    assert.equal((await tar.output()).code, 0);
    return mirror;
  }

  get archive(): string {
    return `${this.folder}/releases/download/v1.2.3/zccache-v1.2.3-${ownTarget()}.tar.gz`;
  }

  async writeSums(digest?: string): Promise<void> {
    const actual = createHash("sha256").update(await Deno.readFile(this.archive)).digest("hex");
    const sums = `${"0".repeat(64)}  other.tar.gz\n${digest ?? actual}  ${this.archive.split("/").at(-1)}\n`;
    await Deno.writeTextFile(`${this.folder}/releases/download/v1.2.3/SHA256SUMS`, sums);
  }

  async install(args: readonly string[] = []): Promise<{ code: number; stdout: string; stderr: string }> {
    const { code, stdout, stderr } = await new Deno.Command("sh", {
      args: [`${REPOSITORY}/install.sh`, ...args],
      env: {
        HOME: `${this.folder}/home`,
        SHELL: "/bin/sh",
        PATH: `${this.folder}/fake:/usr/bin:/bin`,
        ZCCACHE_INSTALL_BASE_URL: `file://${this.folder}/releases`,
      },
      clearEnv: true,
    }).output();
    const utf8 = new TextDecoder();
    return { code, stdout: utf8.decode(stdout), stderr: utf8.decode(stderr) };
  }

  exists(path: string): boolean {
    try {
      return Deno.statSync(`${this.folder}/${path}`).isFile;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** Copies `file://` addresses; `…/latest` leads to version 1.2.3. */
const FAKE_CURL = `#!/bin/sh
for word; do
  case "$last" in -o) out=$word ;; esac
  case "$word" in file://*/latest) printf %s "\${word%latest}tag/v1.2.3"; exit 0 ;; file://*) from=\${word#file://} ;; esac
  last=$word
done
exec cp "$from" "$out"
`;

Deno.test("install.sh installs the latest release, checked, and adds its folder to PATH once", async () => {
  await using mirror = await Mirror.open();
  await mirror.writeSums();
  for (const round of [1, 2]) {
    const { code, stdout, stderr } = await mirror.install();
    assert.equal(code, 0, `${round}: ${stderr}`);
    assert.match(stdout, /\[zccache-install\] checked zccache-v1\.2\.3-.*\.tar\.gz against SHA256SUMS\n/);
    assert.match(stdout, /fake --version\n$/);
  }
  for (const file of ["bin/zccache", "bin/zccache-daemon", "bin/zccache-fp", "lib/zccache/deno"]) {
    assert.ok(mirror.exists(`home/.local/${file}`), file);
  }
  const profile = await Deno.readTextFile(`${mirror.folder}/home/.profile`);
  assert.equal(profile.split(".local/bin").length, 2);
});

Deno.test("install.sh installs nothing that is not what SHA256SUMS says", async () => {
  await using mirror = await Mirror.open();
  await mirror.writeSums("1".repeat(64));
  const { code, stderr } = await mirror.install(["--version", "v1.2.3"]);
  assert.equal(code, 1);
  assert.match(stderr, /^\[zccache-install\] ERROR: .* is not what SHA256SUMS says/);
  assert.equal(mirror.exists("home/.local/bin/zccache"), false);
});

Deno.test("install.sh says when there is nothing to check against", async () => {
  await using mirror = await Mirror.open();
  const { code, stdout } = await mirror.install([
    "--version",
    "v1.2.3",
    "--bin-dir",
    `${mirror.folder}/b/bin`,
  ]);
  assert.equal(code, 0);
  assert.match(stdout, /has no SHA256SUMS/);
  assert.ok(mirror.exists("b/bin/zccache") && mirror.exists("b/lib/zccache/deno"));
  assert.ok(mirror.exists("b/share/man/man1/zccache.1"));
});

Deno.test("install.sh refuses what it does not know, and a version that is not there", async () => {
  await using mirror = await Mirror.open();
  const unknown = await mirror.install(["--frob"]);
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /ERROR: unknown option --frob/);
  const missing = await mirror.install(["--version", "v9.9.9"]);
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /ERROR: cannot download .*v9\.9\.9/);
});
