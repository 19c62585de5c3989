/** An open-source code base that arrives as a package; nothing of it is kept in this repository. */
export interface KnownCodeBase {
  /** What it is, in a few words. */
  readonly title: string;
  /** The licences of what is compiled. */
  readonly licence: string;
  readonly package: string;
  readonly version: string;
  /** The package's digest as the registry states it. */
  readonly integrity: string;
  /** Folders below the package whose sources are compiled, with everything below them. */
  readonly folders: readonly string[];
  /** Sources that are left out: tests, benchmarks, other systems. Matched against the path in the package. */
  readonly skip: RegExp;
  readonly cFlags: readonly string[];
  readonly cxxFlags: readonly string[];
  /** A C++ unit of the middling kind, for measurements of one compile. */
  readonly unit: string;
}

const RE2_INCLUDES = ["-Ivendor/re2", "-Ivendor/abseil-cpp"];
const LEVELDB = "deps/leveldb/leveldb-1.20";
const LEVELDB_FLAGS = [
  `-I${LEVELDB}`,
  `-I${LEVELDB}/include`,
  "-Ideps/snappy/linux",
  "-Ideps/snappy/snappy",
  "-DSNAPPY=1",
  "-DLEVELDB_PLATFORM_POSIX=1",
  "-DOS_LINUX=1",
  "-fno-builtin-memcmp",
];

/** The code bases that the demo and the bench know how to compile; the flags are those of the packages' own builds. */
export const KNOWN: Readonly<Record<string, KnownCodeBase>> = {
  re2: {
    title: "RE2 and Abseil (C++17)",
    licence: "BSD-3-Clause (RE2), Apache-2.0 (Abseil)",
    package: "re2",
    version: "1.27.1",
    integrity:
      "sha512-J0RHubiwH/isNWD2Z+TX+hpVZCkaS/X30KPtYwckK5sjEaW8BRhnd15EPIjBB5GxD174iEVtJmmCoqfErH1qDQ==",
    folders: ["vendor/re2/re2", "vendor/re2/util", "vendor/abseil-cpp/absl"],
    skip: /test|bench|fuzz|mock|_nonprod|gentables|print_hash_of|status_matchers|win32|_win\.cc/,
    cFlags: ["-O2", "-DNDEBUG", ...RE2_INCLUDES],
    cxxFlags: ["-std=c++17", "-O2", "-DNDEBUG", "-pthread", ...RE2_INCLUDES],
    unit: "vendor/re2/re2/prefilter.cc",
  },
  leveldb: {
    title: "LevelDB and Snappy (C++11)",
    licence: "BSD-3-Clause",
    package: "classic-level",
    version: "3.0.0",
    integrity:
      "sha512-yGy8j8LjPbN0Bh3+ygmyYvrmskVita92pD/zCoalfcC9XxZj6iDtZTAnz+ot7GG8p9KLTG+MZ84tSA4AhkgVZQ==",
    folders: [
      `${LEVELDB}/db`,
      `${LEVELDB}/helpers`,
      `${LEVELDB}/port`,
      `${LEVELDB}/table`,
      `${LEVELDB}/util`,
    ],
    skip: /_test|_bench|_win|port_uv|testharness|testutil|db_bench|leveldbutil|c_test|\/c\.cc/,
    cFlags: ["-O2", ...LEVELDB_FLAGS],
    cxxFlags: ["-std=c++11", "-O2", "-pthread", ...LEVELDB_FLAGS],
    unit: `${LEVELDB}/db/db_impl.cc`,
  },
};
