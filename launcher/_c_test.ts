import assert from "node:assert/strict";

const FOLDER = import.meta.dirname!;

const SANITIZED = [
  "-std=c11",
  "-D_GNU_SOURCE",
  "-g",
  "-O1",
  "-Wall",
  "-Wextra",
  "-fsanitize=address,undefined",
  "-fno-sanitize-recover=all",
];

/** Builds a C test with what it tests, runs it and gives what it prints. Fails if either complains. */
export async function runCTest(
  test: string,
  sources: readonly string[],
  args: readonly string[],
): Promise<string> {
  const folder = await Deno.makeTempDir();
  const program = `${folder}/${test}`;
  const files = [`${test}.c`, ...sources].map((name) => `${FOLDER}/${name}`);
  try {
    const built = await new Deno.Command("cc", { args: [...SANITIZED, "-o", program, ...files] }).output();
    assert.equal(new TextDecoder().decode(built.stderr), "");
    const { code, stdout, stderr } = await new Deno.Command(program, { args: [...args] }).output();
    assert.equal(new TextDecoder().decode(stderr), "");
    assert.equal(code, 0);
    return new TextDecoder().decode(stdout);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
