import assert from "node:assert/strict";
import { COMMANDS } from "../../cli/commands/mod.ts";
import { launcher, Rig, testWith, text } from "../rig.ts";
import { type AskedShell, complete } from "./complete.ts";

for (const shell of ["bash", "zsh", "fish"] as const satisfies readonly AskedShell[]) {
  testWith([shell, "gcc"], `${shell} completes commands, options, values and files`, async (t) => {
    await using rig = await Rig.open();
    rig.fresh({ "some-file.c": "", "some-folder/x": "" });
    const made = await rig.wrapped(["completions", shell]);
    assert.equal(made.code, 0);
    Deno.writeFileSync(rig.at("script"), made.stdout);
    const offered = async (line: string) => {
      const words = await complete(shell, { script: rig.at("script"), line, cwd: rig.work, env: rig.env });
      return words.map((word) => word.replace(/\/$/, ""));
    };
    const offers = (line: string, ...expected: string[]) =>
      t.step(`${line}<Tab>`, async () => {
        const words = await offered(line);
        for (const word of expected) {
          assert.ok(words.includes(word), `${word} is not in: ${words.slice(0, 50).join(" ")}`);
        }
      });
    const names = COMMANDS.map(({ name }) => name);
    await offers("zccache ", ...names);
    await offers("zccache sta", "start", "status");
    await offers("zccache --", "--help", "--version", "--clear", "--show-stats");
    await offers("zccache gc", "gcc");
    await offers("zccache status --", "--json", "--watch", "--endpoint", "--help");
    await offers("zccache why some", "some-file.c");
    await offers("zccache start --endpoint some", "some-file.c");
    await offers("zccache completions ", "bash", "zsh", "fish", "powershell");
    await offers("zccache help doc", "doctor");
    await offers("zccache gcc -c some", "some-file.c");
    await t.step("nothing of one command behind another", async () => {
      assert.ok(!(await offered("zccache stop --")).includes("--json"));
    });
  });
}

testWith(
  ["man"],
  "the manual pages are built for every command, and man shows them without a warning",
  async () => {
    await using rig = await Rig.open();
    const folder = launcher.prefix[0]!.replace(/\/bin\/[^/]*$/, "/share/man/man1");
    const pages = ["zccache.1", ...COMMANDS.map(({ name }) => `zccache-${name}.1`)];
    for (const page of pages) {
      const shown = await rig.bare(["man", "--warnings=w", "-E", "UTF-8", "-l", `${folder}/${page}`], {
        env: { MANWIDTH: "90", MANPAGER: "cat", LANG: "C.UTF-8" },
      });
      assert.deepEqual([shown.code, text(shown.stderr)], [0, ""], page);
      assert.match(text(shown.stdout), /NAME[\s\S]*SYNOPSIS[\s\S]*DESCRIPTION/);
    }
    const why = await rig.bare(["man", "-l", `${folder}/zccache-why.1`], {
      env: { MANWIDTH: "90", MANPAGER: "cat" },
    });
    assert.match(text(why.stdout), /--session ID\n +a table of a session's reasons/);
  },
);
