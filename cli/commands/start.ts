import { type Command, said } from "../command.ts";
import { ENDPOINT_OPTION, ENDPOINT_VARIABLES } from "./_options.ts";

/** `zccache start`. */
export const startCommand: Command = {
  name: "start",
  aliases: [],
  summary: "start the daemon",
  about: [
    "Starts the daemon of this cache root, unless it already runs, and returns when it answers. This is never " +
    "necessary: the first compile does the same.",
  ],
  operands: "",
  operandCount: [0, 0],
  options: [ENDPOINT_OPTION],
  examples: [
    ["zccache start", "start it"],
    ["ZCCACHE_IDLE_TIMEOUT_SECS=0 zccache start", "start it to stay for ever"],
  ],
  exits: [[0, "it runs"], [1, "it could not be started; the reason is on standard error"]],
  variables: [...ENDPOINT_VARIABLES, "ZCCACHE_IDLE_TIMEOUT_SECS", "ZCCACHE_NO_SPAWN"],
  place: "anywhere",
  run: async ({ settings, control }) => {
    const running = said(0, `daemon running at ${settings.endpoint}\n`);
    if (control === undefined) return running;
    const started = await control.start();
    return started.ok ? running : said(1, `failed to start daemon: ${started.error}\n`);
  },
};
