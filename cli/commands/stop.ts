import { type Command, said } from "../command.ts";
import { ENDPOINT_OPTION, ENDPOINT_VARIABLES } from "./_options.ts";

/** `zccache stop`: in the caller's process, because only from outside can be seen that the daemon is gone. */
export const stopCommand: Command = {
  name: "stop",
  aliases: ["kill"],
  summary: "stop the daemon",
  about: [
    "Asks the daemon to leave and waits until it has: it finishes the requests in hand, writes its index and gives up " +
    "its lock. What is stored stays. The next compile starts a daemon again.",
  ],
  operands: "",
  operandCount: [0, 0],
  options: [ENDPOINT_OPTION],
  examples: [["zccache stop", "stop it"]],
  exits: [[0, "it has left, or none was running"], [1, "it is still there after the time limit"]],
  variables: [...ENDPOINT_VARIABLES],
  place: "caller",
  run: async ({ settings, control }) => {
    if (control === undefined) throw new TypeError("Cannot stop the daemon from inside it");
    const stopped = await control.stop();
    if (!stopped.ok) return said(1, `failed to stop daemon: ${stopped.error}\n`);
    return said(0, stopped.value ? "daemon stopped\n" : `daemon not running at ${settings.endpoint}\n`);
  },
};
