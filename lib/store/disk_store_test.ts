import { makeRig } from "./_rig.ts";
import { storeContract } from "./contract.ts";

storeContract("openStore()", async () => {
  const rig = await makeRig();
  const store = await rig.open();
  return {
    store,
    tmp: rig.tmp,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await rig[Symbol.asyncDispose]();
    },
  };
});
