/** `zccache TOOL …` without the launcher: the same protocol, the same promises, in TypeScript. */
export { wrapTool } from "./wrap_tool.ts";
