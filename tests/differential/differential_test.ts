import assert from "node:assert/strict";
import { differential } from "./main.ts";
import { minimise } from "./minimise.ts";
import { Random } from "./random.ts";
import { testWith, type Wrapper } from "../rig.ts";
import { NO_COUNTERS } from "../rig/wrapper.ts";

const SEED = Number(Deno.env.get("ZCCACHE_TEST_SEED") ?? 20261121);
const STEPS = Number(Deno.env.get("ZCCACHE_TEST_STEPS") ?? 2000);

testWith(
  ["gcc", "clang", "ld.gold", "ld.lld", "clang-tidy"],
  `${STEPS} random edits, no difference from the bare compilers (seed ${SEED})`,
  async () => {
    await differential({ seed: SEED, steps: STEPS });
  },
);

for (
  const [about, tools, share] of [["links", ["ld.gold", "ld.lld"], 0.2], [
    "findings",
    ["clang-tidy"],
    0.05,
  ]] as const
) {
  const steps = Math.ceil(STEPS * share);
  testWith(
    ["gcc", "clang", ...tools],
    `${steps} random edits of what ${about} come from (seed ${SEED})`,
    async () => {
      await differential({ seed: SEED, steps, about });
    },
  );
}

/** Answers by the command line and the source's time stamp alone. */
const FORGETFUL = `
for word; do
  case $last in -o) object=$word ;; -c) unit=$word ;; esac
  last=$word
done
[ -n "$object" ] || exec "$@"
key=$ZCCACHE_CACHE_DIR/$(echo "$@" | cksum | tr ' ' _)
if [ "$key.o" -nt "$unit" ]; then
  cp "$key.o" "$object"
  [ ! -e "$key.d" ] || cp "$key.d" "\${object%.o}.d"
  exit 0
fi
"$@" || exit
mkdir -p "$ZCCACHE_CACHE_DIR"
cp "$object" "$key.o"
cp "\${object%.o}.d" "$key.d" 2>&-
true`;

testWith(
  ["gcc", "clang"],
  "a cache that forgets about headers is found out, with a short story",
  async () => {
    const wrapper: Wrapper = {
      name: "forgetful",
      prefix: ["/bin/sh", "-c", FORGETFUL, "sh"],
      files: [],
      env: (root) => ({ ZCCACHE_CACHE_DIR: root }),
      countersCommand: ["true"],
      readCounters: () => NO_COUNTERS,
    };
    await assert.rejects(
      differential({ seed: SEED, steps: 60, wrapper, about: "compiles" }),
      (error: Error) => {
        const steps = /steps ([\d,]+):/.exec(error.message)?.[1]?.split(",") ?? [];
        assert.ok(steps.length >= 1 && steps.length <= 6, error.message);
        return /differs|instead of|bare \[/.test(error.message);
      },
    );
  },
);

testWith(["gcc", "clang"], "no cache at all makes no difference", async () => {
  const wrapper: Wrapper = {
    name: "none",
    prefix: ["/usr/bin/env"],
    files: [],
    env: (root) => ({ ZCCACHE_CACHE_DIR: root }),
    countersCommand: ["true"],
    readCounters: () => NO_COUNTERS,
  };
  await differential({ seed: SEED, steps: 60, wrapper, about: "compiles" });
});

Deno.test("minimise() keeps what is needed and no more", async () => {
  const steps = Array.from({ length: 100 }, (_, i) => i);
  const fails = (kept: readonly number[]) => Promise.resolve(kept.includes(13) && kept.includes(77));
  assert.deepEqual(await minimise(steps, fails, 1000), [13, 77]);
  const asked: number[] = [];
  await minimise(steps, (kept) => (asked.push(kept.length), Promise.resolve(false)), 5);
  assert.equal(asked.length, 5);
});

Deno.test("Random gives the same numbers for the same seed", () => {
  const [first, second] = [new Random(7), new Random(7)];
  const numbers = Array.from({ length: 1000 }, () => first.below(10));
  assert.deepEqual(Array.from({ length: 1000 }, () => second.below(10)), numbers);
  for (let digit = 0; digit < 10; digit++) assert.ok(numbers.filter((n) => n === digit).length > 50);
});
