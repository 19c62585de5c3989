#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "observe.h"

enum { MOST_NOTES = 200000, FIRST_SLOTS = 4096, BLOCK = 256 * 1024 };

static struct note *notes;
static size_t count, room;
static uint32_t *slots; /* indices into notes plus one; 0 = free */
static size_t slot_count;
static char *block;
static size_t block_left;
static char doubts[16];

void note_doubt(enum doubt doubt)
{
    size_t size = strlen(doubts);
    if (strchr(doubts, (char)doubt) == NULL && size + 1 < sizeof doubts) doubts[size] = (char)doubt;
}

const char *all_doubts(void)
{
    return doubts;
}

const struct note *all_notes(size_t *number)
{
    *number = count;
    return notes;
}

/* FNV-1a: the names come from tools that mean no harm, and a bad spread costs time only. */
static uint64_t hash_of(const char *path)
{
    uint64_t hash = 14695981039346656037u;
    for (; *path != '\0'; path++) hash = (hash ^ (uint8_t)*path) * 1099511628211u;
    return hash;
}

static char *keep_text(const char *text)
{
    size_t size = strlen(text) + 1;
    if (size > block_left) {
        block = malloc(BLOCK);
        if (block == NULL) return NULL;
        block_left = BLOCK;
    }
    char *kept = block;
    memcpy(kept, text, size);
    block += size;
    block_left -= size;
    return kept;
}

static uint32_t *slot_of(const char *path)
{
    size_t at = (size_t)hash_of(path) & (slot_count - 1);
    while (slots[at] != 0 && strcmp(notes[slots[at] - 1].path, path) != 0) at = (at + 1) & (slot_count - 1);
    return &slots[at];
}

static bool grow(void)
{
    if (count == room) {
        size_t more = room == 0 ? FIRST_SLOTS / 2 : 2 * room;
        struct note *bigger = realloc(notes, more * sizeof *notes);
        if (bigger == NULL) return false;
        notes = bigger;
        room = more;
    }
    if (2 * count < slot_count) return true;
    size_t more = slot_count == 0 ? FIRST_SLOTS : 2 * slot_count;
    uint32_t *wider = calloc(more, sizeof *wider);
    if (wider == NULL) return false;
    free(slots);
    slots = wider;
    slot_count = more;
    for (size_t i = 0; i < count; i++) *slot_of(notes[i].path) = (uint32_t)i + 1;
    return true;
}

static struct note *note_of(const char *path)
{
    if (slot_count > 0) {
        uint32_t known = *slot_of(path);
        if (known != 0) return &notes[known - 1];
    }
    if (count == MOST_NOTES || !grow()) return NULL;
    char *kept = keep_text(path);
    if (kept == NULL) return NULL;
    notes[count] = (struct note){kept, 0};
    *slot_of(path) = (uint32_t)count + 1;
    return &notes[count++];
}

/* Folds what means nothing: a path is then written in one way, but for links and "..". */
static void fold(const char *path, char folded[PATH_BYTES])
{
    size_t size = 0;
    while (*path != '\0' && size + 1 < PATH_BYTES) {
        if (path[0] == '/' && (path[1] == '/' || (path[1] == '.' && (path[2] == '/' || path[2] == '\0')))) {
            path += path[1] == '/' ? 1 : 2;
        } else {
            folded[size++] = *path++;
        }
    }
    if (size > 1 && folded[size - 1] == '/') size--;
    if (size == 0) folded[size++] = '/';
    folded[size] = '\0';
}

static const char *private_folder;

void keep_private(const char *folder)
{
    private_folder = folder;
}

bool is_private(const char *path)
{
    size_t size = private_folder == NULL ? 0 : strlen(private_folder);
    return size > 0 && strncmp(path, private_folder, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

void note_fact(const char *path, unsigned fact)
{
    char folded[PATH_BYTES];
    fold(path, folded);
    if (is_private(folded)) return;
    struct note *note = note_of(folded);
    if (note == NULL) {
        note_doubt(DOUBT_LIMIT);
        return;
    }
    /* What the run made is its own: reading, changing or removing it tells nothing of the world before. */
    if ((note->facts & FACT_WRITTEN) != 0) return;
    struct stat file;
    /* What was looked at and is then made: whether it was there may show, and what was read of it. */
    if (fact == FACT_WRITTEN && note->facts != 0 && lstat(folded, &file) == 0) {
        fact |= FACT_WAS_THERE | ((note->facts & FACT_READ) != 0 ? FACT_REMOVED : 0);
    }
    note->facts |= fact;
}
