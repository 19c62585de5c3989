import assert from "node:assert/strict";
import { type FileView, openFileView } from "../../files/mod.ts";
import { Paths } from "../paths.ts";
import type { Ask } from "../toolchain/ask.ts";
import { NOWHERE } from "../toolchain/loaded_libraries.ts";
import { RustToolchains } from "./rust_toolchain.ts";

const NAMES = ["librustc.so", "libc.so.6"];

/** A compiler in a folder of its own, with a loader that heeds LD_LIBRARY_PATH and looks in `tls` first. */
class Sample {
  readonly folder: string;
  readonly view: FileView;
  readonly toolchains: RustToolchains;
  /** How often the compiler or the loader was asked. */
  asked = 0;
  /** Whether the loader says where it searches. */
  isTelling = true;
  /** What happens while the loader answers, by the list that it was given. */
  meanwhile = (_list: string) => {};

  constructor(folder: string, view: FileView) {
    this.folder = folder;
    this.view = view;
    const files = ["bin/rustc", "lib/librustc.so", "system/libc.so.6", "other/libc.so.6", "spare"];
    for (const name of files) this.write(name);
    for (const name of ["deps", "a/own", "b/own"]) Deno.mkdirSync(`${folder}/${name}`, { recursive: true });
    Deno.symlinkSync("lib", `${folder}/link`);
    this.toolchains = new RustToolchains({ view, paths: new Paths(view), ask: this.#answer });
  }

  write(name: string): void {
    const path = `${this.folder}/${name}`;
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(path, name, { mode: 0o755 });
  }

  /** The identity, or why there is none. `F` in the list stands for the folder. */
  async identify(list?: string, cwd = "a"): Promise<string> {
    this.view.barrier();
    const rustc = `${this.folder}/bin/rustc`;
    const none = { absent: [], passedOver: [], idle: [], args: [] };
    const found = { family: "rustc", isScript: false, path: rustc, name: "rustc", ...none } as const;
    const env = new Map(list === undefined ? [] : [["LD_LIBRARY_PATH", list.replaceAll("F", this.folder)]]);
    const toolchain = await this.toolchains.identify(
      { ...found, files: [this.view.track(rustc)] },
      { toolchain: undefined, sysroot: undefined, target: undefined },
      {
        name: "rustc",
        args: [],
        cwd: `${this.folder}/${cwd}`,
        env,
        terminal: { stderr: false, columns: 0 },
      },
    );
    return "kind" in toolchain ? toolchain.reason : toolchain.identity;
  }

  readonly #answer: Ask = (_program, args, { cwd, env }) => {
    this.asked++;
    const list = env["LD_LIBRARY_PATH"];
    const searched = list?.split(":").flatMap((folder) => [`${folder}/tls`, folder || "."]) ?? [];
    const own = [`${this.folder}/bin/../lib`, `${this.folder}/system`];
    const lines = NAMES.map((name) => {
      const places = [...searched, ...own].map((folder) => `${folder}/${name}`);
      const found = places.find((path) => isFile(path.startsWith("/") ? path : `${cwd}/${path}`));
      return found === undefined ? `\t${name} => not found\n` : `\t${name} => ${found} (0x01)\n`;
    });
    const runs = !lines.some((line) => line.includes("not found"));
    const saying = (stdout: string, stderr = "") => Promise.resolve({ stdout: runs ? stdout : "", stderr });
    if (args.includes("sysroot")) return saying(`${this.folder}\n`);
    if (args.includes("-vV")) return saying("rustc 1\nhost: x-linux\n");
    this.meanwhile(list ?? "");
    const where = `  1:\t search path=${searched.join(":")}\t\t(LD_LIBRARY_PATH)\n`;
    return Promise.resolve({ stdout: lines.join(""), stderr: this.isTelling ? where : "" });
  };
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

async function withSample(work: (sample: Sample) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    using view = openFileView({ watch: true });
    const sample = new Sample(folder, view);
    await settled();
    await work(sample);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Resolves when the stamps of all that was done can be told from those of now. */
function settled(): Promise<void> {
  return new Promise((resume) => setTimeout(resume, 50));
}

/** The questions of one identification: sysroot, version, loader. */
const ONCE = 3;

Deno.test("RustToolchains asks once for all folders of libraries that can't matter", () =>
  withSample(async (sample) => {
    const plain = await sample.identify();
    assert.match(plain, /^[0-9a-f]{64}$/);
    const lists = [
      "",
      "F/deps",
      "F/deps:F/deps/none;F/a:F/lib",
      "F/link:F/system/",
      "own",
      ":F/deps",
      NOWHERE,
      "F/a/../deps",
    ];
    for (const list of lists) assert.equal(await sample.identify(list), plain, list);
    assert.equal(await sample.identify("own", "b"), plain);
    assert.equal(sample.asked, ONCE);
  }));

Deno.test("RustToolchains asks once for many callers at once", () =>
  withSample(async (sample) => {
    const lists = [undefined, "F/deps", "F/lib", "own", undefined, "F/deps"];
    const found = await Promise.all(lists.map((list) => sample.identify(list)));
    assert.equal(new Set(found).size, 1);
    assert.equal(sample.asked, ONCE);
  }));

Deno.test("RustToolchains asks again with folders of libraries that may matter", () =>
  withSample(async (sample) => {
    const plain = await sample.identify();
    for (const list of ["F/other", "F/lib:F/other", "F/none:F/deps/../other"]) {
      sample.asked = 0;
      const other = await sample.identify(list);
      assert.notEqual(other, plain, list);
      assert.equal(await sample.identify(list), other);
      assert.equal(sample.asked, ONCE, list);
    }
    sample.asked = 0;
    assert.equal(await sample.identify("F/$LIB"), plain, "a word that only the loader knows");
    assert.equal(sample.asked, ONCE);
  }));

Deno.test("RustToolchains takes nothing for granted of a loader that doesn't say where it searches", () =>
  withSample(async (sample) => {
    sample.isTelling = false;
    const plain = await sample.identify();
    assert.equal(await sample.identify("F/deps"), plain);
    assert.notEqual(await sample.identify("F/other"), plain);
    assert.equal(sample.asked, 3 * ONCE);
  }));

Deno.test("RustToolchains identifies a compiler that needs the folders of libraries", () =>
  withSample(async (sample) => {
    Deno.renameSync(`${sample.folder}/lib`, `${sample.folder}/elsewhere`);
    await settled();
    assert.equal(await sample.identify(), "toolchain-unknown");
    assert.match(await sample.identify("F/elsewhere"), /^[0-9a-f]{64}$/);
  }));

Deno.test("RustToolchains asks again when a library appears where the loader would look first", () =>
  withSample(async (sample) => {
    const { folder } = sample;
    const plain = await sample.identify("F/deps:F/none:own:F/link");
    const edits: readonly (readonly [edit: () => void, undo: () => void])[] = [
      [() => sample.write("deps/libc.so.6"), () => Deno.removeSync(`${folder}/deps/libc.so.6`)],
      [
        () => sample.write("deps/tls/libc.so.6"),
        () => Deno.removeSync(`${folder}/deps/tls`, { recursive: true }),
      ],
      [() => Deno.symlinkSync("other", `${folder}/none`), () => Deno.removeSync(`${folder}/none`)],
      [() => sample.write("a/own/libc.so.6"), () => Deno.removeSync(`${folder}/a/own/libc.so.6`)],
      [
        () => {
          Deno.removeSync(`${folder}/link`);
          Deno.symlinkSync("other", `${folder}/link`);
        },
        () => {
          Deno.removeSync(`${folder}/link`);
          Deno.symlinkSync("lib", `${folder}/link`);
        },
      ],
    ];
    for (const [index, [edit, undo]] of edits.entries()) {
      sample.asked = 0;
      edit();
      await settled();
      assert.notEqual(await sample.identify("F/deps:F/none:own:F/link"), plain, `edit ${index}`);
      assert.equal(await sample.identify("own", "b"), plain, "another folder's own");
      assert.equal(sample.asked, ONCE, `edit ${index}`);
      undo();
      assert.equal(await sample.identify("F/deps:F/none:own:F/link"), plain, `undo ${index}`);
      assert.equal(sample.asked, ONCE, `undo ${index}`);
    }
  }));

Deno.test("RustToolchains takes no answer of a loader if a library stepped in after it", () =>
  withSample(async (sample) => {
    // has a word that only the loader knows, so it's asked about the list
    const list = "F/deps:F/$LIB";
    const into = `${sample.folder}/deps/libc.so.6`;
    sample.meanwhile = (given) => {
      if (given.includes("$LIB")) Deno.renameSync(`${sample.folder}/spare`, into);
    };
    assert.equal(await sample.identify(list), "toolchain-changed");
    sample.meanwhile = () => {};
    await settled();
    const other = await sample.identify(list);
    assert.match(other, /^[0-9a-f]{64}$/);
    Deno.removeSync(into);
    assert.notEqual(await sample.identify(list), other);
  }));
