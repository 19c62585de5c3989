import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { testWith } from "../../testing/needs.ts";
import { blankComments } from "./blank_comments.ts";

testWith(
  ["gcc"],
  "blankComments() leaves gcc the same tokens at the same places in real headers",
  async () => {
    const folder = Deno.makeTempDirSync();
    try {
      const headers = await sampleHeaders(60);
      const kept = await Promise.all(headers.map(async (header, i) => {
        const text = Buffer.from(Deno.readFileSync(header)).toString("latin1");
        const blanked = blankComments(text);
        const [before, after] = await Promise.all([
          tokens(`${folder}/${i}a.h`, text),
          tokens(`${folder}/${i}b.h`, blanked),
        ]);
        assert.equal(after, before, header);
        return blanked === text;
      }));
      assert.ok(
        kept.filter((same) => !same).length > headers.length / 2,
        "most headers have comments to blank",
      );
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
);

/** What gcc's lexer sees, line by line; directives are left alone and nothing is included. */
async function tokens(path: string, text: string): Promise<string> {
  Deno.writeFileSync(path, Buffer.from(text, "latin1"));
  const args = ["-fpreprocessed", "-E", "-w", "-x", "c++", path];
  const { stdout } = await new Deno.Command("gcc", { args, stderr: "null" }).output();
  return Buffer.from(stdout).toString("latin1").replaceAll(path, "");
}

async function sampleHeaders(count: number): Promise<string[]> {
  const args = ["/usr/include", "-name", "*.h", "-type", "f", "-size", "-200k"];
  const { stdout } = await new Deno.Command("find", { args }).output();
  const all = new TextDecoder().decode(stdout).trim().split("\n").sort();
  const step = Math.max(1, Math.floor(all.length / count));
  return all.filter((_, i) => i % step === 0);
}
