#include "temporary.h"

#include <string.h>

#include "command_line.h"

enum { NAME_KEPT = 200 }; /* so that the temporary's name is not too long for the folder */

bool temporary_name(struct text text, const char *path, uint64_t process, size_t index)
{
    const char *name = base_name(path);
    size_t size = strlen(name);
    text_add_bytes(&text, path, (size_t)(name - path));
    text_add(&text, ".");
    text_add_bytes(&text, name, size < NAME_KEPT ? size : NAME_KEPT);
    text_add(&text, ".zcc");
    text_add_number(&text, process, 1);
    text_add(&text, "-");
    text_add_number(&text, index, 1);
    return !text.full && size > 0;
}
