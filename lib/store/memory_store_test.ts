import { storeContract } from "./contract.ts";
import { openMemoryStore } from "./memory_store.ts";

storeContract("openMemoryStore()", async () => {
  const tmp = await Deno.makeTempDir();
  const store = openMemoryStore({ budget: { bytes: 1e9 } });
  return { store, tmp, [Symbol.asyncDispose]: () => Deno.remove(tmp, { recursive: true }) };
});
