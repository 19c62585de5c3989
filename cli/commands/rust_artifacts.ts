import { absolutePath, type RustArtifact, tellCommonPath } from "../../lib/core/mod.ts";
import { type Command, type Context, type Outcome, printed, said } from "../command.ts";
import { formatBytes } from "../format.ts";
import { ENDPOINT_OPTION, ENDPOINT_VARIABLES, JSON_OPTION } from "./_options.ts";

/** `zccache rust-artifacts`. */
export const rustArtifactsCommand: Command = {
  name: "rust-artifacts",
  aliases: [],
  summary: "list the crates that are stored",
  about: [
    "Lists the Rust crates of which results are stored, each with the files of that result, as its compile has put them. " +
    "Of a crate that was compiled in many ways the latest eight are listed.",
  ],
  operands: "",
  operandCount: [0, 0],
  options: [
    { name: "below", takes: "FOLDER", meaning: "only files that were put below this folder" },
    {
      name: "remap",
      meaning: "with --below, also what ZCCACHE_PATH_REMAP=auto shares with the checkout around that folder",
    },
    {
      name: "worktree-root",
      takes: "FOLDER",
      meaning: "with --remap, the root of that checkout, as in ZCCACHE_WORKTREE_ROOT",
    },
    JSON_OPTION,
    {
      name: "contents",
      meaning: "with --json, also the bytes (base64) of small files, which are not stored as files",
    },
    ENDPOINT_OPTION,
  ],
  examples: [
    ["zccache rust-artifacts --below target/debug", "what of a build is stored"],
    ["zccache rust-artifacts --json | jq '.artifacts | length'", "how many there are"],
  ],
  exits: [[0, "listed"], [1, "no daemon is running"], [2, "usage"]],
  variables: [...ENDPOINT_VARIABLES],
  place: "daemon",
  run: list,
};

function list({ daemon, settings, options, cwd }: Context): Promise<Outcome> {
  const contents = options.has("contents");
  if (contents && !options.has("json")) {
    return Promise.resolve(said(2, "error: --contents goes with --json\n"));
  }
  if (options.has("remap") && options.value("below") === undefined) {
    return Promise.resolve(said(2, "error: --remap needs --below FOLDER\n"));
  }
  if (daemon === undefined) {
    return Promise.resolve(said(1, `daemon not running at ${settings.endpoint}\n`));
  }
  const folder = options.value("below");
  const below = folder === undefined ? undefined : absolutePath(folder, cwd);
  const root = options.value("worktree-root");
  const sharing = options.has("remap") ? { cwd, root } : undefined;
  const artifacts = daemon.rustArtifacts({ below, sharing });
  if (!options.has("json")) return Promise.resolve(printed(artifacts.map(toText).join("")));
  const object = { artifacts: artifacts.map((artifact) => toJson(artifact, contents)) };
  return Promise.resolve(printed(`${JSON.stringify(object, null, 2)}\n`));
}

function toText({ crate, types, source, files }: RustArtifact): string {
  const lines = files.map(({ path, sizeBytes }) => `  ${tellCommonPath(path)}  ${formatBytes(sizeBytes)}\n`);
  return `${crate} (${types.join(", ")})  ${tellCommonPath(source)}\n${lines.join("")}`;
}

function toJson(artifact: RustArtifact, contents: boolean): Record<string, unknown> {
  return {
    crate: artifact.crate,
    crate_types: artifact.types,
    source: tellCommonPath(artifact.source),
    key: artifact.result,
    made_unix_ms: artifact.atMs,
    outputs: artifact.files.map(({ path, sizeBytes, from, inline }) => ({
      path: tellCommonPath(path),
      size_bytes: sizeBytes,
      ...(from === undefined ? {} : { stored_in: from }),
      ...(contents && inline !== undefined ? { base64: inline.toBase64() } : {}),
    })),
  };
}
