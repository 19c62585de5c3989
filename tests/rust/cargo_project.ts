import assert from "node:assert/strict";
import { assertOk, type Counters, type Outcome, Rig, text } from "../rig.ts";
import { counted } from "../rig/wrapper.ts";
import { rustEnvironment } from "../rig/rust.ts";
import { digestBytes } from "../../lib/core/mod.ts";
import { fetchCrates } from "./fetch.ts";

/** What came of a build: its messages, and each file below the target folder that is some compile's output. */
export interface Built {
  readonly outcome: Outcome;
  readonly files: ReadonlyMap<string, string>;
  readonly counters: Counters;
}

/** A cargo project that is built bare and through the cache, in one and the same folder. */
export class CargoProject implements AsyncDisposable {
  readonly rig: Rig;

  private constructor(rig: Rig) {
    this.rig = rig;
  }

  /** Sets up a project with these files. */
  static async open(files: Readonly<Record<string, string>>): Promise<CargoProject> {
    const rig = await Rig.open({
      env: { ...rustEnvironment(), CARGO_INCREMENTAL: "0", CARGO_NET_OFFLINE: "true" },
    });
    rig.write(files);
    return new CargoProject(rig);
  }

  /** Gets the crates it depends on; false where no registry can be reached, which in CI is a failure. */
  fetch(t: Deno.TestContext): Promise<boolean> {
    return fetchCrates(t, this.rig);
  }

  /** Runs cargo without the cache. */
  bare(words: string, env: Readonly<Record<string, string>> = {}): Promise<Built> {
    return this.#build(words, env);
  }

  /** Runs cargo through the cache. */
  wrapped(words: string, env: Readonly<Record<string, string>> = {}): Promise<Built> {
    return this.#build(words, { RUSTC_WRAPPER: this.rig.wrapper.prefix[0]!, ...env });
  }

  /** Removes everything that was built. */
  clean(): void {
    const target = this.rig.at("target");
    Deno.mkdirSync(target, { recursive: true });
    Deno.removeSync(target, { recursive: true });
  }

  /**
   * Builds bare, then with the cache as it is, then with all of it in the cache, each from an empty target folder. All three
   * must give the same, the last one from the cache alone but for `missed`. Returns the last build.
   */
  async expectSame(words: string, { missed = [] as readonly string[], env = {} } = {}): Promise<Built> {
    this.clean();
    const bare = await this.bare(words, env);
    this.clean();
    const cold = await this.wrapped(words, env);
    assertSameBuild(cold, bare, `cold: cargo ${words}`);
    this.clean();
    const warm = await this.wrapped(words, env);
    assertSameBuild(warm, bare, `warm: cargo ${words}`);
    assert.deepEqual(
      Object.keys(warm.counters.reasons).sort(),
      [...missed].sort(),
      `not from the cache: cargo ${words}`,
    );
    // who is not heard of is in no reason
    assert.equal(heardOf(warm.counters), heardOf(cold.counters), `units heard of: cargo ${words}`);
    return warm;
  }

  async #build(words: string, env: Readonly<Record<string, string>>): Promise<Built> {
    await this.rig.settled();
    const before = await this.rig.counters();
    const outcome = await this.rig.bare(["cargo", ...words.split(" ")], { env, deadlineMs: 600_000 });
    const counters = counted(before, await this.rig.counters());
    return { outcome, files: builtFiles(this.rig.at("target")), counters };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.rig[Symbol.asyncDispose]();
  }
}

function heardOf({ cached, cold, nonCacheable, errors }: Counters): number {
  return cached + cold + nonCacheable + errors;
}

/** Fails unless both builds said and made the same. */
export function assertSameBuild(one: Built, bare: Built, what: string): void {
  assert.equal(one.outcome.code, bare.outcome.code, `${what}: ${text(one.outcome.stderr)}`);
  assert.deepEqual(messagesOf(one.outcome), messagesOf(bare.outcome), `messages of ${what}`);
  assert.deepEqual([...one.files.keys()], [...bare.files.keys()], `files of ${what}`);
  for (const [path, digest] of bare.files) assert.equal(one.files.get(path), digest, `${path} of ${what}`);
}

/** What cargo printed, without what depends on time and order. */
export function messagesOf(outcome: Outcome): string[] {
  const said = text(outcome.stdout) + text(outcome.stderr);
  return said.split("\n").filter((line) =>
    !/^\s*(?:Finished|Compiling|Checking|Blocking|Running|Doc-tests|Locking|Adding|Downloaded|Downloading)\b/
      .test(line)
    // cargo counts a warning where it came first
  ).filter((line) => !/^warning: .* generated \d+ warnings? \(/.test(line))
    .map((line) => line.replace(/finished in [\d.]+s/, "finished")).sort();
}

/** Compiled crates, programs and dep-infos; cargo's own notes hold times. */
export function builtFiles(target: string): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (folder: string) => {
    for (const entry of [...Deno.readDirSync(folder)].sort((a, b) => a.name < b.name ? -1 : 1)) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) {
        if (!/^(?:\.fingerprint|incremental|tmp)$/.test(entry.name)) visit(path);
      } else if (
        !/^(?:\.cargo-.*|\.rustc_info\.json|CACHEDIR\.TAG|invoked\.timestamp|root-output|output|stderr)$/
          .test(entry.name)
      ) {
        found.set(path.slice(target.length + 1), digestBytes(Deno.readFileSync(path)));
      }
    }
  };
  if (isFolder(target)) visit(target);
  return found;
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

export { assertOk };
