#include <stdlib.h>
#include <string.h>

#include "../temporary.h"
#include "launcher.h"

/* The temporary of a hit's file. */
static bool name_temporary(const struct wire_file *file, size_t index, char path[PATH_BYTES])
{
    return temporary_name(text_in(path, PATH_BYTES), file->dest, GetCurrentProcessId(), index);
}

static HANDLE open_file(const char *path, DWORD access, DWORD disposition, DWORD flags)
{
    wchar_t *wide = to_wide(path);
    if (wide == NULL) return INVALID_HANDLE_VALUE;
    DWORD share = FILE_SHARE_READ | (disposition == OPEN_EXISTING ? FILE_SHARE_WRITE | FILE_SHARE_DELETE : 0);
    HANDLE file = CreateFileW(wide, access, share, NULL, disposition, flags, NULL);
    free(wide);
    return file;
}

/* Nothing there, or a plain file with one name; a reparse point is looked at itself. */
static bool is_replaceable(const char *path)
{
    BY_HANDLE_FILE_INFORMATION info;
    DWORD flags = FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT;
    HANDLE file = open_file(path, 0, OPEN_EXISTING, flags);
    if (file == INVALID_HANDLE_VALUE) return GetLastError() == ERROR_FILE_NOT_FOUND;
    DWORD unusual = FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_REPARSE_POINT | FILE_ATTRIBUTE_DEVICE;
    bool plain = GetFileType(file) == FILE_TYPE_DISK && GetFileInformationByHandle(file, &info) &&
                 (info.dwFileAttributes & unusual) == 0 && info.nNumberOfLinks == 1;
    CloseHandle(file);
    return plain;
}

static bool write_whole(HANDLE file, const uint8_t *at, size_t size)
{
    DWORD n;
    while (size > 0) {
        if (!WriteFile(file, at, size < 1 << 20 ? (DWORD)size : 1 << 20, &n, NULL) || n == 0) return false;
        at += n;
        size -= n;
    }
    return true;
}

/* A copy with a time and rights of its own, which CopyFile would take from the source. */
bool copy_file(const char *from, const char *to, uint64_t *size)
{
    static uint8_t block[64 * 1024];
    DWORD n = 0;
    *size = 0;
    HANDLE source = open_file(from, GENERIC_READ, OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN);
    if (source == INVALID_HANDLE_VALUE) return false;
    bool done = GetFileType(source) == FILE_TYPE_DISK;
    HANDLE target = done ? open_file(to, GENERIC_WRITE, CREATE_NEW, FILE_ATTRIBUTE_NORMAL) : INVALID_HANDLE_VALUE;
    if (target != INVALID_HANDLE_VALUE) {
        while ((done = ReadFile(source, block, sizeof block, &n, NULL)) && n > 0 && (done = write_whole(target, block, n))) {
            *size += n;
        }
        done = CloseHandle(target) && done;
    } else {
        done = false;
    }
    CloseHandle(source);
    return done;
}

static bool write_new(const char *path, struct wire_bytes content)
{
    HANDLE file = open_file(path, GENERIC_WRITE, CREATE_NEW, FILE_ATTRIBUTE_NORMAL);
    if (file == INVALID_HANDLE_VALUE) return false;
    bool done = write_whole(file, content.at, content.size);
    return CloseHandle(file) && done;
}

static void remove_temporaries(const struct wire_reply *reply, size_t from, size_t to)
{
    static char temporary[PATH_BYTES];
    for (size_t i = from; i < to; i++) {
        wchar_t *wide = name_temporary(&reply->files[i], i, temporary) ? to_wide(temporary) : NULL;
        if (wide != NULL) DeleteFileW(wide);
        free(wide);
    }
}

static bool rename_over(const char *from, const char *to)
{
    wchar_t *wide_from = to_wide(from), *wide_to = to_wide(to);
    bool done = wide_from != NULL && wide_to != NULL && MoveFileExW(wide_from, wide_to, MOVEFILE_REPLACE_EXISTING);
    free(wide_from);
    free(wide_to);
    return done;
}

bool deliver(const struct wire_reply *reply, const char **why)
{
    static char temporary[PATH_BYTES];
    uint64_t size;
    for (size_t i = 0; i < reply->file_count; i++) {
        const struct wire_file *file = &reply->files[i];
        *why = "an output is not a plain file";
        bool done = is_replaceable(file->dest);
        if (done) {
            *why = "a file of the hit could not be written";
            done = name_temporary(file, i, temporary) && (file->from != NULL ? copy_file(file->from, temporary, &size)
                                                                             : write_new(temporary, file->content));
        }
        if (done) continue;
        remove_temporaries(reply, 0, i + 1);
        return false;
    }
    for (size_t i = 0; i < reply->file_count; i++) {
        if (name_temporary(&reply->files[i], i, temporary) && rename_over(temporary, reply->files[i].dest)) continue;
        *why = "a file of the hit could not be renamed";
        remove_temporaries(reply, i, reply->file_count);
        return false;
    }
    return true;
}
