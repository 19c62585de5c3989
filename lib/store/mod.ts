/** Results and the inputs they hold for: blobs by content, an index, eviction. */
export { openStore, type StoreOptions } from "./open_store.ts";
export { FolderShelf, type FolderShelfOptions } from "./folders/folder_shelf.ts";
export { openFolderShelf } from "./folders/open_folder_shelf.ts";
export { openMemoryStore } from "./memory_store.ts";
export { type Volume, volumeOf } from "./blobs/volume.ts";
export * from "./index/input_set.ts";
export * from "./store.ts";
