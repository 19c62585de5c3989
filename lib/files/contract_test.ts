import { type Bench, fileViewContract, RandomEdits } from "./contract/mod.ts";
import { type FileViewOptions, openFileView } from "./open_file_view.ts";

function opener(options: FileViewOptions): () => Bench {
  return () => {
    const root = Deno.realPathSync(Deno.makeTempDirSync());
    const view = openFileView(options);
    return {
      view,
      root,
      [Symbol.dispose]() {
        view[Symbol.dispose]();
        Deno.removeSync(root, { recursive: true });
      },
    };
  };
}

if (Deno.build.os === "linux") fileViewContract("the inotify view", opener({ watch: true }));
if (Deno.build.os === "linux") fileViewContract("the Linux stat view", opener({ watch: false }));
fileViewContract("the portable stat view", opener({ watch: false, portable: true }));

for (const watch of [true, false]) {
  Deno.test(`the ${watch ? "inotify" : "stat"} view agrees with the disk over random edits`, () => {
    for (const seed of [1, 2]) {
      using bench = opener({ watch })();
      new RandomEdits(bench, seed).run(60);
    }
  });
}
