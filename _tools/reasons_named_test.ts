import assert from "node:assert/strict";
import { REASONS } from "../lib/core/mod.ts";
import { REPOSITORY } from "./run.ts";

/** Where tests are. */
const FOLDERS = ["_tools", "cli", "daemon", "launcher", "lib", "tests"];

/** The text of all tests and of what they share. */
function textOfTests(folder: string): string {
  const texts: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(`${REPOSITORY}/${folder}`)) {
    const path = `${folder}/${name}`;
    const isTest = name.endsWith("_test.ts") || folder.startsWith("tests") && name.endsWith(".ts");
    if (isDirectory) texts.push(textOfTests(path));
    else if (isTest) texts.push(Deno.readTextFileSync(`${REPOSITORY}/${path}`));
  }
  return texts.join("\n");
}

Deno.test("each reason is named by a test that brings it about", () => {
  const text = FOLDERS.map(textOfTests).join("\n");
  const unnamed = Object.keys(REASONS).filter((reason) =>
    !new RegExp(`(?<![\\w-])${reason}(?![\\w-])`).test(text)
  );
  assert.deepEqual(unnamed, []);
});
