/*
 * Stands in for rustup: links to it are called as the tools of the toolchain that is chosen, by +NAME, RUSTUP_TOOLCHAIN or
 * rust-toolchain.toml. Two are there: the one in REAL_BIN, and `other`, which is the same with a configuration of its own.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Whether a rust-toolchain.toml that says `other` is in this folder or one above. */
static int chosen_by_file(void) {
  char folder[PATH_MAX], path[PATH_MAX + 32], text[256];
  if (!getcwd(folder, sizeof folder)) return 0;
  for (;;) {
    snprintf(path, sizeof path, "%s/rust-toolchain.toml", folder);
    FILE *file = fopen(path, "r");
    if (file) {
      size_t length = fread(text, 1, sizeof text - 1, file);
      fclose(file);
      text[length] = 0;
      return strstr(text, "\"other\"") != NULL;
    }
    char *slash = strrchr(folder, '/');
    if (!slash) return 0;
    *slash = 0;
  }
}

int main(int argc, char **argv) {
  const char *slash = strrchr(argv[0], '/');
  const char *name = slash ? slash + 1 : argv[0];
  const char *chosen = getenv("RUSTUP_TOOLCHAIN");
  if (argc > 1 && argv[1][0] == '+') {
    chosen = argv[1] + 1;
    memmove(argv + 1, argv + 2, (size_t)(argc - 1) * sizeof *argv);
    argc--;
  }
  int other = chosen ? strcmp(chosen, "other") == 0 : chosen_by_file();
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/%s", REAL_BIN, name);
  const char **args = calloc((size_t)argc + 3, sizeof *args);
  memcpy(args, argv, (size_t)argc * sizeof *argv);
  args[0] = path;
  if (other && strcmp(name, "rustfmt") == 0) {
    args[argc++] = "--config";
    args[argc++] = "tab_spaces=3";
  } else if (other && argc > 1 && strcmp(argv[1], "-vV") == 0) {
    puts("of the other toolchain");
    fflush(stdout);
  } else if (other && strcmp(name, "rustc") == 0) {
    args[argc++] = "--cfg";
    args[argc++] = "other";
  }
  execv(path, (char **)args);
  return 127;
}
