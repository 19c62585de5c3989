import { uncacheable } from "../../core/mod.ts";
import { frontEndOption, llvmOption } from "../gnu/pass_through.ts";
import {
  define,
  drop,
  folderAndOutput,
  forcedInclude,
  hostCpu,
  key,
  mode,
  output,
  probe,
  probePath,
  refuse,
  search,
  target,
} from "../gnu/actions.ts";
import type { Action, Options } from "../gnu/reading.ts";
import { OptionTable } from "../option_table.ts";

/** -TC, -TP: the language of every source. */
function everySource(language: "c" | "c++"): Action {
  return (reading, word) => {
    word.part = "language";
    reading.language = language;
    return undefined;
  };
}

/** -Z7 and kin: the object holds the sources' checksums, the arguments, the folder and its own name. */
const codeView: Action = (reading, word) => {
  reading.debug = "codeview";
  reading.holdsArguments = true;
  reading.commentsCount = true;
  return folderAndOutput(reading, word);
};

/** -Fo: a colon may stand before the name. */
const objectFile: Action = (reading, word) => {
  const named = word.value.startsWith(":") ? word.value.slice(1) : word.value;
  if (named === "") return uncacheable("unknown-option", word.tokens[0]!);
  return output(reading, Object.assign(word, { value: named }));
};

/**
 * The options of cl as clang-cl reads them, by their name with a dash; a slash is as good. What only Microsoft's own cl
 * knows, or makes a file of, is refused.
 */
export const CL_OPTIONS: Options = new OptionTable<Action>([
  ["--", "none", refuse("unknown-option")],
  ["--driver-mode=", "joined", drop],
  ["--rsp-quoting=", "joined", drop],
  ["--target=", "joined", target],
  ["--version", "none", refuse("information")],
  ["-?", "none", refuse("information")],
  ["-Brepro", "none", key],
  ["-C", "none", refuse("preprocess-only")],
  ["-D", "either", define],
  ["-E", "none", refuse("preprocess-only")],
  ["-EH", "joined", key],
  ["-EP", "none", refuse("preprocess-only")],
  ["-FA", "joined", refuse("unknown-option")],
  ["-FI", "either", forcedInclude],
  ["-FS", "none", key],
  ["-Fa", "joined", refuse("unknown-option")],
  // clang-cl takes the name of the debug information's file and makes none.
  ["-Fd", "joined", key],
  ["-Fe", "joined", refuse("called-for-link")],
  ["-Fi", "joined", refuse("unknown-option")],
  ["-Fm", "joined", refuse("called-for-link")],
  ["-Fo", "joined", objectFile],
  ["-Fp", "joined", refuse("pch-input")],
  ["-Fr", "joined", refuse("unknown-option")],
  ["-GA", "none", key],
  ["-GF", "joined", key],
  ["-GR", "joined", key],
  ["-GS", "joined", key],
  ["-Gd", "none", key],
  ["-Gm-", "none", key],
  ["-Gr", "none", key],
  ["-Gs", "joined", key],
  ["-Gv", "none", key],
  ["-Gw", "joined", key],
  ["-Gy", "joined", key],
  ["-Gz", "none", key],
  ["-I", "either", search("angle")],
  ["-J", "none", key],
  ["-LD", "none", key],
  ["-LDd", "none", key],
  ["-MD", "none", key],
  ["-MDd", "none", key],
  ["-MP", "joined", key],
  ["-MT", "none", key],
  ["-MTd", "none", key],
  ["-O", "joined", key],
  ["-P", "none", refuse("preprocess-only")],
  ["-Qvec", "joined", key],
  ["-RTC", "joined", key],
  ["-TC", "none", everySource("c")],
  ["-TP", "none", everySource("c++")],
  ["-Tc", "either", refuse("unknown-option")],
  ["-Tp", "either", refuse("unknown-option")],
  ["-U", "either", key],
  ["-W", "joined", key],
  ["-X", "none", probe],
  ["-Xclang", "next", frontEndOption],
  ["-Y", "joined", refuse("pch-input")],
  ["-Z7", "none", codeView],
  ["-ZI", "none", refuse("unknown-option")],
  ["-ZW", "joined", refuse("unknown-option")],
  ["-Zc:", "joined", key],
  ["-Zi", "none", codeView],
  ["-Zl", "none", key],
  ["-Zm", "joined", key],
  ["-Zo", "joined", key],
  ["-Zp", "joined", key],
  ["-Zs", "none", refuse("syntax-only")],
  ["-arch:", "joined", probe],
  ["-bigobj", "none", key],
  ["-c", "none", mode("object")],
  ["-clang:", "joined", refuse("unknown-option")],
  ["-d1", "joined", refuse("compiler-dump")],
  ["-diagnostics:", "joined", key],
  ["-errorReport:", "joined", key],
  ["-exportHeader", "none", refuse("modules")],
  ["-f", "joined", refuse("unknown-option")],
  ["-favor:", "joined", key],
  ["-fcolor-diagnostics", "none", key],
  ["-fdiagnostics-color", "none", key],
  ["-fdiagnostics-color=", "joined", key],
  ["-fms-compatibility-version=", "joined", probe],
  ["-fno-color-diagnostics", "none", key],
  ["-fp:", "joined", key],
  ["-fsyntax-only", "none", refuse("syntax-only")],
  ["-guard:", "joined", key],
  ["-headerUnit", "joined", refuse("modules")],
  ["-help", "none", refuse("information")],
  ["-imsvc", "either", search("system")],
  ["-interface", "none", refuse("modules")],
  ["-kernel", "joined", key],
  ["-link", "none", refuse("called-for-link")],
  ["-m32", "none", probe],
  ["-m64", "none", probe],
  ["-march=", "joined", probe],
  ["-march=native", "none", hostCpu],
  ["-mllvm", "next", llvmOption],
  ["-nologo", "none", key],
  ["-o", "either", objectFile],
  ["-permissive", "joined", key],
  ["-reference", "joined", refuse("modules")],
  ["-scanDependencies", "joined", refuse("modules")],
  ["-sdl", "joined", key],
  ["-showIncludes", "none", key],
  ["-source-charset:", "joined", key],
  ["-sourceDependencies", "joined", refuse("depfile-target")],
  ["-std:", "joined", key],
  ["-u", "none", key],
  ["-utf-8", "none", key],
  ["-vctoolsdir", "next", probePath],
  ["-vd", "joined", key],
  ["-volatile:", "joined", key],
  ["-w", "joined", key],
  ["-winsdkdir", "next", probePath],
  ["-winsysroot", "next", probePath],
]);
