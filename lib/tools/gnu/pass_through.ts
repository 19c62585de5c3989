import { type Uncacheable, uncacheable } from "../../core/mod.ts";
import type { Action, Reading, Word } from "./reading.ts";

/** Assembler options that read and write no file of their own. */
const ASSEMBLER = new RegExp(
  "^(?:" + [
    "--(?:no)?execstack",
    "--(?:no)?compress-debug-sections(?:=[a-z0-9-]+)?",
    "--fatal-warnings",
    "--no-warn",
    "--warn",
    "-W",
    "--(?:32|64|x32|divide|keep-locals|strip-local-absolute|reduce-memory-overheads)",
    "--(?:size-check|elf-stt-common|generate-missing-build-notes)=[a-z]+",
    "-m(?!llvm)[A-Za-z0-9][A-Za-z0-9=+._-]*",
    "-L",
    "-n",
  ].join("|") + ")$",
);
/** Line tables for the assembler's own input, which is a temporary file with a random name. */
const ASSEMBLER_DEBUG = /^(?:-g|--gen-debug|-gdwarf-\d|--gdwarf-\d|--gstabs\+?)$/;

function refusal(word: Word): Uncacheable {
  return uncacheable("unknown-option", word.tokens.join(" "));
}

/** `-Wa,…` and `-Xassembler`. */
export const assemblerOption: Action = (_reading, word) => {
  const pieces = word.option === "-Wa," ? word.value.split(",") : [word.value];
  for (let at = 0; at < pieces.length; at++) {
    const piece = pieces[at]!;
    if (piece === "--defsym" && /^[A-Za-z_.$][\w.$]*=\w+$/.test(pieces[at + 1] ?? "")) at++;
    else if (ASSEMBLER_DEBUG.test(piece)) return uncacheable("random", word.tokens.join(" "));
    else if (!ASSEMBLER.test(piece)) return refusal(word);
  }
  return undefined;
};

/** `-Wp,…`: dependency options as the Linux kernel gives them, macros and warnings; all else is refused. */
export const preprocessorOption: Action = (reading, word) => {
  const pieces = word.value.split(",");
  if (pieces.every((piece) => /^-(?:[DU].|W(?![alp],)|w$)/.test(piece))) {
    // One that stands for the clock, or redefines it, is too rare to be told apart here.
    if (/__(?:DATE|TIME|TIMESTAMP)__/.test(word.value)) return uncacheable("date-or-time", word.tokens[0]!);
    return undefined;
  }
  word.part = "depfile";
  if (reading.family === "clang") {
    // The clang driver understands exactly this form.
    const [kind, file, ...more] = pieces;
    if ((kind !== "-MD" && kind !== "-MMD") || file === undefined || more.length > 0) return refusal(word);
    return askByPreprocessor(reading, word, { kind, file });
  }
  for (let at = 0; at < pieces.length; at++) {
    const piece = pieces[at]!;
    const value = pieces[at + 1];
    if (piece === "-MP") {
      reading.depfile.phony = true;
      continue;
    }
    if (value === undefined || value === "") return refusal(word);
    at++;
    if (piece === "-MD" || piece === "-MMD") {
      const refused = askByPreprocessor(reading, word, { kind: piece, file: value });
      if (refused !== undefined) return refused;
    } else if (piece === "-MT" || piece === "-MQ") {
      reading.depfile.targets.push(piece, value);
    } else return refusal(word);
  }
  return undefined;
};

function askByPreprocessor(
  reading: Reading,
  word: Word,
  { kind, file }: { readonly kind: "-MD" | "-MMD"; readonly file: string },
): Uncacheable | undefined {
  const ask = reading.depfile;
  if (ask.kind !== undefined || file === "") return uncacheable("depfile-target", word.tokens[0]!);
  ask.kind = kind === "-MD" ? "MD" : "MMD";
  ask.file = file;
  ask.byPreprocessor = true;
  return undefined;
}

/** Options of clang's own front end that change the code only. */
const FRONT_END =
  /^(?:-disable-O0-optnone|-(?:no-)?opaque-pointers|-target-feature|\+[a-z0-9.-]+|-W[a-z][\w=+-]*|-fno-pch-timestamp)$/;

/** `-Xclang`. */
export const frontEndOption: Action = (_reading, word) => {
  if (word.value === "-include-pch") return uncacheable("pch-input", word.tokens.join(" "));
  if (word.value === "-emit-pch") return uncacheable("pch-output", word.tokens.join(" "));
  return FRONT_END.test(word.value) ? undefined : refusal(word);
};

/** Words in the name of an LLVM option that prints, reads or writes something. */
const LLVM_SIDE_EFFECT =
  /file|path|dir|output|print|dump|dot|view|stat|time|debug|cache|report|remark|trace|prof|load|plugin|log|seed|help|version|crash|info|verify|reproduc|list|gpu|import|export|write|read|emit/i;

/** `-mllvm`: switches and numbers. */
export const llvmOption: Action = (_reading, word) => {
  const match = /^--?([a-z][a-z0-9-]*)(?:=(?:\d+|true|false))?$/.exec(word.value);
  return match === null || LLVM_SIDE_EFFECT.test(match[1]!) ? refusal(word) : undefined;
};
