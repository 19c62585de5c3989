import assert from "node:assert/strict";
import { type Expected, type Rig, skipRest, testWith, text, which } from "../rig.ts";
import { buildRustup, OTHER } from "./rustup_shim.ts";
import { LIB, MAIN, openRig, SOURCES } from "./small_crates.ts";

testWith(["rustc", "cc"], "a toolchain is the one that rustup chooses", async (t) => {
  await using rig = await openRig(SOURCES);
  const shim = await buildRustup(rig);
  const path = { PATH: `${shim}:${rig.env["PATH"]}` };
  const chosen = (name: string) => ({ ...path, RUSTUP_TOOLCHAIN: name });
  const toml = { "rust-toolchain.toml": `[toolchain]\nchannel = "${OTHER}"\n` };
  for (const [kind, args] of [["a library", LIB], ["a program", MAIN]] as const) {
    await t.step(`for ${kind}`, async () => {
      await rig.expectSame(["rustc", ...args], { cold: "miss", warm: "hit", env: path });
      await rig.expectSame(["rustc", `+${OTHER}`, ...args], { cold: "miss", warm: "hit", env: path });
      // the crate may ask for the variable
      await rig.expectSame(["rustc", ...args], { cold: "miss", warm: "hit", env: chosen(OTHER) });
      rig.write(toml);
      await rig.settled();
      const byFile = kind === "a library" ? "hit" : "hit or miss";
      await rig.expectSame(["rustc", ...args], { cold: byFile, warm: "hit", env: path });
      Deno.removeSync(rig.at("rust-toolchain.toml"));
      await rig.expectSame(["rustc", ...args], { cold: "hit", warm: "hit", env: path });
    });
  }
  await t.step("the question for the version", async () => {
    await rig.expectSame(["rustc", "-vV"], { cold: "miss", warm: "hit", env: path });
    await rig.expectSame(["rustc", "-vV"], { cold: "miss", warm: "hit", env: chosen(OTHER) });
  });
});

/** A toolchain that can be changed. */
interface Copied {
  readonly folder: string;
  /** The compiler's own libraries in it. */
  readonly libraries: readonly string[];
  /** The folder of its code generators; there are none in it. */
  readonly backends: string;
}

/** Copies what makes the compiler; undefined if it has no library of its own. */
async function copyToolchain(rig: Rig): Promise<Copied | undefined> {
  const sysroot = text((await rig.bare(["rustc", "--print", "sysroot"])).stdout).trim();
  const loaded = text((await rig.bare(["ldd", `${sysroot}/bin/rustc`])).stdout);
  // with links in them the compiler would find its way back to where they lead
  const libraries = [...loaded.matchAll(/=> (\/\S+)/g)].map(([, path]) => Deno.realPathSync(path!))
    .filter((path) => path.startsWith(`${sysroot}/lib/`));
  if (!libraries.some((path) => path.includes("LLVM"))) return undefined;
  const host =
    Array.from(Deno.readDirSync(`${sysroot}/lib/rustlib`)).find(({ isDirectory, name }) =>
      isDirectory && /linux|darwin/.test(name)
    )!.name;
  const folder = rig.folder({
    "bin/.keep": "",
    "lib/rustlib/src/.keep": "",
    [`lib/rustlib/${host}/codegen-backends/.keep`]: "",
  }, "toolchain");
  const here = (path: string) => `${folder}${path.slice(sysroot.length)}`;
  for (const path of [`${sysroot}/bin/rustc`, ...libraries]) Deno.copyFileSync(path, here(path));
  for (const { name } of Deno.readDirSync(`${sysroot}/lib/rustlib`)) {
    if (name === "src") continue;
    const parts = name === host ? Array.from(Deno.readDirSync(`${sysroot}/lib/rustlib/${host}`)) : [];
    for (const path of name === host ? parts.map((part) => `${host}/${part.name}`) : [name]) {
      if (path.endsWith("/codegen-backends")) continue;
      Deno.symlinkSync(`${sysroot}/lib/rustlib/${path}`, `${folder}/lib/rustlib/${path}`);
    }
  }
  await rig.settled(folder);
  return {
    folder,
    libraries: libraries.map(here),
    backends: `${folder}/lib/rustlib/${host}/codegen-backends`,
  };
}

testWith(["rustc", "cc", "ldd"], "all that a toolchain consists of counts", async (t) => {
  await using rig = await openRig({
    ...SOURCES,
    "shows.rs":
      "#![warn(redundant_imports)]\npub use std::vec::Vec;\nuse std::option::Option;\npub fn f() -> Option<u8> { None }\n",
  });
  const copy = await copyToolchain(rig);
  if (copy === undefined) return await skipRest(t, "the compiler has no LLVM of its own");
  const { folder, libraries, backends } = copy;
  await t.step("its libraries, as large as they are", async () => {
    const same = async (cold: Expected) => {
      for (const args of [LIB, MAIN]) {
        await rig.expectSame([`${folder}/bin/rustc`, ...args], { cold, warm: "hit" });
      }
    };
    await same("miss");
    for (const path of libraries) {
      const { atime, mtime } = Deno.statSync(path);
      // the loader doesn't look at what is behind the sections
      Deno.writeTextFileSync(path, "another build", { append: true });
      Deno.utimeSync(path, atime!, mtime!);
      await rig.settled(folder);
      await same("miss");
    }
  });
  await t.step("its code generators", async () => {
    const same = (cold: Expected) => rig.expectSame([`${folder}/bin/rustc`, ...LIB], { cold, warm: "hit" });
    for (const text of ["one", "two"]) {
      rig.write({ [`${backends}/librustc_codegen_mine.so`]: text }, "");
      await rig.settled(folder);
      await same("miss");
    }
  });
  await t.step("whether the library's sources are there, which messages show", async () => {
    const words = "--crate-name shows --crate-type lib shows.rs --error-format=json --emit=dep-info,metadata";
    const same = (cold: Expected) =>
      rig.expectSame([`${folder}/bin/rustc`, ...words.split(" ")], { cold, warm: "hit" });
    const without = text((await same("miss")).stderr);
    rig.write({ "lib/rustlib/src/rust/library/std/src/lib.rs": "" }, folder);
    await rig.settled(folder);
    assert.notEqual(text((await same("miss")).stderr), without);
    Deno.removeSync(`${folder}/lib/rustlib/src/rust`, { recursive: true });
    await rig.settled(folder);
    await same("hit");
  });
});

testWith(
  ["rustc", "cc", "ldd", "rustup"],
  "a toolchain that rustup has by a link is the one to which that leads",
  async (t) => {
    await using rig = await openRig(SOURCES);
    const copy = await copyToolchain(rig);
    if (copy === undefined) return await skipRest(t, "the compiler has no LLVM of its own");
    const sysroot = text((await rig.bare(["rustc", "--print", "sysroot"])).stdout).trim();
    const home = rig.folder({
      "settings.toml": 'version = "12"\ndefault_toolchain = "mine"\n[overrides]\n',
      "toolchains/.keep": "",
    }, "rustup");
    const shim = `${rig.folder({}, "shim")}/rustc`;
    Deno.symlinkSync(which("rustup")!, shim);
    const link = `${home}/toolchains/mine`;
    const leadTo = async (folder: string) => {
      Deno.removeSync(link);
      Deno.symlinkSync(folder, link);
      await rig.settled();
    };
    const ways: readonly (readonly [how: string, toml: string, env: Record<string, string>])[] = [
      ["the default", "", {}],
      ["named by a variable", "", { RUSTUP_TOOLCHAIN: link }],
      ["named by a file", `[toolchain]\npath = "${link}"\n`, {}],
    ];
    Deno.symlinkSync(sysroot, link);
    for (const [how, toml, more] of ways) {
      await t.step(how, async () => {
        rig.write({ "rust-toolchain.toml": toml });
        if (toml === "") Deno.removeSync(rig.at("rust-toolchain.toml"));
        await rig.settled();
        const env = { RUSTUP_HOME: home, ...more };
        const same = async (cold: Expected) => {
          for (const args of [LIB, MAIN, ["--print", "sysroot"]]) {
            await rig.expectSame([shim, ...args], { cold, warm: "hit", env });
          }
        };
        await same(how === "the default" ? "miss" : "hit or miss");
        await leadTo(copy.folder);
        await same(how === "the default" ? "miss" : "hit or miss");
        await leadTo(sysroot);
        await same("hit");
      });
    }
  },
);

testWith(["rustfmt", "cc"], "rustfmt is the one that rustup chooses", async () => {
  await using rig = await openRig({ "tidy.rs": "fn f() {\n    1;\n}\n" });
  const env = { PATH: `${await buildRustup(rig)}:${rig.env["PATH"]}` };
  const same = async (cold: "hit" | "miss", code: number) => {
    const { code: exit } = await rig.expectSame(["rustfmt", "--check", "tidy.rs"], {
      cold,
      warm: "hit",
      env,
    });
    assert.equal(exit, code);
  };
  await same("miss", 0);
  rig.write({ "rust-toolchain.toml": `[toolchain]\nchannel = "${OTHER}"\n` });
  await rig.settled();
  await same("miss", 1);
  Deno.removeSync(rig.at("rust-toolchain.toml"));
  await rig.settled();
  await same("hit", 0);
});
