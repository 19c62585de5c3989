/**
 * In a produced file's mode, beyond the system's own bits: its tool writes into what stands there already, which keeps its
 * mode and owner, instead of putting a new file in its place.
 */
export const WRITTEN_INTO = 0o200000;
