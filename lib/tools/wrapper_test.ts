import assert from "node:assert/strict";
import { transparentWrapper } from "./wrapper.ts";

const plain = { target: "/usr/bin/gcc", args: [], lastArgs: [] };
const TRANSPARENT = [
  ['#!/bin/sh\nexec /usr/bin/gcc "$@"\n', plain],
  ['#!/usr/bin/env bash\n# a comment\n\nset -e\nexec "/usr/bin/gcc" "$@"\n', plain],
  ["#!/bin/bash -e\n  exec '/usr/bin/gcc' ${1+\"$@\"}", plain],
  ['#! /bin/dash\nset -eu\nexec gcc -m32 "-DX=a b" "$@" -Wl,-z,now\n', {
    target: "gcc",
    args: ["-m32", "-DX=a b"],
    lastArgs: ["-Wl,-z,now"],
  }],
  ['#!/bin/sh\nexec ccache /opt/x/gcc "$@"\n', { target: "ccache", args: ["/opt/x/gcc"], lastArgs: [] }],
] as const;
for (const [text, found] of TRANSPARENT) {
  Deno.test(`transparentWrapper() reads ${JSON.stringify(text)}`, () => {
    assert.deepEqual(transparentWrapper(text), found);
  });
}

const OPAQUE = [
  '/usr/bin/gcc "$@"\n',
  '#!/usr/bin/python3\nexec gcc "$@"\n',
  '#!/bin/sh\ngcc "$@"\n',
  "#!/bin/sh\nexec gcc $@\n",
  '#!/bin/sh\nexec gcc "$*"\n',
  "#!/bin/sh\nexec gcc\n",
  '#!/bin/sh\nexec "${REALGCC:-gcc}" "$@"\n',
  '#!/bin/sh\nexec "$CC" "$@"\n',
  '#!/bin/sh\nexec `which gcc` "$@"\n',
  '#!/bin/sh\nexec gcc "$@" "$@"\n',
  '#!/bin/sh\nexport CPATH=/x\nexec gcc "$@"\n',
  '#!/bin/sh\nCPATH=/x exec gcc "$@"\n',
  '#!/bin/sh\nexec CPATH=/x gcc "$@"\n',
  '#!/bin/sh\nexec -a cc gcc "$@"\n',
  '#!/bin/sh\nexec gcc "$@" 2>/dev/null\n',
  '#!/bin/sh\nexec gcc "$@" | cat\n',
  '#!/bin/sh\nexec gcc "$@" && true\n',
  '#!/bin/sh\nexec ~/gcc "$@"\n',
  '#!/bin/sh\nexec gcc *.c "$@"\n',
  '#!/bin/sh\nexec gcc "a"b "$@"\n',
  '#!/bin/sh\nexec gcc \\\n "$@"\n',
  '#!/bin/sh -x\nexec gcc "$@"\n',
  '#!/bin/sh\nset -x\nexec gcc "$@"\n',
  '#!/bin/sh\nexec gcc "$@" # really\n',
  "",
];
for (const text of OPAQUE) {
  Deno.test(`transparentWrapper() does not trust ${JSON.stringify(text)}`, () => {
    assert.equal(transparentWrapper(text), undefined);
  });
}
