/** The tools that zccache knows, behind one interface. */
import { uncacheable } from "../core/mod.ts";
import { CLANG_CL } from "./cl/manner.ts";
import { MICROSOFT } from "./cl/microsoft.ts";
import { parseCl } from "./cl/parse.ts";
import { parseGnu } from "./gnu/parse.ts";
import { parseAnalysis } from "./observed/analysis.ts";
import { parseAssembler } from "./observed/assembler.ts";
import { parseArchive } from "./observed/archive.ts";
import { parseEmscripten } from "./observed/emscripten.ts";
import { parseFormat } from "./observed/format.ts";
import { parseLink } from "./observed/link.ts";
import { parseRustc } from "./rustc/parse.ts";
import type { Call, Parsed, ReadText, ToolFamily } from "./tool.ts";

export { parseIncludes } from "./cl/includes.ts";
export * from "./depfile.ts";
export * from "./depfile_filter.ts";
export * from "./detect.ts";
export * from "./expand_arguments.ts";
export { messagesBySource } from "./gnu/messages_by_source.ts";
export { DEFINE } from "./gnu/recipe.ts";
export * from "./header_classes.ts";
export * from "./probe.ts";
export { rewriteArtifacts, rewriteDepInfo } from "./rustc/common_form.ts";
export * from "./rustc/dep_info.ts";
export { clippyConfigurations } from "./rustc/clippy.ts";
export { macroEnvironment, sessionEnvironment } from "./rustc/environment.ts";
export type * from "./rustc/plan.ts";
export * from "./strict_paths.ts";
export * from "./tool.ts";
export * from "./wrapper.ts";

/** Parses a call of a tool of a family; pure but for `readText`, which response files are read by. */
export function parseCall(family: ToolFamily, call: Call, readText: ReadText): Parsed {
  switch (family) {
    case "linker":
      return parseLink(family, call, readText);
    case "archiver":
      return parseArchive(call, readText);
    case "clang-tidy":
    case "iwyu":
      return parseAnalysis(family, call, readText);
    case "emscripten":
      return parseEmscripten(call, readText);
    case "rustc":
      return parseRustc(call, readText);
    case "rustfmt":
      return parseFormat(call);
    case "assembler":
      return parseAssembler(call, readText);
    case "fortran":
      // a module file that stays the same keeps its time, which tells make what to build
      return uncacheable("unsupported-language", "Fortran");
    case "cl":
    case "msvc": {
      if (call.isScript) return uncacheable("opaque-wrapper", call.exe ?? call.name);
      return parseCl(call, readText, family === "cl" ? CLANG_CL : MICROSOFT);
    }
    default: {
      const manner = call.args.findLast((arg) => arg.startsWith("--driver-mode="));
      if (family === "clang" && manner === "--driver-mode=cl") return parseCall("cl", call, readText);
      const parsed = parseGnu(family, call, readText);
      const links = parsed.kind === "uncacheable" && parsed.reason === "called-for-link";
      if (links) return parseLink(family, call, readText);
      return call.isScript ? uncacheable("opaque-wrapper", call.exe ?? call.name) : parsed;
    }
  }
}
