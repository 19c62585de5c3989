import { buildObserver, hasObserver } from "./build.ts";

const folder = await Deno.makeTempDir({ prefix: "zccache-observe-" });
if (hasObserver()) await buildObserver({ out: folder });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

/** The observer, built for the tests of one file. */
export const OBSERVER = `${folder}/zccache-observe`;
