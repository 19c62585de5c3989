import { outputOf } from "../peers/peer.ts";
import { writeCxxUnits } from "./generate.ts";
import { interleave, type Outcome, type Rig, type Row, runAll, type Scenario, Sessions } from "./scenario.ts";
import type { PeerSession } from "../peers/peer.ts";

/** Tools besides compilers: the bare tool, and a hit of each cache that keeps its results. */
export const tools: Scenario = {
  name: "tools",
  what: "hits of links, archives, clang-tidy, include-what-you-use and Emscripten beside the bare tools",
  run,
};

interface Tool {
  readonly name: string;
  readonly program: string;
  readonly words: readonly string[];
}

async function run(rig: Rig): Promise<Outcome[]> {
  const { sources } = await writeCxxUnits(rig.folder, rig.effort.quick ? 10 : 50);
  await Deno.writeTextFile(`${rig.folder}/main.cpp`, "int main() { return 0; }\n");
  const objects = [...sources, "main.cpp"].map((source) => `${source}.o`);
  await runAll(rig, [...sources, "main.cpp"].map((s) => [rig.compilers.cxx, "-c", s, "-o", `${s}.o`]), {
    jobs: rig.jobs,
  });
  await using sessions = await Sessions.open(rig);
  const rows: Row[] = [];
  for (const tool of toolsOver(rig, sources, objects)) {
    if (await outputOf([tool.program, "--version"]) === undefined) {
      rig.say(`${tool.name}: not measured, ${tool.program} is not there`);
      continue;
    }
    rig.say(tool.name);
    rows.push(...await rowsOf(rig, tool, sessions.list));
  }
  return [{
    name: "tools",
    title: "Tools besides compilers",
    how: `The same command again and again, over ${sources.length} small C++ units. ` +
      "A cache that never answers such a command from what it has is left out.",
    unit: "ms",
    budget: "a compile's hit and the copy of the outputs; clang-tidy ≤ 2 ms",
    rows,
  }];
}

function toolsOver(rig: Rig, sources: readonly string[], objects: readonly string[]): Tool[] {
  const first = sources[0]!;
  return [
    { name: "link", program: rig.compilers.cxx, words: [...objects, "-o", "program"] },
    { name: "archive", program: "ar", words: ["rcs", "fresh.a", ...objects] },
    {
      name: "clang-tidy",
      program: "clang-tidy",
      words: ["--checks=-*,bugprone-*", first, "--", "-std=c++17"],
    },
    { name: "include-what-you-use", program: "include-what-you-use", words: ["-std=c++17", "-c", first] },
    { name: "emcc -c", program: "em++", words: ["-c", first, "-o", "emscripten.o"] },
    { name: "emcc link", program: "em++", words: ["main.cpp", "-o", "page.js"] },
  ];
}

async function rowsOf(rig: Rig, tool: Tool, sessions: readonly PeerSession[]): Promise<Row[]> {
  const command = [[tool.program, ...tool.words]];
  const keeping: PeerSession[] = [];
  for (const session of sessions) {
    for (let i = 0; i < 2; i++) {
      if (tool.name === "archive") await Deno.remove(`${rig.folder}/fresh.a`).catch(() => {});
      await runAll(rig, command, { session, tolerant: true });
      await session.settle();
    }
    if (await answers(rig, tool, session)) keeping.push(session);
  }
  return await interleave(rig.effort.quick ? 5 : 15, [
    {
      group: tool.name,
      who: "bare",
      sample: async () => (await again(rig, tool)).wallMs,
    },
    ...keeping.map((session) => ({
      group: tool.name,
      who: session.name,
      sample: async () => (await again(rig, tool, session)).wallMs,
    })),
  ]);
}

async function answers(rig: Rig, tool: Tool, session: PeerSession): Promise<boolean> {
  const before = (await session.counts()).hits;
  await again(rig, tool, session);
  return (await session.counts()).hits > before;
}

/** An archive that is there would be another input. */
async function again(rig: Rig, tool: Tool, session?: PeerSession): ReturnType<typeof runAll> {
  if (tool.name === "archive") await Deno.remove(`${rig.folder}/fresh.a`).catch(() => {});
  const options = session === undefined ? { tolerant: true } : { session, tolerant: true };
  return await runAll(rig, [[tool.program, ...tool.words]], options);
}
