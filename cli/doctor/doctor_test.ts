import assert from "node:assert/strict";
import { readSettings } from "../../lib/core/mod.ts";
import { findingsText } from "../commands/doctor.ts";
import { checkCompilers, checkPathOrder, compilersOf } from "./compilers.ts";
import { type Finding, findingsOf, type Patient } from "./finding.ts";
import { checkEnvironment, checkInstallation } from "./installation.ts";
import { checkRoom, checkRoot, checkTrouble } from "./root.ts";
import { checkVolumes } from "./volumes.ts";
import { checkWatching } from "./watching.ts";

interface Scene extends AsyncDisposable {
  readonly folder: string;
  /** Makes an executable, or a link to one. */
  program(path: string, target?: string): string;
  patient(env?: Readonly<Record<string, string>>, ownProgram?: string): Patient;
}

async function scene(): Promise<Scene> {
  const folder = await Deno.makeTempDir();
  return {
    folder,
    program: (name, target) => {
      const path = `${folder}/${name}`;
      Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      if (target !== undefined) Deno.symlinkSync(target, path);
      else Deno.writeTextFileSync(path, `#!/bin/sh\necho ${name} 9.9\n`, { mode: 0o755 });
      return path;
    },
    patient: (env = {}, ownProgram) => ({
      settings: readSettings((name) => name === "ZCCACHE_CACHE_DIR" ? `${folder}/root` : undefined, "/"),
      cwd: folder,
      env: (name) => env[name],
      ownProgram,
    }),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

const told = (findings: readonly Finding[]) => findings.map(({ level, text }) => `${level}: ${text}`);

Deno.test("doctor sees which zccache a shell finds", async () => {
  await using s = await scene();
  const [own, other] = [s.program("own/zccache"), s.program("other/zccache")];
  const check = async (path: string) =>
    told(await checkInstallation(s.patient({ PATH: path }, own))).slice(1);
  assert.deepEqual(await check(`${s.folder}/own`), [`ok: a shell finds ${own}`]);
  assert.deepEqual(await check(`${s.folder}/none`), ["warning: zccache is not on PATH"]);
  assert.deepEqual(await check(`${s.folder}/own:${s.folder}/other`), [
    `ok: a shell finds ${own}`,
    `note: another zccache is on PATH: ${other}`,
  ]);
  const hidden = await check(`${s.folder}/other:${s.folder}/own`);
  assert.equal(hidden[0], `warning: a shell finds another zccache first: ${other} (other/zccache 9.9)`);
  const [sources] = told(await checkInstallation(s.patient({ PATH: "" })));
  assert.match(sources!, /^warning: this zccache runs from its sources/);
});

Deno.test("doctor sees links that stand behind the compiler, and other caches", async () => {
  await using s = await scene();
  const own = s.program("own/zccache");
  s.program("links/gcc", own);
  const gcc = s.program("bin/gcc");
  const order = (...folders: string[]) =>
    s.patient({ PATH: folders.map((name) => `${s.folder}/${name}`).join(":") }, own);
  assert.deepEqual(told(checkPathOrder(order("links", "bin"))), [
    `ok: gcc is zccache, by ${s.folder}/links/gcc`,
  ]);
  assert.deepEqual(told(checkPathOrder(order("bin", "links"))), [
    `warning: ${s.folder}/links/gcc is zccache, but ${gcc} is found first`,
  ]);
  assert.match(told(checkPathOrder(order("bin")))[0]!, /^ok: no links stand/);
  s.program("peer/gcc", s.program("peers/ccache"));
  assert.deepEqual(told(checkPathOrder(order("peer"))), [
    `note: ${s.folder}/peer/gcc leads to another cache`,
  ]);
  assert.deepEqual(compilersOf(order("links", "bin")), [{ name: "gcc", path: gcc }]);
  s.program("bin/rustc");
  assert.deepEqual(told(await checkCompilers(order("bin"))), [
    `ok: gcc is ${gcc}: bin/gcc 9.9`,
    `ok: rustc is ${s.folder}/bin/rustc: bin/rustc 9.9`,
  ]);
  Deno.writeTextFileSync(`${s.folder}/bin/gcc`, "#!/bin/sh\nexit 1\n");
  assert.equal(told(await checkCompilers(order("bin")))[0], `problem: gcc is ${gcc}, which can't be run`);
  assert.deepEqual(told(await checkCompilers(order("none"))), ["problem: neither gcc nor clang is on PATH"]);
});

Deno.test("doctor sees a root that can't be written, and one that others can", async () => {
  await using s = await scene();
  const patient = s.patient();
  const { root } = patient.settings;
  assert.deepEqual(told(checkRoot(patient)), [`ok: the cache root ${root} can be written`]);
  assert.equal(Deno.statSync(root).mode! & 0o777, 0o700);
  Deno.chmodSync(root, 0o777);
  assert.match(told(checkRoot(patient))[1]!, /^problem: others may write the cache root/);
  Deno.chmodSync(root, 0o755);
  assert.match(told(checkRoot(patient))[1]!, /^warning: others may read the cache root/);
  const endpoint = `${s.folder}/${"x".repeat(120)}`;
  const far = checkRoot({ ...patient, settings: { ...patient.settings, endpoint } });
  assert.match(far.at(-1)!.text, /socket's path is longer than/);
  Deno.removeSync(root, { recursive: true });
  Deno.writeTextFileSync(root, "");
  assert.match(told(checkRoot(patient))[0]!, /^problem: the cache root .* can't be written: /);
});

Deno.test("doctor sees little room", async () => {
  await using s = await scene();
  const patient = s.patient();
  Deno.mkdirSync(patient.settings.root);
  const withBudget = (bytes: number) =>
    checkRoom({ ...patient, settings: { ...patient.settings, budget: { bytes } } });
  assert.equal(withBudget(1)[0]?.level, "ok");
  assert.equal(withBudget(2 ** 60)[0]?.level, "warning");
});

Deno.test("doctor sees crash dumps, and launchers without a daemon", async () => {
  await using s = await scene();
  const patient = s.patient();
  const { root } = patient.settings;
  Deno.mkdirSync(`${root}/crashes`, { recursive: true });
  Deno.mkdirSync(`${root}/logs`);
  assert.equal(checkTrouble(patient)[0]?.level, "ok");
  Deno.writeTextFileSync(`${root}/crashes/1.txt`, "");
  Deno.writeTextFileSync(`${root}/logs/launcher.log`, "first\nno answer\n");
  assert.deepEqual(told(checkTrouble(patient)), [
    "warning: the daemon has left 1 crash dump(s)",
    "warning: a launcher ran its tool without the daemon lately: no answer",
  ]);
  Deno.utimeSync(`${root}/logs/launcher.log`, 1000, 1000);
  assert.equal(checkTrouble(patient).length, 1, "an old line is no trouble of today");
});

Deno.test("doctor tries what the file system can do, and leaves nothing there", async () => {
  await using s = await scene();
  const patient = s.patient();
  Deno.mkdirSync(patient.settings.root);
  const findings = await checkVolumes(patient);
  assert.equal(findings.length, 3);
  assert.ok(findings.some(({ text }) => text.includes("reflink") || text.includes("can't clone")));
  assert.deepEqual([...Deno.readDirSync(patient.settings.root)], []);
});

Deno.test("doctor says what to do about files without events, and switched-off caching", async () => {
  await using s = await scene();
  const facts = { watchedFolders: 7, byStat: { "watch-limit": 3, "of-tomorrow": 1 } };
  const findings = checkWatching(s.patient(), facts);
  const limited = findings.find(({ text }) => text === "3 files are asked by stat (watch-limit)");
  assert.match(limited?.remedy ?? "", /max_user_watches/);
  assert.ok(told(findings).includes("ok: the daemon watches 7 folders"));
  const reasons = [
    "switched-off",
    "no-events",
    "network",
    "host-shared",
    "fuse",
    "pseudo",
    "permission",
    "refused",
  ];
  const byStat = Object.fromEntries([...reasons, "hard-link"].map((reason) => [reason, 1]));
  const all = checkWatching(s.patient(), { watchedFolders: 7, byStat }).filter(({ level }) =>
    level === "note"
  );
  assert.equal(all.length, 9);
  for (const { text, remedy } of all) assert.ok(remedy !== undefined, text);
  const env = { ZCCACHE_DISABLE: "1", ZCCACHE_NO_SPAWN: "true", ZCCACHE_NO_WATCH: "0" };
  assert.deepEqual(checkEnvironment(s.patient(env)).map(({ level }) => level), ["problem", "note"]);
});

Deno.test("findingsText() groups by check and sums up", () => {
  const [a, b] = [findingsOf("first"), findingsOf("second")];
  assert.equal(
    findingsText([a.ok("fine"), a.warning("slow", "go faster"), b.problem("broken", "mend it")]),
    `first
  ok       fine
  WARNING  slow
           -> go faster

second
  PROBLEM  broken
           -> mend it

1 problem(s), 1 warning(s), 0 note(s)
`,
  );
});
