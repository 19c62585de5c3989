/** Large outputs are copied into the cache when their launcher has gone: whatever happens to them or to the copier. */
import assert from "node:assert/strict";
import { assertOk, Rig, testWith } from "../rig.ts";

/** An object of more than a megabyte. */
const LARGE = (name: string) => `char ${name}[1500000] = {1, 2, 3};\n`;

/** The process that copies for a rig's daemon. */
function copierOf(rig: Rig): number | undefined {
  const words = `copies\0${rig.root}/tmp/.copier\0`;
  for (const { name } of Deno.readDirSync("/proc")) {
    if (/^\d+$/.test(name) && commandOf(name).endsWith(words)) return Number(name);
  }
  return undefined;
}

function commandOf(pid: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/cmdline`);
  } catch (error) {
    if (error instanceof Error) return "";
    throw error;
  }
}

/** A rig whose daemon has a copier, which is not at work yet. */
async function rigWithCopier(): Promise<{ rig: Rig; copier: number }> {
  const rig = await Rig.open();
  rig.fresh({ "a.c": LARGE("a"), "b.c": LARGE("b"), "first.c": "" });
  assertOk(await rig.wrapped(["start"]));
  assert.equal(copierOf(rig), undefined);
  assertOk(await rig.wrapped(["gcc", "-c", "first.c"])); // the first miss has it started
  const deadline = Date.now() + 10_000;
  let copier: number | undefined;
  while ((copier = copierOf(rig)) === undefined) {
    assert.ok(Date.now() < deadline, "no process has the copier's command line");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await rig.settled(); // by then the daemon has heard that it's ready
  return { rig, copier };
}

const A = ["gcc", "-c", "a.c", "-o", "a.o"];
const B = ["gcc", "-c", "b.c", "-o", "b.o"];

testWith(
  ["gcc", "linux"],
  "what is written into before it's copied is not kept, and nobody has to wait",
  async () => {
    const { rig: opened, copier } = await rigWithCopier();
    await using rig = opened;
    Deno.kill(copier, "SIGSTOP");
    assertOk(await rig.wrapped(A));
    Deno.writeTextFileSync(rig.at("a.o"), "spoilt", { append: true });
    const { reasons } = await rig.counting(async () => {
      Deno.kill(copier, "SIGCONT");
      await rig.wrapped(["status"]);
    });
    assert.equal(reasons["output-overwritten"], 1);
    await rig.expectSame(A, { cold: "miss", warm: "hit" });
  },
);

testWith(["gcc", "linux"], "what is removed before it's copied is kept", async () => {
  const { rig: opened, copier } = await rigWithCopier();
  await using rig = opened;
  Deno.kill(copier, "SIGSTOP");
  assertOk(await rig.wrapped(A));
  Deno.removeSync(rig.at("a.o"));
  Deno.kill(copier, "SIGCONT");
  await rig.expectSame(A, { cold: "hit", warm: "hit" });
});

testWith(
  ["gcc", "linux"],
  "a copier that is stopped makes nobody wait for long, and a stop ends it",
  async () => {
    const { rig: opened, copier } = await rigWithCopier();
    await using rig = opened;
    Deno.kill(copier, "SIGSTOP");
    assertOk(await rig.wrapped(A));
    const first = Deno.readFileSync(rig.at("a.o"));
    Deno.removeSync(rig.at("a.o"));
    assertOk(await rig.wrapped(A));
    assert.deepEqual(Deno.readFileSync(rig.at("a.o")), first);
    assertOk(await rig.wrapped(["stop"], { in: rig.base }));
    assert.equal(commandOf(String(copier)), "");
    await rig.expectSame(A, { cold: "miss", warm: "hit" });
  },
);

testWith(["gcc", "linux"], "without its copier a daemon goes on", async () => {
  const { rig: opened, copier } = await rigWithCopier();
  await using rig = opened;
  Deno.kill(copier, "SIGKILL");
  while (commandOf(String(copier)) !== "") await new Promise((resolve) => setTimeout(resolve, 5));
  await rig.expectSame(A, { cold: "miss", warm: "hit" });
  await rig.expectSame(B, { cold: "miss", warm: "hit" });
});
