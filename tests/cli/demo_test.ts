import assert from "node:assert/strict";
import { withFolder } from "../../testing/folder.ts";
import { testWith, text } from "../rig.ts";
import { type Outcome, run } from "../rig/process.ts";
import { takeSnapshot } from "../rig/snapshot.ts";
import { PROJECT } from "../rig/wrapper.ts";

/** Two units and what they include, as anybody may have them. */
const SOURCES = {
  "src/a.c": "#include <one.h>\nint a(void) { return ONE; }\n",
  "src/b.cpp": "#include <one.h>\n#include <string>\nstd::string b() { return std::to_string(ONE); }\n",
  "include/one.h": "#define ONE 1\n",
};

/** The same with a makefile, which the demonstration then goes by. */
const MADE = {
  ...SOURCES,
  Makefile: "all: a.o b.o\n%.o: src/%.c\n\t$(CC) -Iinclude -c $< -o $@\n" +
    "%.o: src/%.cpp\n\t$(CXX) -Iinclude -c $< -o $@\n",
};

/** Runs the demonstration for somebody who has nothing yet; whatever it leaves in their folders shows. */
class Visitor {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    for (const name of ["home", "tmp", "project"]) Deno.mkdirSync(`${folder}/${name}`);
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, content] of Object.entries(files)) {
      const path = `${this.folder}/project/${name}`;
      Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      Deno.writeTextFileSync(path, content);
    }
  }

  /** Runs it, and sees to it that nothing is left behind but what stands in `build` anyway. */
  async demo(...args: string[]): Promise<Outcome> {
    const before = [...takeSnapshot(this.folder).keys()];
    const runs = namesIn(`${PROJECT}/build/demo`);
    const outcome = await run([Deno.execPath(), "task", "--quiet", "demo", ...args], {
      cwd: PROJECT,
      env: {
        PATH: "/usr/local/bin:/usr/bin:/bin",
        HOME: `${this.folder}/home`,
        TMPDIR: `${this.folder}/tmp`,
        // what this runtime has fetched and compiled is no part of the demonstration
        DENO_DIR: await runtimeFolder(),
        NO_COLOR: "1",
      },
      deadlineMs: 300_000,
    });
    assert.deepEqual([...takeSnapshot(this.folder).keys()], before);
    assert.deepEqual(namesIn(`${PROJECT}/build/demo`), runs);
    assert.deepEqual(daemonsBelow(`${PROJECT}/build/demo`), []);
    return outcome;
  }
}

async function runtimeFolder(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(text(stdout)).denoDir;
}

function namesIn(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** The processes whose cache root is below a folder. */
function daemonsBelow(folder: string): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter((pid) => {
    if (!Number.isInteger(pid)) return false;
    try {
      return Deno.readTextFileSync(`/proc/${pid}/environ`).includes(`ZCCACHE_CACHE_DIR=${folder}`);
    } catch {
      return false; // ended, or not ours to see
    }
  });
}

/** How often the cache answered, in the cold build and in the warm one: sources that make has copied just before may be too young. */
const MANNERS = [
  ["plain compile commands", SOURCES, "0 +2", "2 +0"],
  ["make", MADE, "0 +\\d", "\\d +\\d"],
] as const;
for (const [manner, files, cold, warm] of MANNERS) {
  testWith(
    ["gcc", "g++", "make", "linux"],
    `the demonstration builds a folder by ${manner} and leaves nothing`,
    () =>
      withFolder(async (folder) => {
        const visitor = new Visitor(folder);
        visitor.write(files);
        const { code, stdout, stderr } = await visitor.demo("--jobs", "2", `${folder}/project`);
        assert.equal(code, 0, text(stderr));
        const said = text(stdout);
        assert.ok(said.includes(`2 at a time, by ${manner}`), said);
        assert.match(said, /zccache +seconds +of bare +hits +misses/);
        assert.match(said, /\n *bare +[\d.]+ +100\.0 %/);
        assert.match(said, new RegExp(`\n *cold +[\\d.]+ +[\\d.]+ % +${cold}\\b`));
        assert.match(said, new RegExp(`\n *warm +[\\d.]+ +[\\d.]+ % +${warm}\\b`));
        assert.match(said, /All three builds are the same, byte for byte: [24] objects/);
      }),
  );
}

testWith(["gcc", "linux"], "the demonstration says what it can't do", () =>
  withFolder(async (folder) => {
    const visitor = new Visitor(folder);
    visitor.write({ "README.md": "nothing to build\n" });
    const wrong: readonly (readonly [args: readonly string[], code: number, said: RegExp])[] = [
      [[`${folder}/project`], 1, /demo: Cannot build .*project: it has no C or C\+\+ sources\n$/],
      [["a", "b"], 2, /demo: more than one folder is given\n\nBuilds zccache/],
      [["--jobs", "0"], 2, /demo: --jobs: 0 is not a number above 0\n/],
    ];
    for (const [args, expected, said] of wrong) {
      const { code, stderr } = await visitor.demo(...args);
      assert.equal(code, expected, text(stderr));
      assert.match(text(stderr), said);
    }
  }));
