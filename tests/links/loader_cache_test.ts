import assert from "node:assert/strict";
import { assertOk, launcher, Rig, testWith, text } from "../rig.ts";

/** Has an /etc of its own, in which `ldconfig` may do what it likes; tells the number of hits after each link. */
const SCRIPT = `
mount --bind etc /etc
link() {
  rm -f prog
  "$ZCCACHE" gcc m.o -o prog
  cmp prog bare
  "$ZCCACHE" status --json | jq -r '"\\(.daemon.link_hits) hits after '"$1"'"'
}
link "the first"
link "the second"
echo "$PWD/unrelated" > /etc/ld.so.conf.d/0.conf
ldconfig
ldconfig -p | grep -q "$PWD/unrelated"
link "a library that the linker doesn't load"
echo "$PWD/other" > /etc/ld.so.conf.d/0.conf
ldconfig
ldd /usr/bin/ld | grep -q "$PWD/other"
link "a library that the linker loads"
rm /etc/ld.so.conf.d/0.conf
ldconfig
link "all is as it was"
rm -r other unrelated
cp /etc/ld.so.cache kept
: > /etc/ld.so.cache
link "nothing is left of it"
cat kept > /etc/ld.so.cache
link "it's there again"
"$ZCCACHE" stop
`;

testWith(
  ["gcc", "ld", "ldd", "jq", "root", "unshare"],
  "a link takes no notice of libraries that are installed, but of those that its programs would load",
  async () => {
    await using rig = await Rig.open({ env: { ZCCACHE: launcher.prefix[0]! } });
    rig.fresh({ "m.c": "int main(void) { return 0; }\n", "other/.keep": "", "unrelated/.keep": "" });
    const prepared = [
      "cp -a /etc .",
      "gcc -c m.c",
      "gcc m.o -o bare",
      "cp $(ldd /usr/bin/ld | sed -n 's/.*=> \\(.*libz[^ ]*\\) .*/\\1/p') other/",
      "gcc -shared -nostdlib -x c /dev/null -o unrelated/libunrelated.so",
    ];
    assertOk(await rig.bare(["sh", "-ec", prepared.join("\n")]));
    await rig.settled();
    const ran = await rig.bare(["unshare", "--mount", "--propagation", "private", "sh", "-ec", SCRIPT], {
      env: { PATH: `${rig.env["PATH"]}:/usr/sbin:/sbin` },
    });
    assertOk(ran);
    assert.deepEqual(text(ran.stdout).match(/^\d hits.*/gm), [
      "0 hits after the first",
      "1 hits after the second",
      "2 hits after a library that the linker doesn't load",
      "2 hits after a library that the linker loads",
      "3 hits after all is as it was",
      "3 hits after nothing is left of it",
      "4 hits after it's there again",
    ]);
  },
);
