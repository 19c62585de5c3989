import { type Bench, fileViewContract } from "./contract.ts";
import { type FileViewOptions, openFileView } from "./open_file_view.ts";

function opener(options: FileViewOptions): () => Bench {
  return () => {
    const root = Deno.realPathSync(Deno.makeTempDirSync());
    const view = openFileView(options);
    return {
      view,
      root,
      exact: options.watch,
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
