import assert from "node:assert/strict";
import { digestText } from "../../core/mod.ts";
import { openFolderShelf } from "../../store/mod.ts";
import { IncrementalData } from "./incremental_data.ts";

const place = (root: string) => ({
  key: digestText("key"),
  folder: `${root}/target`,
  crateName: "it",
  output: `${root}/output`,
});

/** A shelf and a target folder, gone at the end. */
class Rig implements AsyncDisposable {
  readonly root = Deno.makeTempDirSync();
  readonly place = place(this.root);
  readonly shelf = openFolderShelf({
    root: this.root,
    limitBytes: 1e6,
    now: Date.now,
    log: (line) => assert.fail(line),
  });
  readonly data = new IncrementalData(this.shelf, () => this.clock);
  clock = 1000;

  constructor() {
    Deno.mkdirSync(`${this.root}/tmp`);
  }

  /** Makes a session as the compiler does. */
  session(crate: string, { atMs = this.clock, ending = "h4sh" } = {}): string {
    const name = `s-${(atMs * 1000).toString(36)}-r4nd`;
    const path = `${this.place.folder}/${crate}`;
    Deno.mkdirSync(`${path}/${name}-${ending}`, { recursive: true });
    Deno.writeTextFileSync(`${path}/${name}-${ending}/dep-graph.bin`, crate);
    Deno.writeTextFileSync(`${path}/${name}.lock`, "");
    return `${crate}/${name}-${ending}`;
  }

  /** All that is below the target folder. */
  get there(): string[] {
    const found: string[] = [];
    const visit = (folder: string) => {
      for (const { name, isDirectory } of Deno.readDirSync(`${this.place.folder}/${folder}`)) {
        if (isDirectory) visit(`${folder}${name}/`);
        else found.push(`${folder}${name}`);
      }
    };
    visit("");
    return found.sort();
  }

  clean(): void {
    Deno.removeSync(this.place.folder, { recursive: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shelf[Symbol.asyncDispose]();
    await Deno.remove(this.root, { recursive: true });
  }
}

Deno.test("begin() puts back the session of the last compile, with its lock", async () => {
  await using rig = new Rig();
  rig.session("it-1", { atMs: 500 });
  const run = rig.data.begin(rig.place);
  rig.session("it-1", { atMs: 1001 });
  rig.session("it-1", { atMs: 1002, ending: "working" });
  rig.session("other-1", { atMs: 1001 });
  await rig.data.ended(run, 0);
  rig.clean();
  const { putBack } = rig.data.begin(rig.place);
  const name = `s-${(1001_000).toString(36)}-r4nd`;
  assert.deepEqual(putBack, [`${rig.place.folder}/it-1/${name}-h4sh`]);
  assert.deepEqual(rig.there, [`it-1/${name}-h4sh/dep-graph.bin`, `it-1/${name}.lock`]);
});

Deno.test("begin() leaves a crate alone that has a session, and keeps what it has for later", async () => {
  await using rig = new Rig();
  const run = rig.data.begin(rig.place);
  rig.session("it-1");
  await rig.data.ended(run, 0);
  assert.deepEqual(rig.data.begin(rig.place).putBack, []);
  rig.clean();
  rig.session("it-1", { ending: "working" });
  assert.equal(rig.data.begin(rig.place).putBack.length, 1);
});

Deno.test("begin() puts nothing back where somebody removed only the data", async () => {
  await using rig = new Rig();
  for (const [is, count] of [["the same", 0], ["another", 1], ["gone", 1]] as const) {
    Deno.writeTextFileSync(rig.place.output, "made");
    const run = rig.data.begin(rig.place);
    rig.session("it-1");
    await rig.data.ended(run, 0);
    rig.clean();
    if (is === "another") Deno.writeTextFileSync(rig.place.output, "made again");
    if (is === "gone") Deno.removeSync(rig.place.output);
    assert.equal(rig.data.begin(rig.place).putBack.length, count, is);
  }
});

Deno.test("ended() keeps the sessions of all crates of the name that were compiled at once", async () => {
  await using rig = new Rig();
  const run = rig.data.begin(rig.place);
  rig.session("it-1");
  rig.session("it-2");
  await rig.data.ended(run, 0);
  rig.clean();
  assert.equal(rig.data.begin(rig.place).putBack.length, 2);
});

for (const [what, exit] of [["an error", 1], ["a crash", 101], ["nobody knows what", undefined]] as const) {
  Deno.test(`ended() drops what is kept after ${what}`, async () => {
    await using rig = new Rig();
    const run = rig.data.begin(rig.place);
    rig.session("it-1");
    await rig.data.ended(run, 0);
    await rig.data.ended(rig.data.begin(rig.place), exit);
    rig.clean();
    assert.deepEqual(rig.data.begin(rig.place).putBack, []);
  });
}

for (const [exit, stays] of [[1, true], [101, false], [-11, false]] as const) {
  Deno.test(`ended() ${stays ? "leaves" : "takes away"} what it put back for a run that ended with ${exit}`, async () => {
    await using rig = new Rig();
    const run = rig.data.begin(rig.place);
    rig.session("it-1");
    await rig.data.ended(run, 0);
    rig.clean();
    await rig.data.ended(rig.data.begin(rig.place), exit);
    assert.equal(rig.there.length, stays ? 2 : 0);
  });
}
