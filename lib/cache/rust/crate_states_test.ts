import assert from "node:assert/strict";
import type { FileId } from "../../files/mod.ts";
import { FakeFileView } from "../../files/fake.ts";
import { crateStates } from "./crate_states.ts";
import type { CrateGraph } from "./crate_graph.ts";

/** Notes whose states are asked for. */
class NotingView extends FakeFileView {
  readonly asked = new Set<string>();

  override state(id: FileId): ReturnType<FakeFileView["state"]> {
    this.asked.add(this.pathOf(id));
    return super.state(id);
  }
}

const graph = { below: () => new Set(["libb-1.rmeta"]) } as unknown as CrateGraph;

for (
  const [there, isLinked, known] of [
    [["rmeta", "rlib"], false, ["rmeta"]],
    [["rlib"], false, ["rlib"]],
    [["rmeta", "rlib"], true, ["rmeta", "rlib"]],
  ] as const
) {
  Deno.test(`crateStates() of what ${isLinked ? "links" : "doesn't link"}, with ${there.join(" and ")}`, () => {
    const view = new NotingView();
    const path = (ending: string) => `/d/libb-1.${ending}`;
    for (const ending of there) view.write(path(ending), ending);
    const states = crateStates(view, graph, { crates: [], folders: ["/d"], isLinked });
    assert.deepEqual([...states.keys()], known.map(path));
    // a file that its compiler is still writing is not read in vain
    if (!isLinked && there.length === 2) assert.ok(!view.asked.has(path("rlib")));
  });
}
