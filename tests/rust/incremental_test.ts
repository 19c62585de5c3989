import assert from "node:assert/strict";
import { launcher, testWith, text } from "../rig.ts";
import { digestBytes } from "../../lib/core/mod.ts";
import { CargoProject } from "./cargo_project.ts";

/** A program with parts, one of which asks a macro that can make the compiler end with any code. */
const PROGRAM: Readonly<Record<string, string>> = {
  "Cargo.toml": `[workspace]\nmembers = ["app", "derive"]\nresolver = "2"\n`,
  "app/Cargo.toml": `[package]\nname = "app"\nversion = "0.1.0"\nedition = "2021"\n` +
    `[dependencies]\nderive = { path = "../derive" }\n`,
  "app/src/main.rs": `mod first;
mod second;
#[derive(derive::Ends)]
struct Ending;
fn main() { println!("{} {}", first::say(1), second::say(2)); }
#[test]
fn says() { assert_eq!(second::say(2), "second 2"); }
`,
  "app/src/first.rs": `pub fn say(x: u32) -> String { format!("first {x}") }\n`,
  "app/src/second.rs": `pub fn say(x: u32) -> String { format!("second {x}") }\n`,
  "derive/Cargo.toml": `[package]\nname = "derive"\nversion = "0.1.0"\nedition = "2021"\n` +
    `[lib]\nproc-macro = true\n`,
  "derive/src/lib.rs": `#[proc_macro_derive(Ends)]
pub fn ends(_: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    if let Ok(code) = std::fs::read_to_string(format!("{root}/ends.txt")) {
        std::process::exit(code.trim().parse().unwrap());
    }
    proc_macro::TokenStream::new()
}
`,
};

const FIRST = "app/src/first.rs";

function saying(word: string): Record<string, string> {
  return { [FIRST]: PROGRAM[FIRST]!.replace("first", word) };
}

/** A program that is built incrementally and changed in between. */
class Rebuilt implements AsyncDisposable {
  readonly #project: CargoProject;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(project: CargoProject, env: Readonly<Record<string, string>>) {
    this.#project = project;
    this.#env = { CARGO_INCREMENTAL: "1", ...env };
  }

  static async open(env: Readonly<Record<string, string>> = {}): Promise<Rebuilt> {
    return new Rebuilt(await CargoProject.open(PROGRAM), env);
  }

  get rig() {
    return this.#project.rig;
  }

  get target(): string {
    return this.#env["CARGO_TARGET_DIR"] ?? this.rig.at("target");
  }

  /** Where the cache keeps data. */
  get keptIn(): string {
    return `${this.rig.root}/incremental`;
  }

  /** Builds; gives what the program says, or nothing if it wasn't built. */
  async build(words = "build"): Promise<string | undefined> {
    const { outcome } = await this.#project.wrapped(words, this.#env);
    // what is kept is kept when the daemon has answered
    await this.#project.rig.counters();
    if (outcome.code !== 0) return undefined;
    return text((await this.rig.bare([`${this.target}/debug/app`])).stdout).trim();
  }

  /** Removes what was built and builds from the cache alone. */
  async buildAgain(words = "build"): Promise<void> {
    Deno.removeSync(this.target, { recursive: true });
    const { counters } = await this.#project.wrapped(words, this.#env);
    assert.deepEqual(counters.reasons, {}, "not from the cache");
    assert.deepEqual(this.sessions(), []);
  }

  /** Edits a source; then builds. `reused` = parts of the program that were compiled before the edit. */
  async edit(files: Readonly<Record<string, string>>, words = "build") {
    // time stamps of files are not finer than the kernel's tick
    await new Promise((resolve) => setTimeout(resolve, 50));
    const sinceMs = Date.now();
    this.rig.write(files);
    const says = await this.build(words);
    const objects = this.sessions().flatMap(filesIn).filter((path) => path.endsWith(".o"));
    const reused = objects.filter((path) => Deno.statSync(path).mtime!.getTime() < sinceMs).length;
    return { says, reused, made: objects.length - reused };
  }

  /** The program's finished sessions. */
  sessions(): string[] {
    const incremental = `${this.target}/debug/incremental`;
    return namesIn(incremental).filter((name) => name.startsWith("app-")).flatMap((crate) =>
      namesIn(`${incremental}/${crate}`).filter((name) => /^s-/.test(name) && !/(?:lock|working)$/.test(name))
        .map((name) => `${incremental}/${crate}/${name}`)
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#project[Symbol.asyncDispose]();
  }
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function filesIn(folder: string): string[] {
  return namesIn(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    return Deno.statSync(path).isDirectory ? filesIn(path) : path;
  });
}

testWith(["cargo"], "the first edit after a build from the cache is compiled incrementally", async (t) => {
  await using program = await Rebuilt.open();
  await program.build();
  for (const word of ["one", "two"]) {
    await t.step(word, async () => {
      await program.buildAgain();
      const { says, reused, made } = await program.edit(saying(word));
      assert.equal(says, `${word} 1 second 2`);
      assert.ok(reused > 0 && made > 0, `${reused} of ${reused + made} parts`);
    });
  }
  await t.step("status tells what it takes", async () => {
    const { stdout } = await program.rig.bare([launcher.prefix[0]!, "status", "--json"]);
    assert.ok(JSON.parse(text(stdout)).daemon.incremental_bytes > 4096, text(stdout));
  });
  await t.step("clear removes what is kept", async () => {
    await program.rig.bare([launcher.prefix[0]!, "clear"]);
    assert.deepEqual(namesIn(program.keptIn), []);
  });
});

testWith(["cargo"], "a crate and its tests have their own incremental data", async () => {
  await using program = await Rebuilt.open();
  await program.build("build --all-targets");
  await program.buildAgain("build --all-targets");
  const { says, reused } = await program.edit(saying("one"), "build --all-targets");
  assert.equal(says, "one 1 second 2");
  assert.equal(new Set(program.sessions().map((path) => path.split("/").at(-2))).size, 2);
  assert.ok(reused > 1, `${reused}`);
});

testWith(["cargo"], "rustc never writes into the files of an earlier session", async () => {
  await using program = await Rebuilt.open();
  await program.build();
  const [session] = program.sessions();
  const links = program.rig.folder({}, "links");
  for (const name of namesIn(session!)) Deno.linkSync(`${session}/${name}`, `${links}/${name}`);
  const contents = () =>
    namesIn(links).sort().map((name) => [name, digestBytes(Deno.readFileSync(`${links}/${name}`))]);
  const before = contents();
  assert.ok(before.length > 4);
  for (const word of ["one", "two", "three"]) await program.edit(saying(word));
  await program.edit({ [FIRST]: "" });
  await program.edit(saying("four"), "build --release");
  assert.deepEqual(contents(), before);
});

for (
  const [what, change] of [
    ["written to", (path: string) => Deno.writeTextFileSync(path, "!", { append: true })],
    ["emptied", (path: string) => Deno.truncateSync(path)],
    ["removed", (path: string) => Deno.removeSync(path)],
  ] as const
) {
  testWith(["cargo"], `incremental data that was ${what} is not used`, async () => {
    await using program = await Rebuilt.open();
    await program.build();
    await program.buildAgain();
    const kept = filesIn(program.keptIn).filter((path) => /\/app-/.test(path));
    for (const path of kept) change(path);
    assert.ok(kept.length > 0);
    const { says, reused } = await program.edit(saying("one"));
    assert.equal(says, "one 1 second 2");
    assert.equal(reused, 0);
  });
}

testWith(["cargo"], "incremental data that the user removes alone stays removed", async () => {
  await using program = await Rebuilt.open();
  await program.build();
  Deno.removeSync(`${program.target}/debug/incremental`, { recursive: true });
  const { says, reused } = await program.edit(saying("one"));
  assert.equal(says, "one 1 second 2");
  assert.equal(reused, 0);
});

testWith(["cargo"], "what the compiler crashed on is not given to it again", async () => {
  await using program = await Rebuilt.open();
  await program.build();
  await program.buildAgain();
  const crashed = await program.edit({ ...saying("one"), "app/ends.txt": "101" });
  assert.equal(crashed.says, undefined);
  assert.deepEqual(program.sessions(), [], "in the target folder");
  assert.deepEqual(filesIn(program.keptIn).filter((path) => /\/app-/.test(path)), [], "in the cache");
  Deno.removeSync(program.rig.at("app/ends.txt"));
  const { says, reused } = await program.edit(saying("two"));
  assert.equal(says, "two 1 second 2");
  assert.equal(reused, 0);
});

testWith(["cargo"], "after an error in the source the data is still there", async () => {
  await using program = await Rebuilt.open();
  await program.build();
  await program.buildAgain();
  assert.equal((await program.edit({ [FIRST]: "pub fn say(" })).says, undefined);
  const { says, reused } = await program.edit(saying("one"));
  assert.equal(says, "one 1 second 2");
  assert.ok(reused > 0);
});

testWith(
  ["cargo"],
  "no incremental data is kept where that is not wanted, or not possible by links",
  async (t) => {
    await t.step("ZCCACHE_RUST_INCREMENTAL_BYTES=0", async () => {
      await using program = await Rebuilt.open({ ZCCACHE_RUST_INCREMENTAL_BYTES: "0" });
      await expectNothingKept(program);
    });
    await t.step("not as much as there is", async () => {
      await using program = await Rebuilt.open({ ZCCACHE_RUST_INCREMENTAL_BYTES: "5000" });
      await expectNothingKept(program);
    });
    await t.step("another file system", async () => {
      const folder = await Deno.makeTempDir({ dir: "/dev/shm" });
      try {
        await using program = await Rebuilt.open({ CARGO_TARGET_DIR: `${folder}/target` });
        assert.notEqual(
          Deno.statSync(folder).dev,
          Deno.statSync(program.rig.root.replace(/\/root$/, "")).dev,
        );
        await expectNothingKept(program);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    });
  },
);

async function expectNothingKept(program: Rebuilt): Promise<void> {
  await program.build();
  assert.deepEqual(namesIn(program.keptIn), []);
  await program.buildAgain();
  const { says, reused } = await program.edit(saying("one"));
  assert.equal(says, "one 1 second 2");
  assert.equal(reused, 0);
}
