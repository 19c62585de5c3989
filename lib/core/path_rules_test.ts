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

Deno.test("a path of Windows that begins with a slash is on the folder's drive", () => {
  assert.equal(WINDOWS_PATHS.from("D:/w", "/a"), "D:/a");
  assert.equal(WINDOWS_PATHS.from("D:/w", "a"), "D:/w/a");
  assert.equal(WINDOWS_PATHS.from("D:/w", "C:/a"), "C:/a");
});

Deno.test("isAmbiguous() tells words that Windows reads otherwise than with slashes", () => {
  for (const word of ["a\\b.c", "-Ia\\b", "C:a", "-I C:a", "C:\\a", "-IC:a"]) {
    assert.equal(WINDOWS_PATHS.isAmbiguous(word), true, word);
  }
  for (const word of ["a/b.c", "C:/a", "-I../b", '-DX=\\"a\\"', "-std=c11", "-Wl,--x"]) {
    assert.equal(WINDOWS_PATHS.isAmbiguous(word), false, word);
  }
  assert.equal(POSIX_PATHS.isAmbiguous("a\\b"), false);
});
