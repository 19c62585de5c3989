/* A tool for the tests on wine. Each argument is something to do; the exit code is the last `exit:N`, or 0. */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

static void say(HANDLE stream, const wchar_t *text)
{
    char bytes[4096];
    DWORD n;
    int size = WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes, sizeof bytes - 1, NULL, NULL);
    if (size <= 0) exit(99);
    bytes[size - 1] = '\n';
    WriteFile(stream, bytes, (DWORD)size, &n, NULL);
}

static void write_file(const wchar_t *path)
{
    FILE *file = _wfopen(path, L"wb");
    if (file == NULL) exit(98);
    fputs("made by the tool\n", file);
    fclose(file);
}

int wmain(int argc, wchar_t **argv)
{
    int code = 0;
    for (int i = 1; i < argc; i++) {
        const wchar_t *colon = wcschr(argv[i], L':'), *value = colon == NULL ? L"" : colon + 1;
        if (wcsncmp(argv[i], L"out:", 4) == 0) say(GetStdHandle(STD_OUTPUT_HANDLE), value);
        else if (wcsncmp(argv[i], L"err:", 4) == 0) say(GetStdHandle(STD_ERROR_HANDLE), value);
        else if (wcsncmp(argv[i], L"write:", 6) == 0) write_file(value);
        else if (wcsncmp(argv[i], L"exit:", 5) == 0) code = _wtoi(value);
        else if (wcsncmp(argv[i], L"sleep:", 6) == 0) Sleep((DWORD)_wtoi(value));
        else if (wcsncmp(argv[i], L"env:", 4) == 0) {
            wchar_t *found = _wgetenv(value);
            say(GetStdHandle(STD_OUTPUT_HANDLE), found == NULL ? L"(unset)" : found);
        } else if (wcscmp(argv[i], L"much") == 0) {
            for (int line = 0; line < 20000; line++) say(GetStdHandle(STD_OUTPUT_HANDLE), L"a line of fifty characters, again and again and..");
        } else return 97;
    }
    return code;
}
