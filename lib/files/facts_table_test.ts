import assert from "node:assert/strict";
import { type ContentFacts, digestText, FACT_FLAGS, factFlags } from "../core/mod.ts";
import { plainFacts, unknownFacts } from "./content_facts.ts";
import { FactsTable } from "./facts_table.ts";

const DIGEST = digestText("a");

/** What a table gives back, as a plain value. */
function kept(facts: ContentFacts): unknown {
  const table = new FactsTable();
  table.set(DIGEST, facts);
  const { hasIncludeNames, includes, blanked, ...rest } = table.get(DIGEST)!;
  assert.deepEqual(rest, {});
  const flags = Object.fromEntries(FACT_FLAGS.map((name) => [name, table.get(DIGEST)![name]]));
  return { ...flags, hasIncludeNames, includes, blanked };
}

for (const flag of FACT_FLAGS) {
  Deno.test(`FactsTable keeps ${flag}`, () => {
    const facts = { ...plainFacts(DIGEST), [flag]: true };
    assert.equal(factFlags(facts), 2 ** FACT_FLAGS.indexOf(flag));
    assert.deepEqual(kept(facts), facts);
  });
}

Deno.test("FactsTable keeps names and the digest of the text without its comments", () => {
  const facts = {
    ...unknownFacts(DIGEST),
    includes: ["<x.h", '"y.h'],
    hasIncludeNames: ["z.h"],
    blanked: digestText("b"),
  };
  assert.deepEqual(kept(facts), facts);
});

Deno.test("FactsTable knows nothing of a content that nobody read", () => {
  const table = new FactsTable();
  assert.equal(table.get(DIGEST), undefined);
  assert.equal(table.has(DIGEST), false);
});
