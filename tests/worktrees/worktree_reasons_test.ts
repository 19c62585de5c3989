import assert from "node:assert/strict";
import { assertOk, Rig, testWith, text } from "../rig.ts";
import { A, COMPILE, FILES, INC, openSample } from "./checkout_sample.ts";
import { assertSame, ROOT } from "../rig/checkouts.ts";
import { FakeTool } from "../rig/fake_tool.ts";

/** Compiles that are cached in each checkout by itself, by the reason. */
const ALONE: readonly (readonly [reason: string, argv: readonly string[]])[] = [
  ["path_sensitive_arg", [...A, `-DDATA="${ROOT}/data"`]],
  ["path_sensitive_arg", [...A, "-g", `-fdebug-prefix-map=${ROOT}=/x`]],
  ["path_sensitive_arg", [...A, "-fsanitize=address"]],
  ["path_sensitive_arg", [...A, "-g", "-gz"]],
  ["path_sensitive_arg", [...A, "--coverage"]],
  ["path_sensitive_arg", ["-g", "-c", `${ROOT}/src/holds.c`, INC]],
  ["unsupported_language", ["-c", `${ROOT}/src/plain.S`]],
  ["path_outside_root", ["-c", `${ROOT}/../outside.c`]],
];

for (const compiler of ["gcc", "clang"]) {
  testWith(
    [compiler, "git"],
    `${compiler}: what holds a checkout's path stays there, with a reason`,
    async (t) => {
      await using rig = await Rig.open();
      const checkouts = await openSample(rig);
      rig.write({ "outside.c": "int outside;\n" }, `${rig.base}/repo`);
      for (const folder of checkouts.folders) {
        // its path comes in by an input that is the same only where the path is
        const holds = `#include "x.h"\nconst char *holds = "${checkouts.folders[0]}/data";\n`;
        rig.write({ "src/holds.c": holds, "src/plain.S": ".globl p\np: .long 1\n" }, folder);
      }
      for (const folder of [...checkouts.folders, `${rig.base}/repo`]) await rig.settled(folder);
      for (const [reason, row] of ALONE) {
        await t.step(row.join(" "), () => checkouts.expectAlone([compiler, ...row], reason));
      }
      if (compiler === "clang") {
        const split = [compiler, ...A, "-g", "-gsplit-dwarf"];
        await t.step("-gsplit-dwarf", () => checkouts.expectAlone(split, "path_sensitive_arg"));
      }
    },
  );
}

testWith(["clang-cl-14", "git"], "clang-cl, which runs without maps, is not shared", async () => {
  await using rig = await Rig.open();
  const checkouts = await openSample(rig);
  const argv = ["clang-cl-14", "/Brepro", "/c", "../src/a.c", `-I${ROOT}/inc`, "/Foa.obj"];
  await checkouts.expectLinkAlone(argv, "unsupported_language");
});

testWith(["gcc", "git"], "what is known by its preprocessed text stays in its checkout, too", async () => {
  await using rig = await Rig.open();
  const checkouts = await openSample(rig);
  for (const folder of checkouts.folders) {
    rig.write({ "src/holds.c": `const char *holds = "${checkouts.folders[0]}/data";\n` }, folder);
    await rig.settled(folder);
  }
  const argv = ["gcc", "-g", "-O1", "-c", `${ROOT}/src/holds.c`];
  const unused = [...argv, "-DNOBODY_USES_THIS"];
  const own = await checkouts.run(1, unused);
  checkouts.undo(1, own);
  await checkouts.clear();
  await checkouts.run(0, argv);
  await checkouts.run(0, unused);
  assert.equal((await checkouts.counters()).own, 1);
  const ran = await checkouts.run(1, unused);
  checkouts.undo(1, ran);
  assertSame(ran, own, "with a definition");
  const { own: hits, cold } = await checkouts.counters();
  assert.deepEqual([hits, cold], [1, 2]);
});

testWith(["gcc", "git"], "a compiler that differs is named as the reason", async () => {
  await using rig = await Rig.open();
  const checkouts = await openSample(rig);
  const tools = [await FakeTool.build(rig, "gcc"), await FakeTool.build(rig, "gcc", ["-O2"])];
  for (const [index, tool] of tools.entries()) {
    await checkouts.run(index, [tool.path, ...COMPILE.slice(1)]);
  }
  const { reasons } = await rig.counters();
  assert.deepEqual(reasons, { "first-seen": 1, "toolchain_mismatch": 1 });
});

testWith(["gcc", "git"], "the root is found by .git, a folder or a file, or told by a variable", async () => {
  await using rig = await Rig.open();
  const checkouts = await openSample(rig);
  await checkouts.run(0, COMPILE);
  // a clone beside
  const clone = `${rig.base}/elsewhere/clone`;
  assertOk(await rig.bare(["git", "clone", "-q", checkouts.folders[0]!, clone], { in: rig.base }));
  // a tree without .git
  const tree = rig.folder(FILES, "tarball/tree");
  for (const folder of [clone, tree]) await rig.settled(folder);
  const compile = (root: string, env: Record<string, string> = {}) => {
    const argv = COMPILE.map((word) => word.replaceAll(ROOT, root));
    return rig.wrapped(argv, { in: `${root}/build`, env: { ZCCACHE_PATH_REMAP: "auto", ...env } });
  };
  assertOk(await compile(clone));
  assert.deepEqual(await checkouts.counters(), { worktree: 1, own: 0, cold: 1, unshared: {} });
  assertOk(await compile(tree));
  const alone = { git_root_unavailable: 1 };
  assert.deepEqual(await checkouts.counters(), { worktree: 1, own: 0, cold: 2, unshared: alone });
  assertOk(await compile(tree, { ZCCACHE_WORKTREE_ROOT: tree }));
  assert.deepEqual(await checkouts.counters(), { worktree: 2, own: 0, cold: 2, unshared: alone });
  assertOk(await compile(tree, { ZCCACHE_WORKTREE_ROOT: `${tree}/none` }));
  assert.deepEqual((await checkouts.counters()).unshared, { git_root_unavailable: 2 });
  // once it is a checkout, it is one
  assertOk(await rig.bare(["git", "init", "-q"], { in: tree }));
  assertOk(await compile(tree));
  assert.deepEqual((await checkouts.counters()).unshared, { git_root_unavailable: 2 });
  const status = text((await rig.wrapped(["status"], { in: rig.base })).stdout);
  assert.match(status, /Worktrees: +3 hits from another checkout, 1 from the same/);
  assert.match(status, /Not shared with other checkouts, by reason:\n +2 {2}git_root_unavailable: /);
  assertOk(await rig.wrapped(["stop"], { in: rig.base }));
  const journal = Deno.readTextFileSync(`${rig.root}/logs/compile_journal.jsonl`).trimEnd().split("\n");
  const told = journal.map((line) => JSON.parse(line)).map(({ shared_from, not_shared }) =>
    shared_from ?? not_shared?.reason
  );
  const main = checkouts.folders[0];
  assert.deepEqual(told.slice(0, 4), [undefined, main, "git_root_unavailable", main]);
});

testWith(["gcc", "git"], "every reason is told by status, the journal and the session's log", async () => {
  await using rig = await Rig.open();
  const checkouts = await openSample(rig);
  const [main, other] = checkouts.folders as [string, string, string];
  const log = `${rig.base}/session.log`;
  const begun = await rig.wrapped(["session-start", "--log", log], { in: rig.base });
  const env = { ZCCACHE_SESSION_ID: JSON.parse(text(begun.stdout)).session_id };
  const tree = rig.folder(FILES, "tarball");
  rig.write({ "outside.c": "int outside;\n" }, `${rig.base}/repo`);
  rig.write({ "src/plain.s": ".globl p\np: .long 1\n" }, main);
  for (const folder of [tree, main, `${rig.base}/repo`]) await rig.settled(folder);
  const tools = [await FakeTool.build(rig, "gcc"), await FakeTool.build(rig, "gcc", ["-O2"])];
  const by = (index: number) => [tools[index]!.path, ...COMPILE.slice(1)];
  const reasons: string[] = [];
  const told = async (reason: string, run: () => Promise<unknown>) => {
    await run();
    const status = text((await rig.wrapped(["status"], { in: rig.base })).stdout);
    const headings = ["Not from the cache", "Not shared with other checkouts"].join("|");
    assert.match(status, new RegExp(`(?:${headings}), by reason:\n(?: .*\n)* +1 {2}${reason}: \\S`));
    reasons.push(reason);
  };
  await checkouts.run(0, by(0), { env });
  await told("toolchain_mismatch", () => checkouts.run(1, by(1), { env }));
  rig.write({ "inc/x.h": FILES["inc/x.h"].replace("X 1", "X 2") }, other);
  await rig.settled(other);
  await told("content_hash_mismatch", () => checkouts.run(1, by(0), { env }));
  await told("git_root_unavailable", () => {
    const argv = COMPILE.map((word) => word.replaceAll(ROOT, tree));
    return rig.wrapped(argv, { in: `${tree}/build`, env: { ZCCACHE_PATH_REMAP: "auto", ...env } });
  });
  await told("path_outside_root", () => checkouts.run(0, ["gcc", "-c", `${ROOT}/../outside.c`], { env }));
  await told("path_sensitive_arg", () => checkouts.run(0, [...COMPILE, `-DX="${ROOT}"`], { env }));
  await told("unsupported_language", () => checkouts.run(0, ["gcc", "-c", `${ROOT}/src/plain.s`], { env }));
  assertOk(await rig.wrapped(["session-end", env.ZCCACHE_SESSION_ID], { in: rig.base }));
  const said = Deno.readTextFileSync(log).matchAll(/(?:not shared|reason): (\w+_\w+)/g);
  assert.deepEqual(Array.from(said, ([, reason]) => reason), reasons);
  assertOk(await rig.wrapped(["stop"], { in: rig.base }));
  const journal = Deno.readTextFileSync(`${rig.root}/logs/compile_journal.jsonl`).trimEnd().split("\n");
  const noted = journal.map((line) => JSON.parse(line)).map((entry) =>
    entry.not_shared?.reason ?? entry.reason
  );
  assert.deepEqual(noted, ["first-seen", ...reasons]);
});

testWith(["gcc", "git"], "a session tells worktree hits and why results were not shared", async () => {
  await using rig = await Rig.open();
  const checkouts = await openSample(rig);
  const log = `${rig.base}/session.log`;
  const begun = await rig.wrapped(["session-start", "--stats", "--log", log], { in: rig.base });
  const env = { ZCCACHE_SESSION_ID: JSON.parse(text(begun.stdout)).session_id };
  await checkouts.run(0, COMPILE, { env });
  await checkouts.run(1, COMPILE, { env });
  await checkouts.run(0, COMPILE, { env });
  await checkouts.run(1, [...COMPILE, `-DX="${ROOT}"`], { env });
  await checkouts.run(1, COMPILE);
  const shown = await rig.wrapped(["session-stats", env.ZCCACHE_SESSION_ID], { in: rig.base });
  assert.match(text(shown.stderr), /\n {2}1 of the hits from another checkout\n/);
  const ended = await rig.wrapped(["session-end", "--json", env.ZCCACHE_SESSION_ID], { in: rig.base });
  const { hits, same_root_hits, worktree_hits, not_shared } = JSON.parse(text(ended.stdout));
  assert.deepEqual([hits, same_root_hits, worktree_hits], [2, 1, 1]);
  assert.deepEqual(not_shared, { path_sensitive_arg: 1 });
  const lines = Deno.readTextFileSync(log).split("\n");
  assert.match(lines.find((line) => line.includes("[HIT_WORKTREE]")) ?? "", /other-worktree\/src\/a\.c/);
  assert.ok(lines.some((line) => line.includes("(not shared: path_sensitive_arg: -DX=")), lines.join("\n"));
});
