import assert from "node:assert/strict";
import { Cleanup } from "./cleanup.ts";

Deno.test("whoever asks for the end waits until all of it is done, the last step first", async () => {
  const done: string[] = [];
  const cleanup = new Cleanup();
  const go = Promise.withResolvers<void>();
  cleanup.add(() => Promise.resolve(void done.push("folder")));
  cleanup.add(() => go.promise.then(() => void done.push("daemon")));
  const ends = [cleanup[Symbol.asyncDispose](), cleanup[Symbol.asyncDispose]()];
  setTimeout(go.resolve);
  await ends[1];
  assert.deepEqual(done, ["daemon", "folder"]);
  await ends[0];
});

Deno.test("a step that fails doesn't keep the others from being done, and is told", async () => {
  const done: string[] = [];
  const cleanup = new Cleanup();
  cleanup.add(() => Promise.resolve(void done.push("folder")));
  cleanup.add(() => Promise.reject(new Error("no such daemon")));
  await assert.rejects(async () => await cleanup[Symbol.asyncDispose](), /no such daemon/);
  assert.deepEqual(done, ["folder"]);
});

Deno.test("an interruption that comes twice is one: all steps are done", async () => {
  const module = new URL("./cleanup.ts", import.meta.url).href;
  const program = `import { Cleanup } from "${module}";
    const cleanup = new Cleanup();
    cleanup.add(() => Promise.resolve(console.log("folder")));
    cleanup.add(async () => { console.log("ending"); await Deno.stdin.read(new Uint8Array(1)); });
    setInterval(() => {}, 1000);
    console.log("begun");`;
  await using child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", program],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let said = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    said += text;
    if (/begun|ending/.test(text)) child.kill("SIGINT");
    if (text.includes("ending")) await child.stdin.close();
  }
  assert.equal(said, "begun\nending\nfolder\n");
  assert.equal((await child.status).code, 130);
});
