import { type FileView, openFileView } from "./mod.ts";

/** The headers below /usr/include/c++, several megabytes: what a first C++ compile makes the view read. */
const HEADERS = listHeaders("/usr/include/c++");
const MANY = 4000;

const folder = Deno.makeTempDirSync();
for (let i = 0; i < MANY; i++) Deno.writeTextFileSync(`${folder}/${i}.h`, `int h${i};`);
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

const byEvents = openSettled(true);
const byStat = openSettled(false);

for (const [how, { view, ids }] of [["events", byEvents], ["stat", byStat]] as const) {
  for (const count of [4, 400, MANY]) {
    const some = ids.subarray(0, count);
    const since = view.generation;
    Deno.bench(`barrier() and changedSince() of ${count} files by ${how}`, { group: "hit path" }, () => {
      view.barrier();
      view.changedSince(some, since);
    });
  }
}

Deno.bench("exists() of a name that isn't there", { group: "hit path" }, () => {
  byEvents.view.exists(`${folder}/none.h`);
});

Deno.bench(`a new view reads ${HEADERS.length} headers`, { group: "once", n: 5, warmup: 1 }, () => {
  using view = openFileView({ watch: true });
  for (const path of HEADERS) view.state(view.track(path));
});

function openSettled(watch: boolean): { view: FileView; ids: Int32Array } {
  // An hour on, nothing is racily young.
  const view = openFileView({ watch, now: () => Date.now() + 3_600_000 });
  const ids = Int32Array.from({ length: MANY }, (_, i) => view.track(`${folder}/${i}.h`));
  for (const id of ids) view.state(id);
  return { view, ids };
}

function listHeaders(path: string): string[] {
  return Array.from(Deno.readDirSync(path)).flatMap((entry) =>
    entry.isDirectory ? listHeaders(`${path}/${entry.name}`) : [`${path}/${entry.name}`]
  );
}
