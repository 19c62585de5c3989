import { MADE_ANEW, WRITTEN_INTO } from "../core/mod.ts";
import type { Reply, Request } from "./messages.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

const caller = {
  pid: 4711,
  release: 1_002_003,
  connectUs: 250,
  session: bytes("fc51113d-9d58-455b-8c57-9d6d6a0708c1"),
  flags: 2,
  columns: 120,
  umask: 0o22,
  rootFolder: "28:2049:2",
  cwd: bytes("/home/ann/project"),
  argv: [bytes("gcc"), bytes("-c"), bytes("a.c"), new Uint8Array([0x2d, 0x44, 0xff, 0xfe])],
  env: bytes("PATH=/usr/bin\0LANG=C\0"),
} as const;

/** One request of each kind; the files in testdata/ are their frames. */
export const GOLDEN_REQUESTS: Readonly<Record<string, Request>> = {
  "ping": { kind: "ping" },
  "shutdown": { kind: "shutdown" },
  "compile": { kind: "compile", ...caller },
  "command": { kind: "command", ...caller, argv: [bytes("status"), bytes("--json")] },
  "report": {
    kind: "report",
    ticket: 7,
    exit: 0,
    signal: 0,
    wallNs: 123_456_789_012,
    snapshotNs: 70_000,
    truncated: false,
    priorityDenied: true,
    late: true,
    stdout: bytes(""),
    stderr: bytes("a.c:1: warning\n"),
    outputs: [{ size: 70_000, mode: 0o644 }, undefined],
  },
  "report-signalled": {
    kind: "report",
    ticket: 4_000_000_000,
    exit: -1,
    signal: 9,
    wallNs: 5,
    snapshotNs: 0,
    truncated: true,
    priorityDenied: false,
    late: false,
    stdout: bytes(""),
    stderr: bytes(""),
    outputs: [],
  },
  "preprocessed": { kind: "preprocessed", ticket: 8, exit: 0, wallNs: 1_000_000 },
};

/** One reply of each kind. */
export const GOLDEN_REPLIES: Readonly<Record<string, Reply>> = {
  "deliver": {
    kind: "deliver",
    exit: 0,
    stdout: bytes("out\n"),
    stderr: bytes("warning: é\n"),
    files: [
      { dest: "build/a.o", mode: MADE_ANEW | 0o666, from: "/root/artifacts/v1/ab/abcd" },
      { dest: "build/a.d", mode: WRITTEN_INTO | 0o666, inline: bytes("a.o: a.c\n") },
    ],
    delivery: "auto",
    timing: { path: "/root/sessions/1.timings", mark: 70_001 },
  },
  "deliver-nothing": {
    kind: "deliver",
    exit: 0,
    stdout: bytes(""),
    stderr: bytes(""),
    files: [],
    delivery: "reflink",
  },
  "run": {
    kind: "run",
    ticket: 7,
    tool: "/usr/bin/gcc",
    argv: ["gcc", "-c", "a.c", "-MD", "-MF", "/root/tmp/7/dep"],
    env: ["COLUMNS=120", "GCC_COLORS"],
    outputs: ["a.o", "a.d"],
    snapshot: "/root/tmp/7",
    captureLimit: 1_048_576,
    waits: true,
    exactStreams: true,
    priority: "idle",
    lists: true,
    lingers: true,
    mayBeLate: true,
    several: true,
    files: [{ dest: "b.o", mode: 0o666, from: "/root/artifacts/v1/ab/abcd" }],
    delivery: "copy",
  },
  "bypass": { kind: "bypass", code: 23, env: ["CPATH=/p", "HOST"] },
  "refuse": { kind: "refuse", exit: 1, stderr: "zccache: no\n" },
  "preprocess": {
    kind: "preprocess",
    ticket: 9,
    tool: "/usr/bin/gcc",
    argv: ["gcc", "-E", "a.c"],
    env: [],
    into: "/root/tmp/9/i",
  },
  "output": { kind: "output", exit: 1, stdout: "text\n", stderr: "" },
  "run-here": { kind: "run-here" },
  "done": {
    kind: "done",
    files: [{ dest: "a.d", mode: MADE_ANEW | WRITTEN_INTO | 0o666, inline: bytes("a.o: a.c\n") }],
  },
  "pong": { kind: "pong", release: 1000, pid: 99 },
};
