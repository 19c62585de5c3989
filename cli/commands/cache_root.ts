import { type Command, printed } from "../command.ts";

/** `zccache cache-root`. */
export const cacheRootCommand: Command = {
  name: "cache-root",
  aliases: [],
  summary: "show where the cache is",
  about: [
    "Prints the folder that holds artifacts, index, logs and socket. It needs no daemon and makes no folder.",
  ],
  operands: "",
  operandCount: [0, 0],
  options: [{ name: "json", meaning: "one JSON object, with the endpoint and where the setting comes from" }],
  examples: [
    ["zccache cache-root", "the folder"],
    ["du -sh $(zccache cache-root)", "what it takes on the disk"],
  ],
  exits: [[0, "shown"]],
  variables: ["ZCCACHE_CACHE_DIR", "ZCCACHE_ENDPOINT"],
  place: "anywhere",
  run: ({ settings, options }) => {
    if (!options.has("json")) return Promise.resolve(printed(`${settings.root}\n`));
    const object = {
      cache_root: settings.root,
      daemon_endpoint: settings.endpoint,
      source: settings.rootSource === "default" ? "default:home" : settings.rootSource,
    };
    return Promise.resolve(printed(`${JSON.stringify(object, null, 2)}\n`));
  },
};
