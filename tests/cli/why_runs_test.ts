import assert from "node:assert/strict";
import { assertOk, type Outcome, Rig, testWith } from "../rig.ts";
import { signal } from "../rig/daemon.ts";
import { FakeTool } from "../rig/fake_tool.ts";
import { eventually, readJournal } from "../rig/journal.ts";
import { parentOf, pidsOf } from "../rig/process.ts";
import { why } from "./why.ts";

const FILES = {
  "a.c": '#include "made.h"\nint a = MADE;\n',
  "made.h": "#define MADE 1\n",
};

/** What befalls a compile before or after the compiler has run, and what the caller sees of it. */
interface Mishap {
  readonly reason: string;
  readonly when: "before" | "after";
  befall(rig: Rig, tool: FakeTool): void;
  seen(outcome: Outcome, rig: Rig): void;
}

const MISHAPS: readonly Mishap[] = [
  {
    reason: "input-missing",
    when: "after",
    befall: (rig) => Deno.removeSync(rig.at("made.h")),
    seen: assertOk,
  },
  {
    reason: "output-missing",
    when: "after",
    befall: (rig) => Deno.removeSync(rig.at("a.o")),
    seen: (outcome, rig) => {
      assertOk(outcome);
      assert.throws(() => Deno.statSync(rig.at("a.o")), Deno.errors.NotFound);
    },
  },
  {
    reason: "tool-signalled",
    when: "before",
    befall: (_rig, tool) => pidsOf(tool.path).forEach((pid) => signal(pid, "SIGKILL")),
    seen: (outcome) => assert.equal(outcome.signal, "SIGKILL"),
  },
  {
    reason: "client-gone",
    when: "before",
    befall: (_rig, tool) => signal(parentOf(pidsOf(tool.path)[0]!), "SIGKILL"),
    seen: (outcome) => assert.equal(outcome.signal, "SIGKILL"),
  },
];

for (const { reason, when, befall, seen } of MISHAPS) {
  testWith(["gcc", "linux"], `why tells of ${reason}, and nothing of that run is kept`, async () => {
    await using rig = await Rig.open();
    const tool = await FakeTool.build(rig, "gcc");
    rig.fresh(FILES);
    tool.hold(when);
    const running = rig.wrapped([tool.path, "-c", "a.c"]);
    assert.equal(await tool.arrived(running), "held");
    befall(rig, tool);
    tool.release();
    seen(await running, rig);
    const { record } = await why(rig, "--last");
    assert.equal(record.reason, reason);
    const journal = readJournal(`${rig.root}/logs/compile_journal.jsonl`);
    assert.equal(journal.at(-1)?.reason, reason);
    await eventually("the compiler that was held ends", 5_000, () => pidsOf(tool.path).length === 0);
    tool.letGo();
    rig.write(FILES);
    await rig.settled();
    await rig.expectSame([tool.path, "-c", "a.c"], { cold: "miss", warm: "hit" });
  });
}

testWith(["gcc"], "why tells of an input that is no file", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": '#include "/dev/null"\nint a;\n' });
  const outcome = "uncacheable:input-not-regular";
  await rig.expectSame(["gcc", "-c", "a.c"], { cold: outcome, warm: outcome });
  assert.equal((await why(rig, "--last")).record.detail, "/dev/null");
});

const CONNECTING = `#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    struct sockaddr_un to = {AF_UNIX, "server"};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (argc > 2 && (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0)) return 9;
    execv("/usr/bin/ld", argv);
    return 127;
}
`;

testWith(["gcc", "ld"], "why tells of a linker that speaks to others", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int main(void) { return 0; }\n", "ld.c": CONNECTING, "tools/.keep": "" });
  assertOk(await rig.bare(["gcc", "ld.c", "-o", "tools/ld"]));
  assertOk(await rig.bare(["gcc", "-c", "a.c"]));
  const outcome = "uncacheable:spoke-to-others";
  const listener = Deno.listen({ transport: "unix", path: rig.at("server") });
  try {
    await rig.expectSame(["gcc", "-Btools", "a.o", "-o", "a"], { cold: outcome, warm: outcome });
  } finally {
    listener.close();
  }
  assert.equal((await why(rig, "--last")).record.reason, "spoke-to-others");
});

testWith(["clang-cl-14"], "why tells of messages on both streams", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": '#include "a.h"\nint f(void) { int unused; return 1; }\n', "a.h": "" });
  const outcome = "uncacheable:mixed-streams";
  const argv = "clang-cl-14 /Brepro /c /W4 /showIncludes a.c".split(" ");
  await rig.expectSame(argv, { cold: outcome, warm: outcome });
});
