import { Rig, testWith } from "../rig.ts";
import { PACKAGE } from "./package.ts";
import { eachInput, type InputCase } from "../rig/input_cases.ts";

const FILES = {
  "a.c": `#include <stdio.h>\n#include "h.h"\nint main() { return printf(H) < 0; }\n`,
  "h.h": `#define H "hello"\n`,
  "lib.js": `mergeInto(LibraryManager.library, { from_js: function () { return 7; } });\n`,
  "calls.c": `int from_js(void);\nint main() { return from_js(); }\n`,
  "before.js": "// before\n",
  "shell.html": "<html>{{{ SCRIPT }}}</html>\n",
  "data/one.txt": "one",
  "data/two.txt": "two",
};

/** Emscripten's tree, of which the scripts and the version are our own. */
const TREE =
  "mkdir tree && ln -s /usr/share/emscripten/* /usr/share/emscripten/.emscripten tree/ && cd tree &&" +
  " rm -r *.py tools emscripten-version.txt && cd /usr/share/emscripten &&" +
  ' cp -r *.py tools emscripten-version.txt "$OLDPWD"';
const OWN_TREE = { PYTHONDONTWRITEBYTECODE: "1", EM_CONFIG: "WORK/tree/.emscripten" };

const CASES: readonly InputCase[] = [
  { name: "a header", run: "emcc a.c -o a.js", edit: "sed -i s/hello/bye/ h.h" },
  {
    name: "a library of JavaScript",
    run: "emcc calls.c --js-library lib.js -o a.js",
    edit: "sed -i s/7/8/ lib.js",
  },
  {
    name: "the page and what is put before the script",
    run: "emcc a.c --shell-file shell.html --pre-js before.js -o a.html",
    edit: "sed -i s/before/first/ before.js",
  },
  {
    name: "the page",
    run: "emcc a.c --shell-file shell.html -o a.html",
    edit: "sed -i 's/<html>/<html lang=eo>/' shell.html",
  },
  {
    name: "a file that is packed",
    run: "emcc a.c --preload-file data/one.txt -o a.html",
    edit: "echo another > data/one.txt",
    allow: PACKAGE,
  },
  {
    name: "a file that appears in a folder that is packed",
    run: "emcc a.c --preload-file data -o a.js",
    edit: "echo three > data/three.txt",
    allow: PACKAGE,
  },
  {
    name: "a file that is embedded",
    run: "emcc a.c --embed-file data/one.txt -o a.js",
    edit: "echo another > data/one.txt",
  },
  {
    name: "the version of its tree",
    made: TREE,
    run: "tree/emcc.py -c a.c",
    env: OWN_TREE,
    edit: `echo '"9.9.9"' > tree/emscripten-version.txt`,
  },
  {
    name: "a script of its tree",
    made: TREE,
    run: "tree/emcc.py -c a.c",
    env: OWN_TREE,
    edit: "echo '# more' >> tree/tools/shared.py",
  },
];

testWith(["emcc"], "Emscripten builds again when anything it reads is another", async (t) => {
  await using rig = await Rig.open();
  await eachInput(t, { rig, files: () => FILES }, CASES);
});
