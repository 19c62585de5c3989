import { VERSION } from "../lib/core/version.ts";

/** A machine that there are archives for. */
export interface Target {
  /** What `deno compile` calls it. */
  readonly compile: string;
  /** The npm package that holds Deno for it. */
  readonly runtime: string;
}

/** By the names that the archives have; the launcher is static, the runtime on Linux needs glibc. */
export const RELEASE_TARGETS: Readonly<Record<string, Target>> = {
  "x86_64-unknown-linux-musl": { compile: "x86_64-unknown-linux-gnu", runtime: "@deno/linux-x64-glibc" },
  "aarch64-unknown-linux-musl": { compile: "aarch64-unknown-linux-gnu", runtime: "@deno/linux-arm64-glibc" },
  "x86_64-apple-darwin": { compile: "x86_64-apple-darwin", runtime: "@deno/darwin-x64" },
  "aarch64-apple-darwin": { compile: "aarch64-apple-darwin", runtime: "@deno/darwin-arm64" },
  "x86_64-pc-windows-msvc": { compile: "x86_64-pc-windows-msvc", runtime: "@deno/win32-x64" },
  "aarch64-pc-windows-msvc": { compile: "aarch64-pc-windows-msvc", runtime: "@deno/win32-arm64" },
};

/** The name of an archive without its suffix, which is also the folder inside. */
export function archiveName(target: string): string {
  return `zccache-v${VERSION}-${target}`;
}

/** The target that this machine is; undefined if there are no archives for it. */
export function ownTarget(): string | undefined {
  const systems: Readonly<Record<string, string>> = {
    linux: "unknown-linux-musl",
    darwin: "apple-darwin",
    windows: "pc-windows-msvc",
  };
  const system = systems[Deno.build.os];
  return system === undefined ? undefined : `${Deno.build.arch}-${system}`;
}
