/** What launcher, CLI and daemon say to each other: messages and their bytes, no I/O. */
export * from "./decode.ts";
export * from "./door.ts";
export * from "./encode.ts";
export { FrameError } from "./fields.ts";
export * from "./messages.ts";
