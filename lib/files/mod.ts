/** The file view: what is in which file, as of now. */
export * from "./file_view.ts";
export * from "./open_file_view.ts";
export { FakeFileView } from "./fake.ts";
export { identityOf } from "./identity.ts";
export { LEAST_COMPARED_BYTES } from "./originals.ts";
