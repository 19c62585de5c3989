import assert from "node:assert/strict";
import { endpointFile, endpointOf, parseEndpoint } from "./endpoint.ts";
import { POSIX_PATHS, WINDOWS_PATHS } from "./path_rules.ts";

const POSIX = { root: "/r", cwd: "/w" };
const WINDOWS = { root: "C:/r", cwd: "D:\\w" };

for (
  const [given, expected] of [
    [undefined, "/r/daemon.sock"],
    ["s", "/w/s"],
    ["loopback", "loopback:/r/daemon.port"],
    ["loopback:", "loopback:/r/daemon.port"],
    ["loopback:../p", "loopback:/p"],
    ["./loopback", "/w/loopback"],
  ] as const
) {
  Deno.test(`endpointOf() reads ${given}, and its own answer the same`, () => {
    const endpoint = endpointOf(given, POSIX, POSIX_PATHS);
    assert.equal(endpoint, expected);
    assert.equal(endpointOf(endpoint, { root: "/other", cwd: "/" }, POSIX_PATHS), expected);
  });
}

Deno.test("endpointOf() takes the loopback interface where there are no Unix sockets", () => {
  assert.equal(endpointOf(undefined, WINDOWS, WINDOWS_PATHS), "loopback:C:/r/daemon.port");
  assert.equal(endpointOf("loopback:p", WINDOWS, WINDOWS_PATHS), "loopback:D:/w/p");
});

Deno.test("parseEndpoint() tells the kinds apart", () => {
  assert.deepEqual(parseEndpoint("/r/daemon.sock"), { kind: "socket", path: "/r/daemon.sock" });
  assert.deepEqual(parseEndpoint("loopback:/r/p"), { kind: "loopback", portFile: "/r/p" });
  assert.equal(endpointFile("loopback:/r/p"), "/r/p");
  assert.equal(endpointFile("/r/daemon.sock"), "/r/daemon.sock");
});
