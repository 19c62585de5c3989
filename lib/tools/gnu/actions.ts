import { PATHS, type Reason, uncacheable } from "../../core/mod.ts";
import type { Action, Mode, Reading, Side, Word } from "./reading.ts";

/** The whole option as it was written, for a refusal's detail. */
function spelled(word: Word): string {
  return word.tokens.join(" ");
}

/** Kept in the key as written. */
export const key: Action = () => undefined;

/** Nothing that is kept depends on it. */
export const drop: Action = (_reading, word) => {
  word.part = "drop";
  return undefined;
};

/** Kept in the key; the compiler's own folders or programs depend on it too. */
export const probe: Action = (reading, word) => {
  reading.probe.push(...word.tokens);
  return undefined;
};

/** Like `probe`, for an option whose value is a path. */
export const probePath: Action = (reading, word) => {
  if (!PATHS.isAbsolute(word.value)) reading.probeIsRelative = true;
  return probe(reading, word);
};

/** -specs, --config: a file that may add any option, -g and -o's name among them. */
export const optionFile: Action = (reading, word) => {
  reading.folderCounts = true;
  reading.outputCounts = true;
  return probePath(reading, word);
};

/** Not cached, for this reason. */
export function refuse(reason: Reason): Action {
  return (_reading, word) => uncacheable(reason, spelled(word));
}

/** A folder that is searched for included files. */
export function search(list: keyof Reading["search"]): Action {
  return (reading, word) => {
    let folder = word.value;
    if (folder.endsWith(".hmap")) return uncacheable("unknown-option", spelled(word));
    const relative = /^(?:=|\$SYSROOT)(.*)$/s.exec(folder)?.[1];
    if (relative !== undefined) {
      // The root must be known and single: which of two counts differs between the compilers and the options.
      if (reading.sysrootOptions !== 1) return uncacheable("unknown-option", spelled(word));
      folder = `${reading.sysroot}${relative}`;
      reading.rootedFolders++;
    }
    reading.search[list].push(folder);
    return undefined;
  };
}

/** `--sysroot`, `-isysroot`. */
export const sysroot: Action = (reading, word) => {
  reading.sysroot = word.value;
  if (++reading.sysrootOptions > 1 && reading.rootedFolders > 0) {
    return uncacheable("unknown-option", spelled(word));
  }
  return probePath(reading, word);
};

/** A file whose content counts. */
export const input: Action = (reading, word) => {
  if (word.value === "") return uncacheable("unknown-option", spelled(word));
  reading.inputs.push(word.value);
  return undefined;
};

/** `-include`, `-imacros`. */
export const forcedInclude: Action = (reading, word) => {
  reading.forcedIncludes.push(word.value);
  return undefined;
};

/** -c, -S. */
export function mode(which: Mode): Action {
  return (reading, word) => {
    word.part = "mode";
    reading.modes.add(which);
    return undefined;
  };
}

/** -o; two of them are refused. */
export const output: Action = (reading, word) => {
  word.part = "output";
  if (reading.output !== undefined) return uncacheable("unknown-option", spelled(word));
  reading.output = word.value;
  return undefined;
};

/** -x: the language of the files behind it. */
export const language: Action = (reading, word) => {
  word.part = "language";
  reading.language = word.value;
  return undefined;
};

/** A macro; one that stands for the clock makes every use of it depend on it. */
export const define: Action = (reading, word) => {
  const [, name, body] = /^([^=(]*)(.*)$/s.exec(word.value) ?? [];
  if (/__(?:DATE|TIME|TIMESTAMP)__/.test(body ?? "")) return uncacheable("date-or-time", spelled(word));
  if (/^__(?:DATE|TIME|TIMESTAMP)__$/.test(name ?? "")) reading.definedClockMacros.push(name ?? "");
  return undefined;
};

/** -g…: the object holds the folder, unless it's -g0; options that only shape what another asks for change nothing here. */
export const debug: Action = (reading, word) => {
  if (/^(?:no-|z|strict-dwarf|record-gcc-switches|column-info|pubnames|gnu-pubnames)/.test(word.value)) {
    return undefined;
  }
  reading.debug = word.value;
  if (word.value !== "0") reading.folderCounts = true;
  return undefined;
};

/** An option that makes one more file. */
export function side(role: Side): Action {
  return (reading) => {
    reading.sides.add(role);
    return undefined;
  };
}

/** The result names or holds the caller's folder. */
export const folder: Action = (reading) => {
  reading.folderCounts = true;
  return undefined;
};

/** -flto…: code is made by the linker, and so are some side files. */
export const linkTimeOptimisation: Action = (reading, word) => {
  reading.linkTimeOptimisation = true;
  return folder(reading, word);
};

/** The result names the folder and the output. */
export const folderAndOutput: Action = (reading) => {
  reading.folderCounts = true;
  reading.outputCounts = true;
  return undefined;
};

/** Counters in the object that name their file by folder and output; with `notes`, a .gcno file too. */
export function coverage(notes: boolean): Action {
  return (reading, word) => {
    if (notes) reading.sides.add("gcno");
    return folderAndOutput(reading, word);
  };
}

/** -gsplit-dwarf; `=single` keeps everything in the object. */
export const splitDwarf: Action = (reading, word) => {
  reading.splitDwarf = word.value !== "single";
  return folderAndOutput(reading, word);
};

/** The object holds the arguments as they are. */
export const holdsArguments: Action = (reading) => {
  reading.holdsArguments = true;
  return undefined;
};

/** Comments can show in the result. */
export const comments: Action = (reading) => {
  reading.commentsCount = true;
  return undefined;
};

/** -march=native and kin. */
export const hostCpu: Action = (reading, word) => {
  reading.hostCpu = true;
  return probe(reading, word);
};

/** -arch: one is an option like any other, several make one file of many compiles. */
export const architecture: Action = (reading, word) => {
  if (++reading.architectures > 1) return uncacheable("several-architectures", spelled(word));
  return probe(reading, word);
};

/** Kept in the key unless its value looks like a file that would be written or read. */
export function keyUnless(pattern: RegExp, reason: Reason): Action {
  return (_reading, word) => pattern.test(word.value) ? uncacheable(reason, spelled(word)) : undefined;
}

/** --target: part of the probe, and remembered for what it decides about names. */
export const target: Action = (reading, word) => {
  reading.target = word.value;
  return probe(reading, word);
};

/** -emit-llvm. */
export const emitLlvm: Action = (reading) => {
  reading.emitsLlvm = true;
  return undefined;
};

/** An option whose value may be `list=FILE`. */
export const listInput: Action = (reading, word) => {
  if (word.value.startsWith("list=")) reading.inputs.push(word.value.slice("list=".length));
  return undefined;
};

/** -gcodeview: the object names itself and holds the arguments. */
export const codeView: Action = (reading, word) => {
  reading.outputCounts = true;
  reading.holdsArguments = true;
  return debug(reading, word);
};

/** -gembed-source: comments and all. */
export const debugWithComments: Action = (reading, word) => {
  reading.commentsCount = true;
  return debug(reading, word);
};
