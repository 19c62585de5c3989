/** What a produced file's mode says of its tool, beyond the system's own bits. */

/** The system's own: the file's type and rights. */
export const SYSTEM_MODE = 0o177777;

/** It writes into what stands there already, which keeps its mode and owner, instead of putting a new file in its place. */
export const WRITTEN_INTO = 0o200000;

/** It makes the file anew whatever stands there: the older one may be given up before the new one can be had. */
export const MADE_ANEW = 0o400000;

/** How a text is kept that its tool writes into what stands there: as where nothing stood, for a copy may have an older file's mode. */
export const NEW_TEXT = MADE_ANEW | WRITTEN_INTO | 0o644;
