import assert from "node:assert/strict";
import type { Family, Probe } from "./tool.ts";
import { parseProbe, probeArguments } from "./probe.ts";

async function ask(family: Family, tool: string, probe: Partial<Probe>) {
  const whole: Probe = { language: "c", args: [], env: [], folder: undefined, ...probe };
  const run = async (args: readonly string[]) => {
    const command = new Deno.Command(tool, {
      args: [...args],
      cwd: probe.folder ?? "/",
      env: { LC_ALL: "C" },
    });
    return new TextDecoder().decode((await command.output()).stderr);
  };
  const [folders, programs] = probeArguments(whole);
  return parseProbe(family, [await run(folders), await run(programs)]);
}

Deno.test("parseProbe() reads what gcc says", async () => {
  const found = await ask("gcc", "gcc", {});
  assert.ok(found !== undefined);
  assert.deepEqual(found.programs.map((path) => path.replace(/.*\//, "")), ["cc1", "as"]);
  assert.ok(Deno.statSync(found.programs[0]!).isFile);
  assert.ok(found.includeFolders.angle.includes("/usr/include"));
  assert.match(found.version, /^gcc version \d+/);
  assert.match(found.target, /-linux-gnu/);
  assert.deepEqual(found.configFiles, []);
});

Deno.test("parseProbe() reads what g++ says: cc1plus and the C++ folders", async () => {
  const found = await ask("gcc", "g++", { language: "c++" });
  assert.match(found?.programs[0] ?? "", /\/cc1plus$/);
  assert.ok(found?.includeFolders.angle.some((folder) => folder.includes("c++")));
});

Deno.test("parseProbe() reads what clang says", async () => {
  const found = await ask("clang", "clang", { language: "c++" });
  assert.ok(found !== undefined);
  assert.equal(found.programs.length, 1);
  assert.ok(Deno.statSync(found.programs[0]!).isFile);
  assert.ok(found.includeFolders.angle.includes("/usr/include"));
  assert.ok(found.includeFolders.angle.some((folder) => folder.includes("c++")));
  assert.match(found.version, /clang version \d+/);
});

Deno.test("parseProbe() sees -nostdinc, -isystem and assembler sources", async () => {
  assert.deepEqual((await ask("gcc", "gcc", { args: ["-nostdinc"] }))?.includeFolders.angle, []);
  const assembler = await ask("gcc", "gcc", { language: "assembler" });
  assert.deepEqual(assembler?.programs, ["as"]);
  assert.deepEqual((await ask("clang", "clang", { language: "assembler" }))?.includeFolders.angle, []);
});

Deno.test("parseProbe() names spec and configuration files", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/my.specs`, "");
  await Deno.writeTextFile(`${folder}/my.cfg`, "-DX\n");
  const gcc = await ask("gcc", "gcc", { args: ["-specs=my.specs"], folder });
  assert.deepEqual(gcc?.configFiles, ["my.specs"]);
  const clang = await ask("clang", "clang", { args: ["--config", `${folder}/my.cfg`] });
  assert.deepEqual(clang?.configFiles, [`${folder}/my.cfg`]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("parseProbe() does not trust a driver whose files add what arguments should say", async () => {
  const folder = await Deno.makeTempDir();
  const gcc = async (specs: string) => {
    await Deno.writeTextFile(`${folder}/g.specs`, `*cc1:\n+ ${specs}\n`);
    return await ask("gcc", "gcc", { args: ["-specs=g.specs"], folder });
  };
  const clang = async (config: string) => {
    await Deno.writeTextFile(`${folder}/g.cfg`, `${config}\n`);
    return await ask("clang", "clang", { args: ["--config", `${folder}/g.cfg`] });
  };
  for (const harmless of ["-O2 -DX", "-include /usr/include/limits.h"]) {
    assert.ok(await gcc(harmless) !== undefined, harmless);
    assert.ok(await clang(harmless) !== undefined, harmless);
  }
  for (const odd of ["-g", "-include x.h", "-fprofile-arcs", "-ftest-coverage"]) {
    assert.equal(await gcc(odd), undefined, odd);
    assert.equal(await clang(odd), undefined, odd);
  }
  assert.equal(await gcc("-fplugin=annobin"), undefined);
  assert.equal(await gcc("-fstack-usage"), undefined);
  assert.equal(await clang("-Xclang -add-plugin -Xclang x"), undefined);
  assert.ok(await ask("gcc", "g++", { language: "c++", args: ["-m32"] }) !== undefined);
  assert.ok(await ask("clang", "clang++", { language: "c++", args: ["-m32"] }) !== undefined);
  await Deno.remove(folder, { recursive: true });
});
