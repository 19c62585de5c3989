/* Names for what is to be renamed over another file. */
#ifndef ZCCACHE_TEMPORARY_H
#define ZCCACHE_TEMPORARY_H

#include "text.h"

/* DIR/.NAME.zccPROCESS-INDEX for DIR/NAME, into an empty text. False if that has no room, or if there is no NAME. */
bool temporary_name(struct text text, const char *path, uint64_t process, size_t index);

#endif
