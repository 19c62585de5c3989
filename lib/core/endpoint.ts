import { absolutePath, type PathRules, PATHS } from "./path_rules.ts";

/** Where a daemon listens. As a text: a path, or `loopback:` and a path. */
export type Endpoint =
  /** A Unix socket. */
  | { readonly kind: "socket"; readonly path: string }
  /** A port of the loopback interface; the file says which, and by what token one gets in. */
  | { readonly kind: "loopback"; readonly portFile: string };

const LOOPBACK = "loopback";

/** The endpoint that a text of `endpointOf` names. */
export function parseEndpoint(text: string): Endpoint {
  return text.startsWith(`${LOOPBACK}:`)
    ? { kind: "loopback", portFile: text.slice(LOOPBACK.length + 1) }
    : { kind: "socket", path: text };
}

/** The file that shows where the daemon listens: the socket itself or the port file. */
export function endpointFile(text: string): string {
  const endpoint = parseEndpoint(text);
  return endpoint.kind === "socket" ? endpoint.path : endpoint.portFile;
}

/** Reads the setting; its paths become absolute. What isn't set is the system's usual kind, in the root. */
export function endpointOf(
  given: string | undefined,
  places: { readonly root: string; readonly cwd: string },
  rules: PathRules = PATHS,
): string {
  const { root, cwd } = places;
  const usual = rules.listSeparator === ";" ? LOOPBACK : `${root}/daemon.sock`;
  const text = given ?? usual;
  if (text === LOOPBACK || text === `${LOOPBACK}:`) return `${LOOPBACK}:${root}/daemon.port`;
  const endpoint = parseEndpoint(text);
  if (endpoint.kind === "socket") return absolutePath(endpoint.path, cwd, rules);
  return `${LOOPBACK}:${absolutePath(endpoint.portFile, cwd, rules)}`;
}
