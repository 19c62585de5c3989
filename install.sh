#!/bin/sh
# Installs a release of zccache: the launcher into a folder on PATH, the rest into ../lib/zccache of that folder.
#
#   install.sh [--user | --global] [--bin-dir DIR] [--version VERSION]
#
# ZCCACHE_INSTALL_MODE      user (default) or global
# ZCCACHE_INSTALL_DIR       the folder for the programs
# ZCCACHE_INSTALL_VERSION   a version, with or without the v; default: the latest
# ZCCACHE_INSTALL_REPO      OWNER/NAME on GitHub
# ZCCACHE_INSTALL_BASE_URL  a mirror, in the place of https://github.com/OWNER/NAME/releases
# ZCCACHE_NO_MODIFY_PATH    1: leave the shell's profile alone
set -eu

# The release workflow puts its own repository here.
DEFAULT_REPO="@REPOSITORY@"

say() { printf '[zccache-install] %s\n' "$*"; }
die() {
    printf '[zccache-install] ERROR: %s\n' "$*" >&2
    exit 1
}
need() { command -v "$1" >/dev/null 2>&1 || die "$1 is needed, and not here"; }

usage() {
    sed -n '2,11s/^# \{0,1\}//p' "$0" 2>/dev/null || say "install.sh [--user | --global] [--bin-dir DIR] [--version VERSION]"
}

# What fetch gives where there is no such file; anything else but 0 is a failure that says nothing of that.
ABSENT=44

# fetch URL FILE
fetch() {
    if command -v curl >/dev/null 2>&1; then
        status=$(curl -fsSL -o "$2" -w '%{http_code}' "$1") && return 0
        # 22 is an error of the server's, 37 a file:// that is not there
        case "$?:$status" in 22:404 | 22:410 | 37:*) return "$ABSENT" ;; esac
    else
        said=$(wget -q -S -O "$2" "$1" 2>&1) && return 0
        printf '%s\n' "$said" >&2
        case "$said" in *HTTP/*" 404"* | *HTTP/*" 410"*) return "$ABSENT" ;; esac
    fi
    return 1
}

# The address that a redirection leads to.
follow() {
    if command -v curl >/dev/null 2>&1; then
        curl -fsSLI -o /dev/null -w '%{url_effective}' "$1"
    else
        wget -q -S --spider "$1" 2>&1 | sed -n 's/^ *[Ll]ocation: *\([^ ]*\).*/\1/p' | tail -n 1 | tr -d '\r'
    fi
}

target() {
    case "$(uname -m)" in
    x86_64 | amd64) cpu=x86_64 ;;
    aarch64 | arm64) cpu=aarch64 ;;
    *) die "there are no archives for the processor $(uname -m)" ;;
    esac
    case "$(uname -s)" in
    Linux) echo "$cpu-unknown-linux-musl" ;;
    Darwin) echo "$cpu-apple-darwin" ;;
    *) die "there are no archives for $(uname -s); on Windows use install.ps1" ;;
    esac
}

sha256_of() {
    if command -v sha256sum >/dev/null 2>&1; then
        sha256sum "$1" | cut -d ' ' -f 1
    elif command -v shasum >/dev/null 2>&1; then
        shasum -a 256 "$1" | cut -d ' ' -f 1
    else
        die "sha256sum or shasum is needed to check the archive, and neither is here"
    fi
}

# verify FILE NAME SUMS: the archive must be what the release says it is.
verify() {
    wanted=$(awk -v name="$2" '{ sub(/^\*/, "", $2) } $2 == name { print $1 }' "$3")
    [ -n "$wanted" ] || die "SHA256SUMS does not name $2"
    actual=$(sha256_of "$1")
    [ "$actual" = "$wanted" ] || die "$2 is not what SHA256SUMS says: $actual instead of $wanted"
    say "checked $2 against SHA256SUMS"
}

# put FILE FOLDER: by a rename, because the old one may be running.
put() {
    name=$(basename "$1")
    cp "$1" "$2/.$name.new"
    chmod 755 "$2/.$name.new"
    mv -f "$2/.$name.new" "$2/$name"
}

# Adds a line to a shell's profile, once.
add_line() {
    grep -qsF "$1" "$2" && return 0
    printf '\n%s\n' "$1" >>"$2"
    say "added $bin_dir to PATH in $2"
}

add_to_path() {
    line="export PATH=\"$bin_dir:\$PATH\""
    add_line "$line" "$HOME/.profile"
    case "${SHELL:-}" in *zsh) add_line "$line" "$HOME/.zprofile" ;; esac
}

install_files() {
    lib_dir="$(dirname "$bin_dir")/lib/zccache"
    mkdir -p "$bin_dir"
    [ -f "$1/zccache" ] || die "the archive holds no zccache"
    if [ -d "$1/lib/zccache" ]; then
        mkdir -p "$lib_dir"
        for file in "$1"/lib/zccache/*; do put "$file" "$lib_dir"; done
    fi
    if [ -d "$1/share" ]; then
        mkdir -p "$(dirname "$bin_dir")/share"
        cp -R "$1/share/." "$(dirname "$bin_dir")/share/"
    fi
    put "$1/zccache" "$bin_dir"
    if [ -f "$1/zccache-daemon" ]; then put "$1/zccache-daemon" "$bin_dir"; else rm -f "$bin_dir/zccache-daemon"; fi
    if [ -f "$1/zccache-fp" ]; then put "$1/zccache-fp" "$bin_dir"; fi
    say "installed zccache into $bin_dir"
}

main() {
    mode=${ZCCACHE_INSTALL_MODE:-user}
    bin_dir=${ZCCACHE_INSTALL_DIR:-}
    version=${ZCCACHE_INSTALL_VERSION:-latest}
    while [ $# -gt 0 ]; do
        case "$1" in
        --user) mode=user ;;
        --global) mode=global ;;
        --bin-dir | --version)
            [ $# -gt 1 ] || die "$1 needs a value"
            if [ "$1" = --version ]; then version=$2; else bin_dir=$2; fi
            shift
            ;;
        -h | --help)
            usage
            return 0
            ;;
        *) die "unknown option $1; --help lists them" ;;
        esac
        shift
    done
    case "$mode" in
    user) [ -n "$bin_dir" ] || bin_dir="$HOME/.local/bin" ;;
    global) [ -n "$bin_dir" ] || bin_dir=/usr/local/bin ;;
    *) die "ZCCACHE_INSTALL_MODE is user or global, not $mode" ;;
    esac
    need tar
    need mktemp
    command -v curl >/dev/null 2>&1 || need wget

    repo=${ZCCACHE_INSTALL_REPO:-$DEFAULT_REPO}
    releases=${ZCCACHE_INSTALL_BASE_URL:-https://github.com/$repo/releases}
    case "$releases" in */@*@/*) die "set ZCCACHE_INSTALL_REPO to the OWNER/NAME that the releases are at" ;; esac
    tag=$version
    if [ "$tag" = latest ]; then
        tag=$(follow "$releases/latest") || die "cannot find out the latest version at $releases/latest"
        tag=${tag##*/}
        [ -n "$tag" ] || die "cannot find out the latest version at $releases/latest"
    fi
    name="zccache-v${tag#v}-$(target)"

    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' INT TERM
    # A version may be given without the v that our tags begin with.
    fetch "$releases/download/$tag/$name.tar.gz" "$work/$name.tar.gz" 2>/dev/null || tag="v${tag#v}"
    [ -s "$work/$name.tar.gz" ] || fetch "$releases/download/$tag/$name.tar.gz" "$work/$name.tar.gz" ||
        die "cannot download $releases/download/$tag/$name.tar.gz"
    sums="$releases/download/$tag/SHA256SUMS"
    fetched=0
    fetch "$sums" "$work/SHA256SUMS" 2>"$work/said" || fetched=$?
    case "$fetched" in
    0) verify "$work/$name.tar.gz" "$name.tar.gz" "$work/SHA256SUMS" ;;
    "$ABSENT") say "this release has no SHA256SUMS: the archive is not checked" ;;
    *)
        cat "$work/said" >&2
        die "cannot download $sums, so the archive can't be checked"
        ;;
    esac
    tar -xzf "$work/$name.tar.gz" -C "$work"
    install_files "$work/$name"
    if [ "$mode" = user ] && [ "${ZCCACHE_NO_MODIFY_PATH:-}" != 1 ]; then
        case ":$PATH:" in *":$bin_dir:"*) ;; *) add_to_path ;; esac
    fi
    "$bin_dir/zccache" --version || die "the installed zccache does not run"
}

main "$@"
