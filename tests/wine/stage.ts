import { openEndpoint } from "../../daemon/endpoint.ts";
import { type Act, FakeDaemon } from "../../launcher/_fake_daemon.ts";
import type { Reply, ReportRequest, Request } from "../../lib/protocol/mod.ts";
import { type Ended, windowsPath, type Wine } from "./wine.ts";

/** A cache root, the caller's folder and a tool, all on drive Z:. */
export class Stage implements AsyncDisposable {
  readonly base: string = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "zccache-wine-stage-" }));
  readonly root = `${this.base}/root`;
  readonly work = `${this.base}/work`;
  readonly #wine: Wine;
  readonly #bin: string;
  #daemon: FakeDaemon | undefined;

  constructor(wine: Wine, bin: string) {
    this.#wine = wine;
    this.#bin = bin;
    for (const folder of [this.root, `${this.root}/tmp`, `${this.root}/logs`, this.work]) {
      Deno.mkdirSync(folder);
    }
  }

  get tool(): string {
    return windowsPath(`${this.#bin}/tool.exe`);
  }

  get port(): string {
    return `${this.root}/daemon.port`;
  }

  daemon(script: (request: Request) => Act | Promise<Act>): FakeDaemon {
    const { socket, gate } = openEndpoint({ root: this.root, endpoint: `loopback:${this.port}` });
    const entrance = { socket, admits: (connection: Deno.Conn) => gate!.admits(connection) };
    return this.#daemon = new FakeDaemon(entrance, script);
  }

  /** Runs `zccache tool ARGS`, the tool found on PATH. */
  zcc(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return this.#wine.run([`${this.#bin}/zccache.exe`, "tool", ...args], {
      cwd: this.work,
      env: {
        ZCCACHE_CACHE_DIR: windowsPath(this.root),
        ZCCACHE_NO_SPAWN: "1",
        WINEPATH: windowsPath(this.#bin),
        ...env,
      },
    });
  }

  log(): string {
    try {
      return Deno.readTextFileSync(`${this.root}/logs/launcher.log`);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "";
      throw error;
    }
  }

  read(name: string): string {
    return Deno.readTextFileSync(`${this.work}/${name}`);
  }

  names(): string[] {
    return [...Deno.readDirSync(this.work)].map((entry) => entry.name).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#daemon?.[Symbol.asyncDispose]();
    await Deno.remove(this.base, { recursive: true });
  }
}

/** A miss's reply: the tool with other arguments. */
export function runTool(
  stage: Stage,
  args: readonly string[],
  fields: Partial<Reply & { kind: "run" }> = {},
): Reply {
  return {
    kind: "run",
    ticket: 7,
    tool: stage.tool,
    argv: ["tool", ...args],
    env: [],
    outputs: [],
    snapshot: windowsPath(`${stage.root}/tmp`),
    captureLimit: 1024 * 1024,
    waits: false,
    lingers: false,
    mayBeLate: false,
    lists: false,
    several: false,
    files: [],
    delivery: "auto",
    exactStreams: false,
    priority: "normal",
    ...fields,
  };
}

/** What the launcher tells of a run; throws `Error` if nothing comes for some seconds. */
export async function reportOf(daemon: FakeDaemon): Promise<ReportRequest> {
  for (let tries = 0; tries < 500; tries++) {
    const report = daemon.requests.find((request) => request.kind === "report");
    if (report !== undefined) return report;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("Cannot find the report: none arrived");
}
