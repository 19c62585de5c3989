import assert from "node:assert/strict";
import { testWith } from "../../../testing/needs.ts";
import { openFileView } from "../../files/mod.ts";
import { LoaderCache } from "./loader_cache.ts";
import { withFolder } from "../../../testing/folder.ts";

async function makeLibrary(path: string): Promise<void> {
  const args = ["-shared", "-nostdlib", "-x", "c", "/dev/null", "-o", path];
  assert.ok((await new Deno.Command("gcc", { args }).output()).success);
}

/** What the loader's cache of these libraries says to a run; made by the system's own tool. */
async function said(root: string, libraries: readonly string[], paths: readonly string[]): Promise<string> {
  Deno.removeSync(root, { recursive: true });
  const folders = [...new Set(libraries.map((path) => path.slice(0, path.lastIndexOf("/"))))];
  for (const path of folders) Deno.mkdirSync(`${root}/${path}`, { recursive: true });
  for (const path of libraries) await makeLibrary(`${root}/${path}`);
  Deno.writeTextFileSync(`${root}/conf`, folders.map((path) => `/${path}\n`).join(""));
  const args = ["-r", root, "-X", "-f", "/conf", "-C", "/cache"];
  assert.ok((await new Deno.Command("/sbin/ldconfig", { args }).output()).success);
  using view = openFileView({ watch: true });
  return new LoaderCache(view, `${root}/cache`).saysTo(paths);
}

const NEEDS = ["linux", "gcc", "ldd"];

testWith(NEEDS, "LoaderCache tells a run of its own libraries alone", () =>
  withFolder(async (root) => {
    const run = ["/one/liba.so", "/usr/bin/ld", "out/m.o"];
    const before = await said(root, ["one/liba.so"], run);
    assert.equal(await said(root, ["one/liba.so", "one/libb.so", "two/libc.so"], run), before);
    assert.notEqual(await said(root, ["two/liba.so"], run), before);
    assert.notEqual(await said(root, ["one/liba.so", "two/liba.so"], run), before);
    assert.notEqual(await said(root, ["one/libb.so"], run), before);
    // of a library that was looked for and is in none of its folders
    const searching = [...run, "/lib/libb.so"];
    const none = await said(root, ["one/liba.so"], searching);
    assert.notEqual(await said(root, ["one/liba.so", "one/libb.so"], searching), none);
  }));

testWith(
  NEEDS,
  "LoaderCache tells all to who prints it, and of what it can't read",
  () =>
    withFolder(async (root) => {
      const run = ["one/liba.so", "/sbin/ldconfig.real"];
      const before = await said(root, ["one/liba.so"], run);
      assert.notEqual(await said(root, ["one/liba.so", "one/libb.so"], run), before);
      using view = openFileView({ watch: true });
      const cache = new LoaderCache(view, `${root}/cache`);
      const of = (text: string) => {
        Deno.writeFileSync(`${root}/cache`, Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
        view.barrier();
        return cache.saysTo(["one/liba.so"]);
      };
      const texts = ["", "ld.so-1.7.0", "glibc-ld.so.cache1.1", `glibc-ld.so.cache1.1${"\xff".repeat(60)}`];
      assert.equal(new Set(texts.map(of)).size, texts.length);
      Deno.removeSync(`${root}/cache`);
      view.barrier();
      assert.match(cache.saysTo(run), /^[0-9a-f]+$/);
    }),
);
