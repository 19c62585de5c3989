import assert from "node:assert/strict";
import { assertOk, Rig, testWith } from "../rig.ts";
import { assertCounted } from "../rig/verdict.ts";

/** A linker that waits until something is mounted at POINT. */
const WAITING_LINKER = `#include <stdio.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    static char table[1 << 20];
    for (int i = 0; i < 10000 && strstr(table, " " POINT " ") == NULL; i++) {
        usleep(1000);
        FILE *mounts = fopen("/proc/self/mountinfo", "re");
        table[fread(table, 1, sizeof table - 1, mounts)] = 0;
        fclose(mounts);
    }
    execv("/usr/bin/ld", argv);
    return 127;
}
`;

const CASES = [
  ["elsewhere leaves it alone", "elsewhere", "miss", "hit"],
  ["over its inputs makes it one that isn't kept", "inputs", "uncacheable:input-changed-during-run", "miss"],
] as const;

for (const [what, over, first, second] of CASES) {
  testWith(["gcc", "ld", "root", "mount", "umount"], `a mount while a link runs: ${what}`, async () => {
    await using rig = await Rig.open();
    rig.fresh({
      "a.c": "int main(void) { return 1; }\n",
      "b.c": "int main(void) { return 2; }\n",
      "ld.c": WAITING_LINKER,
      "tools/.keep": "",
      "inputs/.keep": "",
      "elsewhere/.keep": "",
      "other/.keep": "",
    });
    const point = rig.at(over);
    assertOk(await rig.bare(["gcc", "-c", "a.c", "-o", "inputs/x.o"]));
    assertOk(await rig.bare(["gcc", "-c", "b.c", "-o", "other/x.o"]));
    assertOk(await rig.bare(["gcc", `-DPOINT="${point}"`, "ld.c", "-o", "tools/ld"]));
    await rig.settled();
    const argv = ["gcc", `-B${rig.at("tools")}/`, "inputs/x.o", "-o", "prog"];
    const whileItRuns = await rig.counting(async () => {
      const running = rig.wrapped(argv);
      await started(rig.at("tools/ld"));
      assertOk(await rig.bare(["mount", "--bind", rig.at("other"), point]));
      assertOk(await running);
    });
    try {
      const made = Deno.readFileSync(rig.at("prog"));
      assertCounted(whileItRuns, first);
      const again = await rig.counting(async () => assertOk(await rig.wrapped(argv)));
      assertCounted(again, second);
      assert.deepEqual(Deno.readFileSync(rig.at("prog")), made);
      assertOk(await rig.bare(argv));
      assert.deepEqual(Deno.readFileSync(rig.at("prog")), made);
    } finally {
      assertOk(await rig.bare(["umount", point]));
    }
  });
}

/** Resolves when a process runs this program. Throws after ten seconds. */
async function started(program: string): Promise<void> {
  for (let i = 0; i < 2000; i++) {
    for (const { name } of Deno.readDirSync("/proc")) {
      if (/^\d+$/.test(name) && programOf(name) === program) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`Cannot see ${program} run: it never started`);
}

function programOf(pid: string): string | undefined {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0", 1)[0];
  } catch (error) {
    // it has ended: the file is gone, or there's nothing behind it
    if (error instanceof Error) return undefined;
    throw error;
  }
}
