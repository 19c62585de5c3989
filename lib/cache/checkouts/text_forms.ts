import type { PathMap } from "../../core/mod.ts";
import {
  type Family,
  rewriteAgain,
  rewriteArtifacts,
  rewriteDepfile,
  rewriteDepInfo,
  type ToolFamily,
} from "../../tools/mod.ts";

/** A kind of text with paths in it, between the form that checkouts have in common and that of one of them. */
export interface TextForm {
  /** Undefined if it can't be told where its paths are. */
  toCommon(text: string, roots: PathMap): string | undefined;
  toLocal(text: string, roots: PathMap): string;
}

/** How a family's tools write paths. */
export interface TextForms {
  isDepfile(role: string): boolean;
  readonly depfile: TextForm;
  readonly messages: TextForm;
  /** Whether messages quote sources, so that a path in them may be one of these. */
  readonly quotes: boolean;
}

const MESSAGES: TextForm = {
  toCommon: (text, roots) => roots.textToCommon(text),
  toLocal: (text, roots) => roots.textFromCommon(text),
};

function formsOfGnu(family: Family): TextForms {
  return {
    isDepfile: (role) => role === "depfile",
    depfile: {
      toCommon: (text, roots) => rewriteDepfile(family, text, (word) => roots.toCommon(word)),
      toLocal: (text, roots) => rewriteAgain(family, text, (word) => roots.fromCommon(word)),
    },
    messages: MESSAGES,
    quotes: true,
  };
}

const toCommon = (roots: PathMap) => ({
  path: (path: string) => roots.toCommon(path),
  text: (text: string) => roots.textToCommon(text),
});

const toLocal = (roots: PathMap) => ({
  path: (path: string) => roots.fromCommon(path),
  text: (text: string) => roots.textFromCommon(text),
});

/** What rustc says of sources it says by mapped paths; what it tells cargo of its outputs is for this checkout. */
const RUSTC: TextForms = {
  isDepfile: (role) => role === "depfile" || /^at:.*\.d$/.test(role),
  depfile: {
    toCommon: (text, roots) => rewriteDepInfo(text, toCommon(roots)),
    toLocal: (text, roots) => rewriteDepInfo(text, toLocal(roots)),
  },
  messages: {
    toCommon: (text, roots) => rewriteArtifacts(text, toCommon(roots)),
    toLocal: (text, roots) => rewriteArtifacts(text, toLocal(roots)),
  },
  quotes: false,
};

const GCC = formsOfGnu("gcc");
const CLANG = formsOfGnu("clang");

/** The forms of a family's texts. */
export function formsOf(family: ToolFamily): TextForms {
  return family === "gcc" ? GCC : family === "rustc" ? RUSTC : CLANG;
}
