import type { Allowance } from "../rig/verdict.ts";

/** The packager gives each package an id by chance. */
export const PACKAGE: Allowance = {
  because: "a package has a random id",
  normalise: (path, bytes) =>
    path.endsWith(".js")
      ? new TextEncoder().encode(new TextDecoder().decode(bytes).replace(/package_uuid": ?"[^"]*"/g, ""))
      : bytes,
};
