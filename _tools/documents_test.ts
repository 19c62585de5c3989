import assert from "node:assert/strict";
import { REPOSITORY } from "./run.ts";

const DOCUMENTS = ["", "docs", "docs/manual", "docs/decisions", "tests"];

/** A path of the repository, or one beside the document. */
const NAMED = /`((?:\.ci|\.github|_tools|bench|cli|daemon|docs|launcher|lib|testing|tests)\/[\w./-]+)`/g;

/** Of each document its path below the repository, and its text without code. */
const PAGES = DOCUMENTS.flatMap((folder) =>
  [...Deno.readDirSync(`${REPOSITORY}/${folder}`)]
    .filter(({ name }) => name.endsWith(".md"))
    .map(({ name }) => folder === "" ? name : `${folder}/${name}`)
).map((path) => {
  const text = Deno.readTextFileSync(`${REPOSITORY}/${path}`);
  return { path, text: text.replace(/^```[^]*?^```/gm, "") };
});

/** What a heading is linked by. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
}

function exists(path: string): boolean {
  try {
    Deno.statSync(`${REPOSITORY}/${path}`);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

Deno.test("links between documents lead somewhere", () => {
  const broken: string[] = [];
  for (const { path, text } of PAGES) {
    for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [file = "", anchor] = target.split("#");
      const url = new URL(file === "" ? path.split("/").at(-1)! : file, `file:///${path}`);
      const at = decodeURIComponent(url.pathname).slice(1);
      const page = PAGES.find((one) => one.path === at);
      const headings = [...page?.text.matchAll(/^#+ (.*)$/gm) ?? []].map(([, heading]) => anchorOf(heading!));
      if (!exists(at) || anchor !== undefined && !headings.includes(anchor)) {
        broken.push(`${path}: ${target}`);
      }
    }
  }
  assert.deepEqual(broken, []);
});

Deno.test("the files that documents name are there", () => {
  const missing = PAGES.flatMap(({ path, text }) =>
    [...text.matchAll(NAMED)].map(([, name]) => name!)
      .filter((name) => !exists(name) && !exists(path.replace(/[^/]*$/, name)))
      .map((name) => `${path}: ${name}`)
  );
  assert.deepEqual(missing, []);
});

Deno.test("decisions are numbered without a gap, in their names and in their headings", () => {
  const pages = PAGES.filter(({ path }) => path.startsWith("docs/decisions/"))
    .toSorted((a, b) => a.path < b.path ? -1 : 1);
  for (const [index, { path, text }] of pages.entries()) {
    assert.equal(path.slice("docs/decisions/".length).slice(0, 5), `${String(index + 1).padStart(4, "0")}-`);
    assert.ok(text.startsWith(`# ${index + 1}. `), path);
  }
});
