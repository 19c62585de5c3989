import assert from "node:assert/strict";
import { Blake3 } from "./blake3.ts";

/** Digests of the bytes 0, 1, … 250, 0, 1, …, as the function's authors' own implementation gives them: of this many. */
const PUBLISHED: readonly (readonly [bytes: number, digest: string])[] = [
  [0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"],
  [1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"],
  [64, "4eed7141ea4a5cd4b788606bd23f46e212af9cacebacdc7d1f4c6dc7f2511b98"],
  [65, "de1e5fa0be70df6d2be8fffd0e99ceaa8eb6e8c93a63f2d8d1c30ecb6b263dee"],
  [1023, "10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11"],
  [1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"],
  [1025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444"],
  [2048, "e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a"],
  [2049, "5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030"],
  [3072, "b98cb0ff3623be03326b373de6b9095218513e64f1ee2edd2525c7ad1e5cffd2"],
  [4096, "015094013f57a5277b59d8475c0501042c0b642e531b0a1c8f58d2163229e969"],
  [4097, "9b4052b38f1c5fc8b1f9ff7ac7b27cd242487b3d890d15c96a1c25b8aa0fb995"],
  [5121, "628bd2cb2004694adaab7bbd778a25df25c47b9d4155a55f8fbd79f2fe154cff"],
  [7168, "61da957ec2499a95d6b8023e2b0e604ec7f6b50e80a9678b89d2628e99ada77a"],
  [8193, "bab6c09cb8ce8cf459261398d2e7aef35700bf488116ceb94a36d0f5f1b7bc3b"],
  [16384, "f875d6646de28985646f34ee13be9a576fd515f76b5b0a26bb324735041ddde4"],
  [31744, "62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47"],
  [65536, "68d647e619a930e7b1082f74f334b0c65a315725569bdc123f0ee11881717bfe"],
  [65537, "7c99f9840a73dfcb6e5bfe4ff6d1558acab7e015640790c26411818bdbe17eca"],
  [102400, "bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085"],
  [131072, "306baba93b1a393cbd35172837c98b0f59a41f64e1b2682ae102d8b2534b9e1c"],
  [131073, "f837d4254d24ba3d50fe3743d46e4af6db5f5d6ab0469197d94e7ba1e906c4d8"],
  [196609, "24af087e4d878227c008c68e1813d2c10d621f9ffcca0160cf11b9bc5f19a532"],
  [262144, "d57dc906e20d3fd326ffaa85535500486f46a0979f5a323f028dcabfd381fd4a"],
  [1000003, "cd5a3272e01b1a2f47bb4565d8d202db0f95704d32550a2da61a0fd363d4c90d"],
];

function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => at % 251);
}

function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function digestOf(hasher: Blake3, pieces: Iterable<Uint8Array>): string {
  hasher.begin();
  for (const piece of pieces) hasher.update(piece);
  return hasher.digest();
}

Deno.test("a digest is the published function's", () => {
  const hasher = new Blake3();
  for (const [length, digest] of PUBLISHED) {
    assert.equal(digestOf(hasher, [pattern(length)]), digest, `${length} bytes`);
  }
});

Deno.test("however an input is cut, the digest is the same", () => {
  const hasher = new Blake3();
  for (const [length, digest] of PUBLISHED) {
    const sizes = [1, 7, 1000, 1024, 65_535, 65_536, 65_537].filter((size) => length / size < 20_000);
    for (const size of sizes) {
      assert.equal(digestOf(hasher, cut(pattern(length), size)), digest, `${length} bytes by ${size}`);
    }
  }
});

Deno.test("what was hashed before, or is being hashed by another, does not count", () => {
  const hasher = new Blake3();
  const other = new Blake3();
  for (const [length, digest] of PUBLISHED) {
    hasher.begin();
    hasher.update(new Uint8Array(200_000).fill(0xff));
    hasher.begin();
    other.begin();
    other.update(pattern(70_000));
    hasher.update(pattern(length));
    other.update(pattern(70_000));
    assert.equal(hasher.digest(), digest, `${length} bytes`);
  }
});
