import { Buffer } from "node:buffer";
import { type ContentFacts, type Digest, digestLatin1 } from "../core/mod.ts";
import { blankComments, stripComments } from "./blank_comments.ts";

/** The facts of a content in which nothing is found. */
export function plainFacts(digest: Digest): ContentFacts {
  return {
    usesDate: false,
    usesTime: false,
    usesTimestamp: false,
    comparesTimes: false,
    assemblerInclude: false,
    hasIncludeNames: [],
    computedHasInclude: false,
    computedInclude: false,
    systemHeaderPragma: false,
    lineDirective: false,
    once: false,
    imports: false,
    includes: [],
    blanked: digest,
  };
}

/** The facts of a content that is too large to look into: whatever could make it uncacheable is taken to be there. */
export function unknownFacts(digest: Digest): ContentFacts {
  return {
    ...plainFacts(digest),
    usesDate: true,
    usesTime: true,
    usesTimestamp: true,
    comparesTimes: true,
    assemblerInclude: true,
    computedHasInclude: true,
    computedInclude: true,
    lineDirective: true,
    once: true,
    imports: true,
  };
}

/** Whether the bytes are a program, library, object, archive or crate: nothing that a preprocessor or assembler reads as text. */
export function isBinary(bytes: Uint8Array): boolean {
  const [a, b, c, d] = bytes;
  return a === 0x7f && b === 0x45 && c === 0x4c && d === 0x46 || // ELF
    a === 0x21 && b === 0x3c && c === 0x61 && d === 0x72 || // !<ar
    a === 0x72 && b === 0x75 && c === 0x73 && d === 0x74 && bytes[4] === 0 || // rustc's metadata
    a === 0xcf && b === 0xfa && c === 0xed && d === 0xfe || // Mach-O
    a === 0x00 && b === 0x61 && c === 0x73 && d === 0x6d; // WebAssembly
}

/** The facts of a text. `blank` = also find its comments; else `blanked` is the digest itself, and each edit counts. */
export function factsOf(bytes: Uint8Array, digest: Digest, blank: boolean): ContentFacts {
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  const text = readable(raw);
  const directives = scanDirectives(text);
  const asks = text.includes("has_") && (text.includes("has_include") || text.includes("has_embed"));
  const questions = asks ? scanHasIncludes(text) : NO_QUESTIONS;
  const doubtful = directives.computed || questions.computed;
  const code = doubtful && !/R"/.test(text) ? stripComments(text) : text;
  const computedInclude = directives.computed && COMPUTED_INCLUDE.test(code);
  return {
    ...scanMarkers(text),
    hasIncludeNames: questions.names,
    computedHasInclude: questions.computed && scanHasIncludes(code).computed,
    computedInclude,
    imports: directives.imports || computedInclude && text.includes("import"),
    includes: directives.names,
    blanked: blank ? digestOfBlanked(raw, digest) : digest,
  };
}

function digestOfBlanked(raw: string, digest: Digest): Digest {
  const blanked = blankComments(raw);
  return blanked === raw ? digest : digestLatin1(blanked);
}

/**
 * The text with its continued lines joined. Zeros (text in two-byte units) and trigraphs are read both as they stand
 * and as they could be meant: what either reading has counts.
 */
function readable(raw: string): string {
  let text = raw;
  if (raw.includes("\0")) text += `\n${raw.replaceAll("\0", "")}`;
  if (raw.includes("??/") || raw.includes("??=")) {
    text += `\n${raw.replaceAll("??/", "\\").replaceAll("??=", "#")}`;
  }
  const continued = CONTINUATION_STARTS.some((start) => text.includes(start));
  return continued ? text.replace(CONTINUATIONS, "") : text;
}

/** A backslash may be followed by white space before the line ends. */
const CONTINUATION_STARTS = ["\\\n", "\\\r", "\\ ", "\\\t", "\\\v", "\\\f"];
const CONTINUATIONS = /\\[ \t\v\f\r]*\n/g;

interface Markers {
  readonly usesDate: boolean;
  readonly usesTime: boolean;
  readonly usesTimestamp: boolean;
  readonly comparesTimes: boolean;
  readonly assemblerInclude: boolean;
  readonly systemHeaderPragma: boolean;
  readonly lineDirective: boolean;
  readonly once: boolean;
}

/**
 * Plain searches first: they are far faster than any expression, and nearly always there is nothing to find. A short word
 * before a long one: the runtime looks for the first character of up to seven at memory speed, and for longer ones slowly.
 */
function scanMarkers(text: string): Markers {
  const mayUseTime = text.includes("TIME");
  return {
    usesDate: text.includes("DATE__") && hasName(text, "__DATE__"),
    usesTime: mayUseTime && text.includes("TIME__") && hasName(text, "__TIME__"),
    usesTimestamp: mayUseTime && text.includes("TIMESTAMP__") && hasName(text, "__TIMESTAMP__"),
    comparesTimes: text.includes("depend") && DEPENDENCY.test(text),
    assemblerInclude: mentionsInclude(text) && hasAssemblerInclude(text),
    systemHeaderPragma: text.includes("system_header") && SYSTEM_HEADER.test(text) ||
      hasSystemLineMarker(text),
    lineDirective: hasLineDirective(text),
    once: text.includes("once") && ONCE.test(text),
  };
}

const NAME_CHARACTER = /[A-Za-z0-9_$\x80-\xff]/;

function isNameAt(text: string, at: number): boolean {
  return at >= 0 && at < text.length && NAME_CHARACTER.test(text[at]!);
}

function hasName(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!isNameAt(text, at - 1) && !isNameAt(text, at + name.length)) return true;
  }
  return false;
}

/** Whether a text that no preprocessor reads, such as Rust, has the assembler include files. */
export function assemblesFiles(bytes: Uint8Array): boolean {
  // searching bytes takes twenty times as long
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  return mentionsInclude(text) && hasAssemblerInclude(text);
}

function mentionsInclude(text: string): boolean {
  return text.includes(".inc") || text.includes(".INC");
}

function hasAssemblerInclude(text: string): boolean {
  for (const { 0: found, index } of text.matchAll(/\.inc(?:bin|lude)(?!\s*(?:[(`.?;)[\]]|::))/gi)) {
    if (isAssemblerInclude(text, index, index + found.length)) return true;
  }
  return false;
}

const ONCE = /[Pp]ragma(?:[^\n]*[^\nA-Za-z0-9_$]|\s*\(\s*L?")once(?![A-Za-z0-9_$])/;
const DEPENDENCY = /(?:pragma[ \t]|_Pragma[ \t]*\([ \t]*L?")[ \t]*GCC[ \t]+dependency/;
const SYSTEM_HEADER = /(?:pragma[ \t]|_Pragma[ \t]*\([ \t]*L?")[ \t]*(?:(?:GCC|clang)[ \t]+)?system_header/;
const LINE_MARKER = /[ \t]*(?:line[ \t]+)?\d+[ \t]+"[^"\n]*"(?:[ \t]+\d)*[ \t]+3/y;

function hasSystemLineMarker(text: string): boolean {
  for (let at = text.indexOf("#"); at >= 0; at = text.indexOf("#", at + 1)) {
    const next = text.charCodeAt(at + 1);
    const digit = next === SPACE ? text.charCodeAt(at + 2) : next;
    if (digit < ZERO || digit > NINE) continue;
    LINE_MARKER.lastIndex = at + 1;
    if (LINE_MARKER.test(text)) return true;
  }
  return false;
}

const LINE_DIRECTIVE = /#[ \t]*(?:\d|line[ \t])/y;

/** A directive is the first on its line: numbers behind a `#` are common in comments. */
function hasLineDirective(text: string): boolean {
  for (let at = text.indexOf("#"); at >= 0; at = text.indexOf("#", at + 1)) {
    LINE_DIRECTIVE.lastIndex = at;
    if (LINE_DIRECTIVE.test(text) && isFirstOnLine(text, at)) return true;
  }
  return false;
}

function isFirstOnLine(text: string, at: number): boolean {
  let before = at - 1;
  while (text[before] === " " || text[before] === "\t") before--;
  return before < 0 || text[before] === "\n";
}

const SPACE = 32;
const ZERO = 48;
const NINE = 57;

/**
 * Not a member of something: that is what `.include` mostly is, and then a name, `)` or `]` stands before it, if not on the
 * line above, or it is called.
 */
function isAssemblerInclude(text: string, start: number, end: number): boolean {
  if (isNameAt(text, end)) return false;
  const before = text[start - 1] ?? "";
  if (before === ")" || before === "]") return false;
  // In a string the letter before may belong to an escape: "\n.include".
  return !NAME_CHARACTER.test(before) ||
    /\\(?:[a-z]|[0-7]{1,3}|x[0-9a-fA-F]+)$/.test(text.slice(Math.max(0, start - 6), start));
}

interface Found {
  readonly names: readonly string[];
  readonly computed: boolean;
}

const NO_QUESTIONS: Found = { names: [], computed: false };
const GAP = "(?:[ \\t\\v\\f]|/\\*[^*]*\\*+(?:[^/*][^*]*\\*+)*/)*";
const OPERAND = '(?:<([^>\\n]*)>|"([^"\\n]*)")';
const DIRECTIVE = new RegExp(
  `(?:#|%:)${GAP}(include(?:_next)?|import|embed)(?![A-Za-z0-9_$])${GAP}${OPERAND}?`,
  "g",
);
const COMPUTED_INCLUDE =
  /^[ \t\v\f]*(?:#|%:)[ \t\v\f]*(?:include(?:_next)?|import|embed)(?![A-Za-z0-9_$])[ \t\v\f]*(?![<" \t\v\f])/m;

function scanDirectives(text: string): Found & { readonly imports: boolean } {
  const names = new Set<string>();
  let computed = false;
  let imports = false;
  for (const [, directive, angle, quoted] of text.matchAll(DIRECTIVE)) {
    const name = angle ?? quoted;
    if (name === undefined) {
      computed = true;
      continue;
    }
    imports ||= directive === "import";
    names.add(`${directive === "include_next" ? "^" : angle === undefined ? '"' : "<"}${name}`);
  }
  return { names: [...names].sort(), computed, imports };
}

const HAS = new RegExp(
  `__has_(?:include(?:_next)?|embed)(?:__)?(?![A-Za-z0-9_$])(${GAP}\\(${GAP}${OPERAND})?`,
  "g",
);
const ONLY_NAMED = /(?:(?:#|%:)[ \t]*(?:ifn?def|elifn?def|undef|define)[ \t]+|\bdefined[ \t]*\(?[ \t]*)$/;
/** As much of the line before a name as is looked at. */
const CONTEXT_CHARS = 80;

function scanHasIncludes(text: string): Found {
  const names = new Set<string>();
  let computed = false;
  for (const { 1: operand, 2: angle, 3: quoted, index } of text.matchAll(HAS)) {
    const name = angle ?? quoted;
    if (operand !== undefined && name !== undefined) names.add(name);
    else if (isNameAt(text, index - 1)) continue;
    else if (!ONLY_NAMED.test(text.slice(Math.max(0, index - CONTEXT_CHARS), index))) computed = true;
  }
  return { names: [...names].sort(), computed };
}
