import assert from "node:assert/strict";
import { Sharing } from "./sharing.ts";

Deno.test("Sharing gives the first of equal values, for as long as it will do", () => {
  const sharing = new Sharing<number[]>(1e6);
  const [first, second, other] = [[1], [1], [2]];
  assert.equal(sharing.of("1", first), first);
  assert.equal(sharing.of("1", second), first);
  assert.equal(sharing.of("2", other), other);
  assert.equal(sharing.of("1", second, (known) => known !== first), second);
  assert.equal(sharing.of("1", first), second);
  sharing.clear();
  assert.equal(sharing.of("1", first), first);
});
