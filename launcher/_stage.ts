import type { DeliverReply, RunReply } from "../lib/protocol/mod.ts";
import { buildLauncher } from "./build.ts";
import { type Act, FakeDaemon } from "./_fake_daemon.ts";
import type { Request } from "../lib/protocol/mod.ts";

/** The launcher under test, built from the sources as they are. */
export const LAUNCHER: string = await buildLauncher({ out: `${import.meta.dirname}/../build/launcher-test` });

/** How a process ended and what it said. */
export interface Ended {
  readonly code: number;
  readonly signal: Deno.Signal | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a test may add to a call. */
export interface CallOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** A private place: `work` (the caller's folder), `root` (the cache), `bin` (first on PATH) and `prefix` (an installation). */
export class Stage implements AsyncDisposable {
  readonly base: string = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "zccache-launcher-" }));
  readonly root = `${this.base}/root`;
  readonly work = `${this.base}/work`;
  readonly bin = `${this.base}/bin`;
  readonly prefix = `${this.base}/prefix`;
  readonly zccache = `${this.prefix}/bin/zccache`;
  readonly #daemons: FakeDaemon[] = [];

  constructor() {
    for (const folder of [this.root, `${this.root}/tmp`, this.work, this.bin, `${this.prefix}/bin`]) {
      Deno.mkdirSync(folder, { recursive: true });
    }
    Deno.linkSync(LAUNCHER, this.zccache);
  }

  /** Starts a daemon at the usual endpoint. */
  daemon(script: (request: Request) => Act | Promise<Act>): FakeDaemon {
    const daemon = new FakeDaemon(`${this.root}/daemon.sock`, script);
    this.#daemons.push(daemon);
    return daemon;
  }

  /** Puts an executable shell script on PATH; returns its path. */
  tool(name: string, script: string): string {
    const path = `${this.bin}/${name}`;
    Deno.writeTextFileSync(path, `#!/bin/sh\n${script}\n`);
    Deno.chmodSync(path, 0o755);
    return path;
  }

  /** Installs a shell script as the full program's runtime. Its arguments 8 and on are role and arguments. */
  fullProgram(script: string): void {
    const library = `${this.prefix}/lib/zccache`;
    Deno.mkdirSync(library, { recursive: true });
    Deno.writeTextFileSync(`${library}/zccache.js`, "");
    Deno.writeTextFileSync(`${library}/deno`, `#!/bin/sh\nshift 8\n${script}\n`);
    Deno.chmodSync(`${library}/deno`, 0o755);
  }

  env(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return {
      PATH: `${this.bin}:/usr/local/bin:/usr/bin:/bin`,
      HOME: this.base,
      ZCCACHE_CACHE_DIR: this.root,
      ZCCACHE_NO_SPAWN: "1",
      ...more,
    };
  }

  /** Starts a program in `work`, its streams piped. */
  spawn(program: string, args: readonly string[], options: CallOptions = {}): Deno.ChildProcess {
    const command = new Deno.Command(program, {
      args: [...args],
      cwd: this.work,
      clearEnv: true,
      env: this.env(options.env),
      stdin: options.stdin === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
    });
    return command.spawn();
  }

  /** Runs a program to its end. */
  async run(program: string, args: readonly string[], options: CallOptions = {}): Promise<Ended> {
    const child = this.spawn(program, args, options);
    if (options.stdin !== undefined) {
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(options.stdin));
      await writer.close();
    }
    const { code, signal, stdout, stderr } = await child.output();
    const decoder = new TextDecoder();
    return { code, signal, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  /** Runs `zccache ARGS`. */
  zcc(args: readonly string[], options: CallOptions = {}): Promise<Ended> {
    return this.run(this.zccache, args, options);
  }

  /** A file of the caller's folder. */
  read(name: string): string {
    return Deno.readTextFileSync(`${this.work}/${name}`);
  }

  write(name: string, text: string): string {
    Deno.writeTextFileSync(`${this.work}/${name}`, text);
    return `${this.work}/${name}`;
  }

  /** The names in the caller's folder, sorted: no temporary may be left there. */
  names(): string[] {
    return [...Deno.readDirSync(this.work)].map((entry) => entry.name).sort();
  }

  /** The names in the cache's folder for passing things. */
  rootTmp(): string[] {
    return [...Deno.readDirSync(`${this.root}/tmp`)].map((entry) => entry.name).sort();
  }

  /** The launcher's log; empty if there is none. */
  log(): string {
    try {
      return Deno.readTextFileSync(`${this.root}/logs/launcher.log`);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "";
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const daemon of this.#daemons) await daemon[Symbol.asyncDispose]();
    await Deno.remove(this.base, { recursive: true });
  }
}

const utf8 = new TextEncoder();

/** A hit's reply. */
export function hit(
  fields: Partial<DeliverReply> & { readonly out?: string; readonly err?: string },
): DeliverReply {
  return {
    kind: "deliver",
    exit: fields.exit ?? 0,
    stdout: fields.stdout ?? utf8.encode(fields.out ?? ""),
    stderr: fields.stderr ?? utf8.encode(fields.err ?? ""),
    files: fields.files ?? [],
    delivery: fields.delivery ?? "auto",
  };
}

/** A miss's reply: run a shell script. */
export function runScript(stage: Stage, script: string, fields: Partial<RunReply> = {}): RunReply {
  return {
    kind: "run",
    ticket: 7,
    tool: "/bin/sh",
    argv: ["sh", "-c", script],
    env: [],
    outputs: [],
    snapshot: `${stage.root}/tmp`,
    captureLimit: 1024 * 1024,
    waits: false,
    lingers: false,
    mayBeLate: false,
    exactStreams: false,
    priority: "normal",
    lists: false,
    several: false,
    files: [],
    delivery: "auto",
    ...fields,
  };
}
