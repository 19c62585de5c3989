import assert from "node:assert/strict";
import fs from "node:fs";
import { COMMANDS } from "../../cli/commands/mod.ts";
import { VERSION } from "../../lib/core/mod.ts";
import { assertOk, launcher, type Outcome, Rig, testWith, text, typescript } from "../rig.ts";
import { daemonsOf } from "../rig/daemon.ts";

/** A command, its exit code, and what its streams must look like (`null`: empty). */
type Row = readonly [words: string, code: number, stdout: RegExp | null, stderr: RegExp | null];

const WITHOUT_DAEMON: readonly Row[] = [
  ["", 1, /Usage/, null],
  ["--help", 0, /Usage[\s\S]*Commands[\s\S]*status[\s\S]*Environment[\s\S]*ZCCACHE_CACHE_DIR/, null],
  ["-h", 0, /Usage/, null],
  ["help", 0, /Usage/, null],
  ["--version", 0, new RegExp(`^zccache ${VERSION.replaceAll(".", "\\.")}\\n$`), null],
  ["-V", 0, /^zccache \d+\.\d+\.\d+\n$/, null],
  ["help nonsense", 2, null, /^error: .*nonsense/],
  ["--nonsense", 2, null, /^error: unknown option --nonsense[\s\S]*Usage/],
  ["status --nonsense", 2, null, /^error: unknown option --nonsense[\s\S]*Usage/],
  ["status extra", 2, null, /^error: unexpected argument extra[\s\S]*Usage/],
  ["status --jsno", 2, null, /did you mean --json\?/],
  ["inspect", 2, null, /^error: KEY is missing[\s\S]*Usage/],
  ["inspect nonsense", 2, null, /^error: .*hexadecimal/],
  ["wrap", 2, null, /^error: .*missing[\s\S]*Usage/],
  ["frobnicate", 2, null, /^error: no command or program frobnicate/],
  ["statsu", 2, null, /did you mean zccache status\?/],
  ["clera", 2, null, /did you mean zccache clear\?/],
  ["status", 1, null, /^daemon not running at .*daemon\.sock/],
  ["--show-stats", 1, null, /^daemon not running at /],
  ["status --json", 1, /"status": "error"/, null],
  ["stop", 0, null, /^daemon not running at .*daemon\.sock\n$/],
  ["kill", 0, null, /^daemon not running at /],
  ["clear", 0, null, /^daemon not running at .* nothing to clear\n$/],
  ["--clear", 0, null, /nothing to clear\n$/],
  ["crashes", 0, /^No crash dumps found\.\n$/, null],
  ["crashes --clear", 0, /^Deleted 0 crash dump\(s\)\.\n$/, null],
  [`inspect ${"0".repeat(64)}`, 1, null, /^daemon not running at /],
  ["completions bash", 0, /complete -F _zccache zccache\n$/, null],
  ["completions tcsh", 2, null, /^error: there is no script for tcsh/],
  ["report --out -", 1, null, /^the journal has no command\n$/],
  ["why", 1, null, /^the journal has no command that was not a hit\n$/],
  ["why a.c", 1, null, /^the journal has no command about a\.c\n$/],
  ["why --session s", 1, null, /^the journal has no command of session s\n$/],
  ["why --session", 2, null, /^error: --session needs a value: ID/],
  ["why a.c --last", 2, null, /^error: give one of FILE/],
];

const WITH_DAEMON: readonly Row[] = [
  ["start", 0, null, /^daemon running at .*daemon\.sock\n$/],
  ["start", 0, null, /^daemon running at /],
  [
    "status",
    0,
    /^zccache daemon v[\d.]+ \(protocol v\d+\) \(.*\) — uptime[\s\S]*Compilations: +0 total/,
    null,
  ],
  ["--show-stats", 0, /^zccache daemon v/, null],
  ["clear", 0, /^Cache cleared:\n {2}Artifacts removed: +0\n/, null],
  ["--clear", 0, /^Cache cleared:\n/, null],
  [`inspect ${"0".repeat(64)}`, 1, null, /^nothing is stored under 0+\n$/],
  ["crashes", 0, /^No crash dumps found\.\n$/, null],
  ["wrap -- sh --version", 0, /./, null],
  ["wrap true", 0, null, null],
  ["stop", 0, null, /^daemon stopped\n$/],
  ["stop", 0, null, /^daemon not running at /],
];

for (const wrapper of [launcher, typescript]) {
  testWith([], `${wrapper.name}: commands without a daemon`, async (t) => {
    await using rig = await Rig.open({ wrapper });
    for (const row of WITHOUT_DAEMON) await t.step(`zccache ${row[0]}`, () => judge(rig, row));
    assert.deepEqual(daemonsOf(rig.root), [], "none of them starts a daemon");
  });

  testWith(["bash"], `${wrapper.name}: commands with a daemon`, async (t) => {
    await using rig = await Rig.open({ wrapper });
    for (const row of WITH_DAEMON) {
      const words = row[0].replace("sh --version", "bash --version");
      await t.step(`zccache ${words}`, () => judge(rig, [words, row[1], row[2], row[3]]));
    }
  });

  testWith([], `${wrapper.name}: every command has a help of its own`, async () => {
    await using rig = await Rig.open({ wrapper });
    for (const { name: command } of COMMANDS) {
      const outcome = await rig.wrapped([command, "--help"]);
      assertOk(outcome);
      assert.match(text(outcome.stdout), new RegExp(`^zccache ${command}: `));
      for (const heading of ["Usage", "Options", "Examples", "Exit codes"]) {
        assert.ok(text(outcome.stdout).includes(`\n${heading}\n`), `${command}: ${heading}`);
      }
      assert.equal(text((await rig.wrapped([command, "-h"])).stdout), text(outcome.stdout));
      if (command !== "help") {
        assert.equal(text((await rig.wrapped(["help", command])).stdout), text(outcome.stdout));
      }
    }
    assert.deepEqual(daemonsOf(rig.root), []);
  });
}

async function judge(rig: Rig, [words, code, stdout, stderr]: Row): Promise<void> {
  const outcome = await rig.wrapped(words === "" ? [] : words.split(" "));
  const seen = JSON.stringify([outcome.code, text(outcome.stdout), text(outcome.stderr)]);
  assert.equal(outcome.code, code, seen);
  for (const [pattern, stream] of [[stdout, outcome.stdout], [stderr, outcome.stderr]] as const) {
    if (pattern === null) assert.equal(text(stream), "", seen);
    else assert.match(text(stream), pattern, seen);
  }
}

testWith(["gcc"], "status tells hits, misses, reasons and sizes", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "char a[9999] = { 1 };\n" });
  await rig.wrapped(["gcc", "-c", "a.c"]);
  await rig.wrapped(["gcc", "-c", "a.c"]);
  await rig.wrapped(["gcc", "-E", "a.c"]);
  await rig.wrapped(["gcc", "-c", "none.c"]);
  const status = text((await rig.wrapped(["status"])).stdout);
  assert.match(status, /Compilations: +4 total \(1 cached, 1 cold, 1 non-cacheable\)/);
  assert.match(status, /Hit rate: +50\.0%/);
  assert.match(status, /Errors: +1/);
  assert.match(status, /1 +preprocess-only: /);
  const json = JSON.parse(text((await rig.wrapped(["status", "--json"])).stdout));
  assert.equal(json.status, "ok");
  assert.equal(json.hit_rate, 0.5);
  assert.equal(json.daemon.cache_dir, rig.root);
  assert.ok(json.daemon.artifact_count >= 1 && json.daemon.cache_size_bytes > 9999);
  assert.match(text((await rig.wrapped(["clear"])).stdout), /Artifacts removed: +1\n[\s\S]*Disk freed: +\d/);
  await rig.expectSame(["gcc", "-c", "a.c"], { cold: "miss", warm: "hit" });
});

testWith(["gcc"], "stop keeps what is stored, the daemon leaves nothing behind", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a;\n" });
  await rig.expectSame(["gcc", "-c", "a.c"], { cold: "miss", warm: "hit" });
  assertOk(await rig.wrapped(["stop"]));
  assert.deepEqual(daemonsOf(rig.root), []);
  await rig.expectSame(["gcc", "-c", "a.c"], { cold: "hit", warm: "hit" });
  assertOk(await rig.wrapped(["kill"]));
  assert.deepEqual(daemonsOf(rig.root), []);
  assert.deepEqual([...Deno.readDirSync(`${rig.root}/tmp`)].map(({ name }) => name), []);
});

testWith([], "cache-root follows the variable, and falls back to the home", async () => {
  await using rig = await Rig.open();
  const root = async (env: Record<string, string>) =>
    text((await rig.wrapped(["cache-root"], { env })).stdout);
  assert.equal(await root({}), `${rig.root}\n`);
  assert.equal(await root({ ZCCACHE_CACHE_DIR: "" }), `${rig.env["HOME"]}/.zccache\n`);
  assert.equal(await root({ ZCCACHE_CACHE_DIR: "relative/../place" }), `${rig.work}/place\n`);
});

testWith(["gcc"], "settings that can't be read fail a command, and never a compile", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a;\n" });
  for (
    const env of [{ ZCCACHE_MODE: "nonsense" }, { ZCCACHE_IDLE_TIMEOUT_SECS: "soon" }, {
      ZCCACHE_CACHE_SIZE_PERCENT: "101",
    }]
  ) {
    await rig.expectSame(["gcc", "-c", "a.c"], { cold: "any", warm: "any", env });
    await rig.endDaemon();
    const outcome: Outcome = await rig.wrapped(["start"], { env });
    assert.notEqual(outcome.code, 0);
    assert.match(text(outcome.stderr), new RegExp(Object.keys(env)[0] ?? ""));
  }
});

testWith(["script"], "headings are bold on a terminal, unless NO_COLOR is set", async () => {
  await using rig = await Rig.open();
  const help = async (env: Record<string, string>) => {
    const command = `${rig.wrapper.prefix.join(" ")} status --help`;
    return text((await rig.bare(["script", "-qec", command, "/dev/null"], { env })).stdout);
  };
  assert.ok((await help({ TERM: "xterm" })).includes("\x1b[1m"));
  assert.ok(!(await help({ TERM: "xterm", NO_COLOR: "1" })).includes("\x1b["));
});

/** What a terminal is told to begin a new picture. */
const CLEAR = "\x1b[H\x1b[2J";

testWith(["script"], "status --watch draws on a terminal until the daemon has left", async () => {
  await using rig = await Rig.open();
  assertOk(await rig.wrapped(["start"]));
  const command = `stty rows 8 cols 100; ${rig.wrapper.prefix.join(" ")} status --watch`;
  const watching = rig.bare(["script", "-qfec", command, rig.at("typescript")], { env: { TERM: "xterm" } });
  const drawn = () =>
    fs.existsSync(rig.at("typescript"))
      ? Deno.readTextFileSync(rig.at("typescript")).split(CLEAR).length - 1
      : 0;
  while (drawn() < 2) await new Promise((resume) => setTimeout(resume, 20));
  assertOk(await rig.wrapped(["stop"]));
  const shown = text((await watching).stdout);
  assert.ok(
    shown.includes(`${CLEAR}zccache daemon v`) && shown.includes("in the last second: +0 hits"),
    shown,
  );
  assert.match(shown, /the daemon has left\r\n$/);
  const pictures = shown.split(CLEAR).slice(1);
  assert.ok(pictures.length >= 2 && pictures.every((picture) => picture.split("\n").length <= 10), shown);
  assert.equal((await rig.wrapped(["status", "--watch"])).code, 2);
});

testWith(["gcc"], "the journal says what happened and keeps secrets to itself", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a;\n" });
  const env = { SECRET_TOKEN: "hunter2", AWS_SECRET_ACCESS_KEY: "hunter3", CPATH: "/tmp" };
  await rig.expectSame(["gcc", "-c", "a.c"], { cold: "miss", warm: "hit", env });
  await rig.wrapped(["gcc", "-c", "none.c"], { env });
  await rig.wrapped(["gcc", "-E", "a.c"], { env });
  await rig.wrapped(["stop"]);
  const journal = Deno.readTextFileSync(`${rig.root}/logs/compile_journal.jsonl`);
  const lines = journal.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(lines.map(({ outcome }) => outcome), ["miss", "hit", "error", "miss"]);
  for (const line of lines) {
    assert.match(line.ts, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.equal(line.cwd, rig.work);
    assert.match(line.compiler, /gcc$/);
    assert.equal(typeof line.latency_ns, "number");
  }
  assert.equal(lines[3].reason, "preprocess-only");
  assert.ok(!journal.includes("hunter"));
});
