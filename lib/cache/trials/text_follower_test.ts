import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { TextFollower } from "./text_follower.ts";
import { withFolder } from "../../../testing/folder.ts";

function inFolder(work: (path: string) => void | Promise<void>): Promise<void> {
  return withFolder((folder) => work(`${folder}/text`));
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

Deno.test("TextFollower.finish() gives the digest of what was written while it looked on", async () => {
  await inFolder((path) => {
    using follower = new TextFollower(path);
    follower.catchUp();
    let text = "";
    for (let i = 0; i < 4; i++) {
      text += `${i}`.repeat(200_000);
      Deno.writeTextFileSync(path, `${i}`.repeat(200_000), { append: true });
      if (i !== 1) follower.catchUp();
    }
    assert.equal(follower.finish(), sha256(text));
  });
});

Deno.test("TextFollower.finish() gives the digest of an empty text", async () => {
  await inFolder((path) => {
    using follower = new TextFollower(path);
    Deno.writeTextFileSync(path, "");
    assert.equal(follower.finish(), sha256(""));
  });
});

Deno.test("TextFollower.finish() gives nothing where nothing was written", async () => {
  await inFolder((path) => {
    using follower = new TextFollower(path);
    assert.equal(follower.finish(), undefined);
  });
});

Deno.test("TextFollower.finish() gives nothing for a text that became shorter", async () => {
  await inFolder((path) => {
    using follower = new TextFollower(path);
    Deno.writeTextFileSync(path, "0123456789");
    follower.catchUp();
    Deno.writeTextFileSync(path, "01234");
    assert.equal(follower.finish(), undefined);
  });
});

Deno.test("TextFollower.finish() gives nothing for what is no file", async () => {
  await inFolder((path) => {
    using follower = new TextFollower(path);
    Deno.mkdirSync(path);
    follower.catchUp();
    assert.equal(follower.finish(), undefined);
  });
});
