import { assertOk, type Rig, skipRest } from "../rig.ts";

/**
 * Gets the crates that a project (in the rig's folder, or `folder`) depends on; false where no registry can be reached, which
 * in CI is a failure.
 */
export async function fetchCrates(t: Deno.TestContext, rig: Rig, folder?: string): Promise<boolean> {
  const env = { CARGO_NET_OFFLINE: "false" };
  const place = folder === undefined ? {} : { in: folder };
  const fetched = await rig.bare(["cargo", "fetch"], { env, deadlineMs: 120_000, ...place });
  if (fetched.code !== 0 && Deno.env.get("CI") !== "true") {
    await skipRest(t, "needs a registry that can be reached");
    return false;
  }
  assertOk(fetched);
  return true;
}
