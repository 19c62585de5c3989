import assert from "node:assert/strict";
import { COMMANDS } from "./commands/mod.ts";
import { parseCommandLine } from "./parse.ts";

function parse(...argv: string[]) {
  return parseCommandLine(argv, COMMANDS);
}

/** The message of a usage error; fails for anything else. */
function complaint(...argv: string[]): string {
  const line = parse(...argv);
  if (line.kind !== "usage-error") assert.fail(`${argv.join(" ")} gives ${line.kind}`);
  return line.message;
}

/** The name of the command that a line runs. */
function commandOf(...argv: string[]): string {
  const line = parse(...argv);
  return line.kind === "run" ? line.command.name : line.kind;
}

Deno.test("parseCommandLine() finds commands by name and by every alias", () => {
  for (const command of COMMANDS.filter((command) => command.name !== "wrap")) {
    const operands = command.operandCount[0] > 0 ? ["x"] : [];
    for (const word of [command.name, ...command.aliases]) {
      assert.equal(commandOf(word, ...operands), command.name);
    }
  }
  assert.equal(commandOf("kill"), "stop");
  assert.equal(commandOf("--show-stats"), "status");
});

Deno.test("parseCommandLine() gives every other word to a tool, with all its options", () => {
  const argv = ["gcc", "--help", "-c", "a.c", "--json"];
  assert.deepEqual(parseCommandLine(argv, COMMANDS), {
    kind: "tool",
    argv,
    strictPaths: undefined,
    wordIsTool: false,
  });
  assert.equal(parse("/usr/bin/status").kind, "tool");
});

Deno.test("parseCommandLine() without a word asks for the help, exit 1", () => {
  assert.deepEqual(parse(), { kind: "help", command: undefined, exit: 1 });
  assert.deepEqual(parse("--help"), { kind: "help", command: undefined, exit: 0 });
  assert.equal(parse("-V").kind, "version");
});

Deno.test("parseCommandLine() knows --help and -h behind every command", () => {
  for (const command of COMMANDS) {
    assert.deepEqual(parse(command.name, "--help"), { kind: "help", command, exit: 0 });
    assert.deepEqual(parse(command.name, "-h"), { kind: "help", command, exit: 0 });
  }
});

Deno.test("parseCommandLine() takes a dash alone as a value", () => {
  const line = parse("report", "--out", "-");
  assert.equal(line.kind === "run" ? line.options.value("out") : line.kind, "-");
});

Deno.test("parseCommandLine() words what is wrong", () => {
  assert.equal(complaint("status", "--jsn"), "unknown option --jsn; did you mean --json?");
  assert.equal(complaint("status", "-x"), "unknown option -x");
  assert.equal(complaint("status", "--json=yes"), "--json takes no value");
  assert.equal(complaint("status", "--endpoint"), "--endpoint needs a value: SOCKET");
  assert.equal(complaint("status", "--endpoint", "--json"), "--endpoint needs a value: SOCKET");
  assert.equal(complaint("status", "now"), "unexpected argument now");
  assert.equal(complaint("inspect"), "KEY is missing");
  assert.equal(complaint("--claer"), "unknown option --claer; did you mean --clear?");
  assert.equal(complaint("wrap"), "the compiler is missing");
  assert.equal(complaint("wrap", "--frob", "gcc"), "unknown option --frob");
});

Deno.test("parseCommandLine() hands options and operands over", () => {
  const line = parse("inspect", "--json", "abc", "--endpoint=/tmp/x.sock");
  if (line.kind !== "run") assert.fail(line.kind);
  assert.equal(line.options.has("json"), true);
  assert.equal(line.options.has("endpoint"), false);
  assert.equal(line.options.value("endpoint"), "/tmp/x.sock");
  assert.deepEqual(line.options.operands, ["abc"]);
});

Deno.test("parseCommandLine() leaves everything behind wrap's compiler alone", () => {
  for (const argv of [["wrap", "kill", "--help"], ["wrap", "--", "kill", "--help"]]) {
    const line = parse(...argv);
    if (line.kind !== "tool") assert.fail(line.kind);
    assert.deepEqual([line.argv, line.wordIsTool], [["kill", "--help"], true]);
  }
});

Deno.test("parseCommandLine() takes --strict-paths before a tool, the last one if there are more", () => {
  const rows = [
    [["--strict-paths", "gcc", "--strict-paths=off"], "absolute", ["gcc", "--strict-paths=off"]],
    [["--strict-paths=", "status"], "", ["status"]],
    [["--strict-paths", "--strict-paths=weird", "gcc"], "weird", ["gcc"]],
    [["wrap", "--strict-paths=off", "gcc"], "off", ["gcc"]],
    [["wrap", "--strict-paths", "--", "-odd"], "absolute", ["-odd"]],
  ] as const;
  for (const [words, strictPaths, argv] of rows) {
    assert.deepEqual(parse(...words), { kind: "tool", argv, strictPaths, wordIsTool: true });
  }
  assert.equal(complaint("--strict-paths"), "the compiler is missing");
  assert.equal(complaint("--strict-paths", "--", "gcc"), "unknown option --");
  assert.match(complaint("--strict-path", "gcc") ?? "", /did you mean --strict-paths\?/);
});

Deno.test("no word means two commands", () => {
  const words = COMMANDS.flatMap((command) => [command.name, ...command.aliases]);
  assert.equal(new Set(words).size, words.length);
});
