import assert from "node:assert/strict";
import { hit, Stage } from "./_stage.ts";

const BLOB = "object\0bytes\n".repeat(4000);

/** A stage whose daemon answers each compile with the same files. */
function stageWithBlob(): Stage & { blob: string } {
  const stage = new Stage();
  const blob = `${stage.root}/blob`;
  Deno.writeTextFileSync(blob, BLOB);
  Deno.chmodSync(blob, 0o444);
  stage.tool("cc", `echo really "$@"; echo tool >> ran; for f in a.o; do [ -p $f ] || echo tool > $f; done`);
  return Object.assign(stage, { blob });
}

Deno.test("a hit delivers its files, replays its streams and exits as the tool did", async () => {
  await using stage = stageWithBlob();
  const daemon = stage.daemon(() =>
    hit({
      exit: 3,
      out: "out\n",
      err: "warning\n",
      files: [
        { dest: "a.o", mode: 0o666, from: stage.blob },
        { dest: `${stage.work}/a.d`, mode: 0o777, inline: new TextEncoder().encode("a.o: a.c\n") },
      ],
    })
  );
  const ended = await stage.zcc(["cc", "-c", "a.c"]);
  assert.deepEqual(ended, { code: 3, signal: null, stdout: "out\n", stderr: "warning\n" });
  assert.equal(stage.read("a.o"), BLOB);
  assert.equal(stage.read("a.d"), "a.o: a.c\n");
  assert.deepEqual(stage.names(), ["a.d", "a.o"]);
  assert.equal(Deno.statSync(`${stage.work}/a.o`).mode! & 0o777, 0o644);
  assert.equal(Deno.statSync(`${stage.work}/a.d`).mode! & 0o777, 0o755);
  const [request] = daemon.requests;
  assert.ok(request?.kind === "compile");
  assert.deepEqual(request.argv.map((arg) => new TextDecoder().decode(arg)), ["cc", "-c", "a.c"]);
  assert.equal(new TextDecoder().decode(request.cwd), stage.work);
  assert.ok(new TextDecoder().decode(request.env).includes(`ZCCACHE_CACHE_DIR=${stage.root}\0`));
  assert.equal(request.umask, 0o22);
});
