import assert from "node:assert/strict";
import { assertOk, testWith } from "../rig.ts";
import { daemonPid, signal } from "../rig/daemon.ts";
import { CargoProject } from "./cargo_project.ts";
import { manifest } from "./manifest.ts";

/** Links, and stops the daemon before rustc goes on: nothing that is read can be looked at until it's let go on. */
const LINKER = `
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
int main(int count, char **words) {
  int status = 1;
  pid_t pid = fork();
  if (pid == 0) {
    words[0] = "cc";
    execvp("cc", words);
    _exit(127);
  }
  waitpid(pid, &status, 0);
  kill(DAEMON, SIGSTOP);
  return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}
`;

/** For how long it's stopped: longer than rustc and cargo have left to do, and shorter than a launcher waits. */
const STOPPED_MS = 500;

const pause = (ms: number) => new Promise<void>((resume) => setTimeout(resume, ms));

testWith(
  ["cargo", "cc", "linux"],
  "a target folder that is moved away as soon as cargo has ended was looked at",
  async () => {
    await using project = await CargoProject.open({
      "Cargo.toml": manifest("p", { dependencies: 'q = { path = "q" }', more: "[workspace]\n" }),
      "src/main.rs": 'fn main() { println!("{}", q::f()); }\n',
      "q/Cargo.toml": manifest("q"),
      "q/src/lib.rs": "pub fn f() -> u32 { 1 }\n",
      "linker.c": LINKER,
    });
    const { rig } = project;
    // starts the daemon
    assertOk(await rig.wrapped("rustc --crate-name q --crate-type lib q/src/lib.rs".split(" ")));
    const daemon = daemonPid(rig.root);
    assert.ok(daemon !== undefined);
    assertOk(await rig.bare(["cc", `-DDAEMON=${daemon}`, "linker.c", "-o", "linker"]));
    const env = { RUSTC_WRAPPER: rig.wrapper.prefix[0]!, RUSTFLAGS: `-Clinker=${rig.at("linker")}` };
    const takeAway = () => Deno.renameSync(rig.at("target"), rig.at("gone"));
    let ended = false;
    const building = rig.bare(["cargo", "build", "-q"], { env, deadlineMs: 60_000 }).finally(() =>
      ended = true
    );
    while (!isStopped(daemon) && !ended) await pause(5);
    assert.ok(!ended, "nobody linked");
    for (let ms = 0; ms < STOPPED_MS && !ended; ms += 5) await pause(5);
    // who doesn't wait for the daemon finds it gone
    const early = ended;
    if (early) takeAway();
    signal(daemon, "SIGCONT");
    assertOk(await building);
    if (!early) takeAway();
    const again = await project.wrapped("build -q", env);
    assertOk(again.outcome);
    assert.deepEqual(again.counters.reasons, {});
    assert.deepEqual(Deno.readFileSync(rig.at("target/debug/p")), Deno.readFileSync(rig.at("gone/debug/p")));
  },
);

function isStopped(pid: number): boolean {
  return Deno.readTextFileSync(`/proc/${pid}/stat`).replace(/^.*\) /s, "").startsWith("T");
}
