import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { testWith, which } from "../testing/needs.ts";
import { REPOSITORY } from "./run.ts";
import { ownTarget } from "./targets.ts";

/** A release on a server of its own. */
class Mirror implements AsyncDisposable {
  readonly folder: string;
  /** Whether the server can't give SHA256SUMS now. */
  refusesSums = false;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(folder: string) {
    this.folder = folder;
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    this.#server = Deno.serve(options, (request) => this.#answer(new URL(request.url).pathname));
  }

  /** Serves `releases/download/v1.2.3` with an archive of scripts. */
  static async open(): Promise<Mirror> {
    const folder = await Deno.makeTempDir();
    const mirror = new Mirror(folder);
    const name = `zccache-v1.2.3-${ownTarget()}`;
    await Deno.mkdir(`${folder}/releases/download/v1.2.3`, { recursive: true });
    await Deno.mkdir(`${folder}/${name}/lib/zccache`, { recursive: true });
    await Deno.mkdir(`${folder}/${name}/share/man/man1`, { recursive: true });
    await Deno.writeTextFile(`${folder}/${name}/share/man/man1/zccache.1`, ".TH ZCCACHE 1\n");
    await Deno.mkdir(`${folder}/home`);
    for (const program of ["zccache", "zccache-daemon", "zccache-fp", "lib/zccache/deno"]) {
      await Deno.writeTextFile(`${folder}/${name}/${program}`, '#!/bin/sh\necho "fake $1"\n', {
        mode: 0o755,
      });
    }
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

  /** Runs install.sh where `client` is the only program to download with. */
  async install(
    client: Client,
    args: readonly string[] = [],
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const { code, stdout, stderr } = await new Deno.Command("sh", {
      args: [`${REPOSITORY}/install.sh`, ...args],
      env: {
        HOME: `${this.folder}/home`,
        SHELL: "/bin/sh",
        PATH: this.#programs(client),
        ZCCACHE_INSTALL_BASE_URL: `http://127.0.0.1:${this.#server.addr.port}/releases`,
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
    await this.#server.shutdown();
    await Deno.remove(this.folder, { recursive: true });
  }

  #answer(path: string): Response {
    if (path.endsWith("/latest")) {
      return new Response(null, { status: 302, headers: { location: "tag/v1.2.3" } });
    }
    if (path.includes("/tag/")) return new Response("");
    if (this.refusesSums && path.endsWith("/SHA256SUMS")) return new Response("", { status: 503 });
    return this.exists(path)
      ? new Response(Deno.readFileSync(`${this.folder}${path}`))
      : new Response("", { status: 404 });
  }

  /** A folder with the programs that the script calls, but no other one to download with. */
  #programs(client: Client): string {
    const folder = `${this.folder}/only-${client}`;
    if (this.exists(`only-${client}/sh`)) return folder;
    Deno.mkdirSync(folder);
    for (const name of [...NEEDED, client]) {
      const path = which(name);
      if (path !== undefined) Deno.symlinkSync(path, `${folder}/${name}`);
    }
    return folder;
  }
}

/** Programs to download with. */
const CLIENTS = ["curl", "wget"] as const;

/** What else the script calls. */
const NEEDED = (
  "awk basename cat chmod cp cut dirname grep gzip mkdir mktemp mv rm sed sh sha256sum shasum tail tar tr uname"
).split(" ");

type Client = typeof CLIENTS[number];

for (const client of CLIENTS) {
  testWith(
    [client],
    `install.sh by ${client} installs the latest release, checked, and adds its folder to PATH once`,
    async () => {
      await using mirror = await Mirror.open();
      await mirror.writeSums();
      for (const round of [1, 2]) {
        const { code, stdout, stderr } = await mirror.install(client);
        assert.equal(code, 0, `${round}: ${stderr}`);
        assert.match(stdout, /\[zccache-install\] checked zccache-v1\.2\.3-.*\.tar\.gz against SHA256SUMS\n/);
        assert.match(stdout, /fake --version\n$/);
      }
      for (const file of ["bin/zccache", "bin/zccache-daemon", "bin/zccache-fp", "lib/zccache/deno"]) {
        assert.ok(mirror.exists(`home/.local/${file}`), file);
      }
      const profile = await Deno.readTextFile(`${mirror.folder}/home/.profile`);
      assert.equal(profile.split(".local/bin").length, 2);
    },
  );

  testWith(
    [client],
    `install.sh by ${client} installs nothing that is not what SHA256SUMS says`,
    async () => {
      await using mirror = await Mirror.open();
      await mirror.writeSums("1".repeat(64));
      const { code, stderr } = await mirror.install(client, ["--version", "v1.2.3"]);
      assert.equal(code, 1);
      assert.match(stderr, /^\[zccache-install\] ERROR: .* is not what SHA256SUMS says/);
      assert.equal(mirror.exists("home/.local/bin/zccache"), false);
    },
  );

  testWith([client], `install.sh by ${client} says when there is nothing to check against`, async () => {
    await using mirror = await Mirror.open();
    const { code, stdout } = await mirror.install(client, [
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

  testWith(
    [client],
    `install.sh by ${client} refuses what it does not know, and a version that is not there`,
    async () => {
      await using mirror = await Mirror.open();
      const unknown = await mirror.install(client, ["--frob"]);
      assert.equal(unknown.code, 1);
      assert.match(unknown.stderr, /ERROR: unknown option --frob/);
      const missing = await mirror.install(client, ["--version", "v9.9.9"]);
      assert.equal(missing.code, 1);
      assert.match(missing.stderr, /ERROR: cannot download .*v9\.9\.9/);
    },
  );

  testWith([client], `install.sh by ${client} installs nothing that can't be checked now`, async () => {
    await using mirror = await Mirror.open();
    await mirror.writeSums();
    mirror.refusesSums = true;
    const { code, stderr } = await mirror.install(client, ["--version", "v1.2.3"]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /503.*\n.*ERROR: cannot download .*\/SHA256SUMS, so the archive can't be checked\n$/s,
    );
    assert.equal(mirror.exists("home/.local/bin/zccache"), false);
  });
}
