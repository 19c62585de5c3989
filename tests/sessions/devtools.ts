/** A page in a browser without a window, as its developer tools show it. */
export class OpenPage implements AsyncDisposable {
  readonly #browser: Deno.ChildProcess;
  readonly #folder: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<Readonly<Record<string, unknown>>>>();
  #session: string | undefined;
  #count = 0;

  private constructor(browser: Deno.ChildProcess, folder: string, socket: WebSocket) {
    this.#browser = browser;
    this.#folder = folder;
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const { id, result, error } = JSON.parse(data);
      const waiting = this.#waiting.get(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(error.message));
      this.#waiting.delete(id);
    };
  }

  /** Opens a file; resolves once `ready`, a script, is true there. */
  static async open(file: string, ready: string): Promise<OpenPage> {
    const folder = await Deno.makeTempDir({ prefix: "zccache-browser-" });
    const browser = new Deno.Command("chromium", {
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--no-first-run",
        "--remote-debugging-port=0",
        `--user-data-dir=${folder}`,
      ],
      env: { HOME: folder },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const [port, path] = await portOf(`${folder}/DevToolsActivePort`);
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
    await new Promise((resolve, reject) => (socket.onopen = resolve, socket.onerror = reject));
    const page = new OpenPage(browser, folder, socket);
    const { targetId } = await page.send("Target.createTarget", { url: `file://${file}` });
    const { sessionId } = await page.send("Target.attachToTarget", { targetId, flatten: true });
    page.#session = String(sessionId);
    while (await page.evaluate(ready) !== true) await new Promise((resume) => setTimeout(resume, 50));
    return page;
  }

  /** Calls one of the developer tools' methods. */
  send(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
    const id = ++this.#count;
    const waiting = Promise.withResolvers<Readonly<Record<string, unknown>>>();
    this.#waiting.set(id, waiting);
    const session = this.#session === undefined ? {} : { sessionId: this.#session };
    this.#socket.send(JSON.stringify({ id, method, params, ...session }));
    return waiting.promise;
  }

  /** The value of a script in the page. */
  async evaluate(expression: string): Promise<unknown> {
    const { result } = await this.send("Runtime.evaluate", { expression, returnByValue: true });
    return (result as { readonly value?: unknown }).value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#socket.onclose = resolve);
    this.#session = undefined;
    this.#socket.send(JSON.stringify({ id: ++this.#count, method: "Browser.close" }));
    await Promise.all([closed, this.#browser.status]);
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** Where the developer tools listen: the browser writes it into its folder once they do. */
async function portOf(path: string): Promise<readonly string[]> {
  for (let tries = 0; tries < 600; tries++) {
    try {
      const lines = (await Deno.readTextFile(path)).split("\n");
      if (lines.length > 1) return lines;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    await new Promise((resume) => setTimeout(resume, 50));
  }
  throw new Error("Cannot open the browser: it says no port within half a minute");
}
