import assert from "node:assert/strict";
import { absolutePath, POSIX_PATHS, WINDOWS_PATHS } from "./path_rules.ts";

for (
  const [path, cwd, expected] of [
    ["/a/./b/../c//d/", "/x", "/a/c/d"],
    ["b", "/x/y", "/x/y/b"],
    ["../../../b", "/x", "/b"],
    ["C:/b", "/x", "/x/C:/b"],
    ["a\\b", "/x", "/x/a\\b"],
    ["/", "/x", "/"],
  ] as const
) {
  Deno.test(`absolutePath() reads ${path} in ${cwd} as POSIX does`, () => {
    assert.equal(absolutePath(path, cwd, POSIX_PATHS), expected);
  });
}

for (
  const [path, cwd, expected] of [
    ["C:\\a\\..\\b", "D:\\x", "C:/b"],
    ["c:/a/./b", "D:\\x", "c:/a/b"],
    ["a\\b", "D:\\x", "D:/x/a/b"],
    ["..\\..\\..", "D:\\x", "D:/"],
    ["\\\\server\\share\\..\\a", "D:\\x", "//server/share/a"],
    ["\\\\server\\share", "D:\\x", "//server/share/"],
  ] as const
) {
  Deno.test(`absolutePath() reads ${path} in ${cwd} as Windows does`, () => {
    assert.equal(absolutePath(path, cwd, WINDOWS_PATHS), expected);
  });
}

Deno.test("what depends on a drive's current folder is not absolute", () => {
  for (const path of ["/a", "C:a", "C:", "a/C:/b", ""]) {
    assert.equal(WINDOWS_PATHS.isAbsolute(path), false, path);
  }
});
