import assert from "node:assert/strict";
import { PathMap } from "../../core/mod.ts";
import type { ReadyResult } from "../../store/mod.ts";
import { ORIGIN_ROLE, type Produced, toCommonResult, toLocalResult } from "./common_result.ts";

const HERE = new PathMap([{ name: "root", path: "/w/wt1" }]);
const THERE = new PathMap([{ name: "root", path: "/elsewhere/another-worktree" }]);
const utf8 = new TextEncoder();
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** What gcc writes for these headers in a checkout. */
function depfile(root: string): string {
  const headers = Array.from({ length: 8 }, (_, i) => `${root}/inc/header_${i}.h`);
  let [text, column] = ["a.o:", 4];
  for (const word of [`${root}/src/a.c`, "/usr/include/stdio.h", ...headers]) {
    if (column + word.length > 72) [text, column] = [`${text} \\\n`, 0];
    text += ` ${word}`;
    column += 1 + word.length;
  }
  return `${text}\n`;
}

interface Left {
  readonly object?: string;
  readonly depfile?: string;
  readonly stderr?: string;
  readonly input?: string;
  readonly wraps?: boolean;
}

/** Brings a run in /w/wt1 into common form; what was refused, or the stored result. */
async function common(left: Left): Promise<string | ReadyResult> {
  const folder = await Deno.makeTempDir();
  try {
    const path = (name: string, content: string) => {
      Deno.writeTextFileSync(`${folder}/${name}`, content);
      return `${folder}/${name}`;
    };
    const files = [{ role: "object", mode: 0o644, source: path("0", left.object ?? "code") }];
    if (left.depfile !== undefined) {
      files.push({ role: "depfile", mode: 0o644, source: path("1", left.depfile) });
    }
    const inputs = [path("in", left.input ?? "int a;\n")];
    const produced: Produced = { stdout: new Uint8Array(), stderr: utf8.encode(left.stderr ?? ""), files };
    const run = {
      roots: HERE,
      family: "gcc",
      folder,
      wraps: left.wraps ?? false,
      inputs: () => inputs,
    } as const;
    const made = toCommonResult(run, produced);
    if ("reason" in made) return `${made.reason} ${made.detail}`;
    const { stdout, stderr } = made;
    return {
      result: { exit: 0, stdout, stderr, files: [], toolMs: 1 },
      files: made.files.map(({ role, mode, source }) => ({ role, mode, inline: Deno.readFileSync(source) })),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function contentOf(ready: ReadyResult, role: string): string {
  const file = ready.files.find((each) => each.role === role);
  return file !== undefined && "inline" in file ? textOf(file.inline) : "";
}

const WARNING = "/w/wt1/src/a.c:3:5: warning: unused variable 'x'\n    3 | int x;\n";

Deno.test("toCommonResult() and toLocalResult() bring depfile and messages to another checkout", async () => {
  const stored = await common({ depfile: depfile("/w/wt1"), stderr: WARNING });
  if (typeof stored === "string") assert.fail(stored);
  const there = toLocalResult(stored, THERE, "gcc");
  const root = "/elsewhere/another-worktree";
  assert.equal(contentOf(there.ready, "depfile"), depfile(root));
  assert.equal(textOf(there.ready.result.stderr), WARNING.replaceAll("/w/wt1", root));
  assert.equal(there.origin, "/w/wt1");
  const here = toLocalResult(stored, HERE, "gcc");
  assert.equal(contentOf(here.ready, "depfile"), depfile("/w/wt1"));
  assert.equal(textOf(here.ready.result.stderr), WARNING);
  assert.equal(here.origin, undefined);
});

Deno.test("toLocalResult() leaves a result alone that is of its checkout only", () => {
  const result = {
    exit: 0,
    stdout: new Uint8Array(),
    stderr: utf8.encode("\u{2}root"),
    files: [],
    toolMs: 1,
  };
  const ready: ReadyResult = { result, files: [] };
  assert.deepEqual(toLocalResult(ready, HERE, "gcc"), { ready, origin: undefined });
});

for (
  const [what, left, refused] of [
    ["an object that holds the root", { object: "x/w/wt1/a.c\0" }, "path_sensitive_arg in the object"],
    ["a symbol made of the root", { object: "sub_I__w_wt1_src_a_c" }, "path_sensitive_arg in the object"],
    ["messages whose source quotes the root", {
      stderr: WARNING,
      input: '"/w/wt1/x"',
    }, "path_sensitive_arg in the messages"],
    [
      "messages broken by their width",
      { stderr: WARNING, wraps: true },
      "path_sensitive_arg in the messages",
    ],
    [
      "a root inside of a word",
      { stderr: "a.c:1: note: -I/w/wt1/inc\n" },
      "path_sensitive_arg in the messages",
    ],
    [
      "messages that hold the mark itself",
      { stderr: "a.c: \u{2}root\n" },
      "path_sensitive_arg in the messages",
    ],
    ["a depfile wrapped by other rules", {
      depfile: "a.o: /w/wt1/a.c \\\n /w/wt1/b.h\n",
    }, "path_sensitive_arg in the depfile"],
    ["two targets with the root", {
      depfile: "/w/wt1/a.o /w/wt1/b.o: /w/wt1/a.c\n",
    }, "path_sensitive_arg in the depfile"],
  ] as const
) {
  Deno.test(`toCommonResult() refuses ${what}`, async () => {
    assert.equal(await common(left), refused);
  });
}

Deno.test("toCommonResult() leaves what names no root as it is, and says where it came from", async () => {
  const stored = await common({ depfile: "a.o: a.c\n", stderr: "a.c:1: warning: x\n", wraps: true });
  if (typeof stored === "string") assert.fail(stored);
  assert.equal(contentOf(stored, "depfile"), "a.o: a.c\n");
  assert.equal(contentOf(stored, ORIGIN_ROLE), "/w/wt1");
});
