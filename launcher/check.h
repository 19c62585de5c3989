/* What the C tests say a failure with: where, and which condition. */
#ifndef ZCCACHE_CHECK_H
#define ZCCACHE_CHECK_H

#include <stdio.h>

static int failures;

#define CHECK(condition)                                                      \
    do {                                                                      \
        if (!(condition)) {                                                   \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);   \
            failures++;                                                       \
        }                                                                     \
    } while (0)

#endif
