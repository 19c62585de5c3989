import type { ReasonRows } from "./rows.ts";

/** Why results stay with one checkout; the command is cached all the same. */
export const SHARING_REASONS = {
  "git_root_unavailable": {
    code: 71,
    text: "not shared: no Git checkout around the command, and no ZCCACHE_WORKTREE_ROOT",
    remedy: "set ZCCACHE_WORKTREE_ROOT to the folder that differs between the checkouts",
  },
  "path_outside_root": {
    code: 72,
    text: "not shared: the source is outside of the checkout",
    remedy: "set ZCCACHE_WORKTREE_ROOT to a folder that holds the source too",
  },
  "path_sensitive_arg": {
    code: 73,
    text: "not shared: an option, a variable or the result itself holds the checkout's path",
    remedy: "give the path relative to the checkout, or leave the option out",
  },
  "content_hash_mismatch": {
    code: 74,
    text: "not shared: another checkout has the same command with other file contents",
    remedy: "nothing: the checkouts differ in what the command reads",
  },
  "toolchain_mismatch": {
    code: 75,
    text: "not shared: another checkout uses another compiler, or this one can't leave paths out",
    remedy: "use the same compiler in both; gcc shares from version 8 on, clang from 13 on",
  },
  "unsupported_language": {
    code: 76,
    text: "not shared: the language is none whose results can be freed of paths",
    remedy: "nothing: C, C++ and Objective-C are shared",
  },
} as const satisfies ReasonRows;
