import assert from "node:assert/strict";
import { type ContentFacts, digestBytes, digestText } from "../core/mod.ts";
import { factsOf, isBinary, plainFacts, unknownFacts } from "./content_facts.ts";

function facts(text: string): ContentFacts {
  const bytes = new TextEncoder().encode(text);
  return factsOf(bytes, digestBytes(bytes), true);
}

/** The facts that differ from those of an empty text. */
function told(text: string): Partial<ContentFacts> {
  const { blanked: _, ...all } = facts(text);
  const plain = Object.entries(plainFacts(digestText("")));
  return Object.fromEntries(
    Object.entries(all).filter(([name, value]) =>
      JSON.stringify(value) !== JSON.stringify(plain.find(([other]) => other === name)?.[1])
    ),
  );
}

const TABLE: readonly (readonly [text: string, expected: Partial<ContentFacts>])[] = [
  ["int main() { return 0; }", {}],
  // Time
  ["const char* d = __DATE__;", { usesDate: true }],
  ["puts(__TIME__)", { usesTime: true }],
  ["f(__TIMESTAMP__)", { usesTimestamp: true }],
  ['#pragma GCC dependency "a.y" run make', { comparesTimes: true }],
  ['_Pragma("GCC dependency \\"a.y\\"")', { comparesTimes: true }],
  ["int dependency;", {}],
  ["/* __DATE__ */", { usesDate: true }],
  ["__DATE__X x__DATE__ my__TIME__ __TIME__2 ___TIMESTAMP__", {}],
  ["__DA\\\nTE__", { usesDate: true }],
  ["__DA\\ \t\r\nTE__", { usesDate: true }],
  ["__DA??/\nTE__", { usesDate: true }],
  ["_\0_\0D\0A\0T\0E\0_\0_\0", { usesDate: true }],
  ["é__DATE__", {}],
  // Assembler
  ['asm(".incbin \\"x.bin\\"");', { assemblerInclude: true }],
  ['asm("nop\\n.incbin \\"x.bin\\"");', { assemblerInclude: true }],
  ['asm("nop\\n\\t.include \\"x.s\\"");', { assemblerInclude: true }],
  ['asm("nop\\012.include \\"x.s\\"");', { assemblerInclude: true }],
  ['  .include "macros.inc"', { assemblerInclude: true }],
  ['.INCBIN "x"', { assemblerInclude: true }],
  ["set.include(x); f().include(x); a[0].include(x);", {}],
  ["paths.include_dirs .includes .incbinary", {}],
  ['builder\n    .include("x")\n    .include\n    .iter();\n/// `.include` is a word', {}],
  // Questions
  ["#if __has_include(<optional>)", { hasIncludeNames: ["optional"] }],
  ['#if __has_include( "b/c.h" ) || __has_include_next(<a.h>)', { hasIncludeNames: ["a.h", "b/c.h"] }],
  ["#if __has_include /* c */ ( /* d */ <x> )", { hasIncludeNames: ["x"] }],
  ["#if __has_embed(<data.bin> limit(1))", { hasIncludeNames: ["data.bin"] }],
  ["#if __has_inc\\\nlude(<x>)", { hasIncludeNames: ["x"] }],
  ["#if __has_include(CONFIG)", { computedHasInclude: true }],
  ["#define HAS __has_include", { computedHasInclude: true }],
  ["#define HAS(x) __has_include(x)", { computedHasInclude: true }],
  ["#if __has_include__(X)", { computedHasInclude: true }],
  ["#ifdef __has_include", {}],
  ["#  ifndef   __has_include", {}],
  ["#if defined(__has_include) && defined __has_include", {}],
  ["#if defined ( __has_include )", {}],
  ["#ifndef __has_include\n#define __has_include(x) 0\n#endif\n#undef __has_include", {}],
  ["// uses __has_include where it can", {}],
  ["/* # include something */ // #import it", {}],
  ["/* it's fine */ // __has_include(X)\nint a = '\\'';", {}],
  ["bool x = has_include(foo); __has_include_foo(X); my__has_include(X)", {}],
  // Includes
  ['#include <a/b.h>\n#include "c.h"\n#include <a/b.h>', { includes: ['"c.h', "<a/b.h"] }],
  ["#include_next <n.h>\n#import <i.h>\n# \t embed <e.bin>", {
    imports: true,
    includes: ["<e.bin", "<i.h", "^n.h"],
  }],
  ["/* c */ # /* c */ include /* d */ <x.h>", { includes: ["<x.h"] }],
  ["%:include <x.h>\n??=include <y.h>", { includes: ["<x.h", "<y.h"] }],
  ["#inc\\\nlude <x.h>\n#include \\\n <y.h>", { includes: ["<x.h", "<y.h"] }],
  ["#include CONFIG_H", { computedInclude: true }],
  ["#include/**/CONFIG_H", { computedInclude: true }],
  ["# include", { computedInclude: true }],
  ["#include MACRO(x)\n#include <a.h>", { computedInclude: true, includes: ["<a.h"] }],
  ['auto s = R"x(/*)x";\n#include CONFIG_H\n/* */', { computedInclude: true }],
  ["#import CONFIG_H", { computedInclude: true, imports: true }],
  // Once
  ["#pragma once", { once: true }],
  ["# /* c */ pragma /* c */ once // c", { once: true }],
  ['_Pragma ( "once" )', { once: true }],
  ["#pragma GCC poison twice // not at once", { once: true }],
  ["#pragma onceagain\nint once;", {}],
  ["#included\n#includes <x>", {}],
  // System headers
  ["#pragma GCC system_header", { systemHeaderPragma: true }],
  ["#  pragma clang system_header", { systemHeaderPragma: true }],
  ['_Pragma("GCC system_header")', { systemHeaderPragma: true }],
  ['# 12 "x.h" 1 3 4', { systemHeaderPragma: true, lineDirective: true }],
  ['#line 12 "x.y"', { lineDirective: true }],
  ["  #\tline 12 NAME", { lineDirective: true }],
  ["// see #12", {}],
  ['#12 "x.h" 3', { systemHeaderPragma: true, lineDirective: true }],
  ['# 12 "x.h" 1\n#line 3 "y.h"', { lineDirective: true }],
  ["#define system_header 1", {}],
];

for (const [text, expected] of TABLE) {
  Deno.test(`factsOf() of ${JSON.stringify(text)}`, () => assert.deepEqual(told(text), expected));
}

Deno.test("factsOf() digests the text without its comments only when asked", () => {
  const one = new TextEncoder().encode("int a; // one\n");
  const other = new TextEncoder().encode("int a; // the other\n");
  const digests = [digestBytes(one), digestBytes(other)] as const;
  assert.equal(factsOf(one, digests[0], true).blanked, factsOf(other, digests[1], true).blanked);
  assert.equal(factsOf(one, digests[0], false).blanked, digests[0]);
});

Deno.test("isBinary() knows programs and archives from text", () => {
  assert.equal(isBinary(Deno.readFileSync(Deno.execPath()).subarray(0, 16)), true);
  assert.equal(isBinary(new TextEncoder().encode("!<arch>\n")), true);
  assert.equal(isBinary(new TextEncoder().encode("#include <a.h>")), false);
  assert.equal(isBinary(new Uint8Array()), false);
});

Deno.test("unknownFacts() takes everything that could be wrong to be there", () => {
  const facts = unknownFacts(digestText("x"));
  assert.deepEqual(
    [facts.usesDate, facts.usesTime, facts.usesTimestamp, facts.assemblerInclude, facts.computedHasInclude],
    [true, true, true, true, true],
  );
});
