import { digestText } from "../core/mod.ts";
import { bytesOf, entryOf, offer, SILENT } from "./contract.ts";
import { openStore } from "./open_store.ts";

/**
 * Puts results into the store below the first argument until it is killed, from the number given as second argument on,
 * with objects that grow by so many bytes as the third argument says.
 * A line on standard output for each: its number, and whether it was kept;
 * lines of the log begin with `#`.
 */
const [root = "", from = "0", step = "0"] = Deno.args;
const say = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
const store = await openStore({
  root,
  budget: { bytes: 1e9 },
  now: Date.now,
  log: (line) => void say(`# ${line}`),
});
for (let at = Number(from);; at++) {
  const id = digestText(`result ${at}`);
  const files = [
    {
      role: "object",
      mode: 0o644,
      source: offer(`${root}/tmp`, `object ${at}`, 5000 + at % 7 * Number(step)),
    },
    { role: "depfile", mode: 0o644, source: offer(`${root}/tmp`, `depfile ${at}`, 200) },
  ];
  const said = { ...SILENT, stderr: bytesOf(`stderr ${at}`, 30) };
  const kept = await store.put(id, said, files);
  store.addEntry(digestText(`context ${at % 50}`), entryOf({ found: [["a.h", `${at}`]], result: id }));
  if (at % 10 === 0) store.flush();
  say(`${at} ${kept}`);
}
