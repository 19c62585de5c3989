import fs from "node:fs";
import { blobsOf, damage } from "../rig/blobs.ts";
import { daemonsOf, signal } from "../rig/daemon.ts";
import { renameOver, renameOverSilently, retarget, rewriteSilently } from "../rig/edits.ts";
import type { Random } from "./random.ts";
import { HEADERS, headerText, INCLUDE_FOLDERS, indexOf, unitText, valueFrom, type World } from "./world.ts";

/** What a step may touch besides the world. */
export interface Surroundings {
  /** The cache root. */
  readonly root: string;
  /** Runs `zccache WORD`. */
  command(word: string): Promise<void>;
}

/** One kind of random change; it says what it did, or undefined if it found nothing to do. */
export interface Step {
  readonly name: string;
  /** How often it happens, compared with the others. */
  readonly weight: number;
  run(world: World, random: Random, around: Surroundings): string | undefined | Promise<string>;
}

type Simple = (world: World, random: Random) => string | undefined;

const header = (change: (path: string, text: string, world: World) => void): Simple => (world, random) => {
  const path = random.pick(world.headers());
  if (path === undefined) return undefined;
  const text = headerText(indexOf(path), valueFrom(random));
  change(path, text, world);
  return `${path} := ${JSON.stringify(text)}`;
};

const inPlace: Simple = (world, random) =>
  header((path, text) => {
    if (fs.statSync(world.at(path)).size === text.length) rewriteSilently(world.at(path), text);
    else world.write(path, text);
  })(world, random);

const grow: Simple = (world, random) => {
  const path = random.pick([...world.headers(), ...world.units()]);
  if (path === undefined) return undefined;
  const text = random.pick([
    `/* ${valueFrom(random)} */\n`,
    "\n",
    `#define EXTRA${random.below(4)} ${valueFrom(random)}\n`,
  ]);
  fs.appendFileSync(world.at(path), text ?? "");
  return `${path} += ${JSON.stringify(text)}`;
};

const shadow: Simple = (world, random) => {
  const places = world.folders().filter((folder) => folder !== "parked").concat("src");
  const [folder, index] = [random.pick(places), random.below(18)];
  const path = `${folder}/h${index}.h`;
  if (folder === undefined || fs.lstatSync(world.at(path), { throwIfNoEntry: false }) !== undefined) {
    return undefined;
  }
  world.write(path, headerText(index, valueFrom(random)));
  return path;
};

const linkHeader: Simple = (world, random) => {
  const [target, folder] = [random.pick(world.headers()), random.pick(world.folders())];
  if (target === undefined || folder === undefined) return undefined;
  const path = `${folder}/h${indexOf(target)}.h`;
  if (fs.lstatSync(world.at(path), { throwIfNoEntry: false }) !== undefined) return undefined;
  fs.symlinkSync(world.at(target), world.at(path));
  return `${path} -> ${target}`;
};

const retargetLink: Simple = (world, random) => {
  const [link, target] = [random.pick(world.links()), random.pick(world.headers())];
  if (link === undefined || target === undefined) return undefined;
  retarget(world.at(link), world.at(target));
  return `${link} -> ${target}`;
};

const remove: Simple = (world, random) => {
  const path = random.pick([...world.headers(), ...world.links()]);
  if (path === undefined || (path.startsWith("one/") && random.below(2) === 0)) return undefined;
  fs.rmSync(world.at(path));
  return path;
};

const recreate: Simple = (world, random) => {
  const path = random.pick(world.headers());
  if (path === undefined) return undefined;
  const text = fs.readFileSync(world.at(path), "utf8");
  fs.rmSync(world.at(path));
  world.write(path, text);
  return path;
};

const swapHeaders: Simple = (world, random) => {
  const [first, second] = [random.pick(world.headers()), random.pick(world.headers())];
  if (first === undefined || second === undefined || indexOf(first) !== indexOf(second)) return undefined;
  swap(world, first, second);
  return `${first} <-> ${second}`;
};

const swapFolders: Simple = (world, random) => {
  const [first, second] = [random.pick(world.folders()), random.pick(world.folders())];
  if (first === undefined || second === undefined || first === second) return undefined;
  swap(world, first, second);
  return `${first} <-> ${second}`;
};

function swap(world: World, first: string, second: string): void {
  fs.renameSync(world.at(first), world.at("swap"));
  if (first !== second) fs.renameSync(world.at(second), world.at(first));
  fs.renameSync(world.at("swap"), world.at(second));
}

const awayAndBack: Simple = (world, random) => {
  const folder = random.pick(world.folders());
  if (folder === undefined) return undefined;
  fs.renameSync(world.at(folder), world.at("away"));
  fs.renameSync(world.at("away"), world.at(folder));
  return folder;
};

/** What random removals took away comes back bit by bit, or soon nothing would compile. */
const repair: Simple = (world, random) => {
  for (const folder of ["one", "two/deep", "three", "alternative"]) {
    if (fs.existsSync(world.at(folder))) continue;
    fs.rmSync(world.at(folder), { force: true });
    fs.mkdirSync(world.at(folder), { recursive: true });
  }
  if (!fs.existsSync(world.at("current"))) retarget(world.at("current"), "alternative");
  const there = new Set(world.headers().filter((path) => !path.startsWith("parked/")).map(indexOf));
  const missing = Array.from({ length: HEADERS }, (_, i) => i).filter((i) => !there.has(i));
  const index = random.pick(missing);
  if (index === undefined) return undefined;
  const path = `${random.pick(["one", "two/deep", "three", "src"]) ?? "one"}/h${index}.h`;
  fs.rmSync(world.at(path), { force: true });
  world.write(path, headerText(index, valueFrom(random)));
  return path;
};

/** A folder of the include path appears with headers in it, or goes. */
const zero: Simple = (world, random) => {
  if (fs.lstatSync(world.at("zero"), { throwIfNoEntry: false }) !== undefined) {
    fs.rmSync(world.at("zero"), { recursive: true });
    return "removed";
  }
  if (random.below(2) === 0) {
    fs.symlinkSync(random.pick(["alternative", "three", "parked"]) ?? "three", world.at("zero"));
    return "linked";
  }
  const index = random.below(14);
  fs.mkdirSync(world.at("away"));
  world.write(`away/h${index}.h`, headerText(index, valueFrom(random)));
  fs.renameSync(world.at("away"), world.at("zero"));
  return `made with h${index}.h`;
};

const retargetFolder: Simple = (world, random) => {
  if (!(fs.lstatSync(world.at("current"), { throwIfNoEntry: false })?.isSymbolicLink() ?? false)) {
    return undefined;
  }
  const target = random.pick(["alternative", "three", "one", "parked", "nowhere"]) ?? "three";
  retarget(world.at("current"), target);
  return target;
};

/** A second name outside all include folders, and an edit through it. */
const hardLink: Simple = (world, random) => {
  const path = random.pick(world.headers());
  if (path === undefined) return undefined;
  fs.rmSync(world.at("out/alias"), { force: true });
  fs.linkSync(world.at(path), world.at("out/alias"));
  fs.writeFileSync(world.at("out/alias"), headerText(indexOf(path), valueFrom(random)));
  return path;
};

const touch: Simple = (world, random) => {
  const path = random.pick([...world.headers(), ...world.units()]);
  if (path === undefined) return undefined;
  fs.utimesSync(world.at(path), new Date(), new Date());
  return path;
};

const checkout: Simple = (world) => {
  const before = world.texts();
  if (world.saved === undefined) {
    world.saved = before;
    return "saved";
  }
  for (const [path, text] of world.saved) {
    const folder = path.replace(/\/[^/]*$/, "");
    if (!fs.existsSync(world.at(folder)) || before.get(path) === text) continue;
    fs.rmSync(world.at(path), { force: true });
    world.write(path, text);
  }
  for (const path of before.keys()) if (!world.saved.has(path)) fs.rmSync(world.at(path), { force: true });
  world.saved = before;
  return "switched";
};

const tamper: Simple = (world, random) => {
  const outputs = fs.readdirSync(world.at("out")).filter((name) => name.endsWith(".o") || name.endsWith(".d"))
    .sort();
  const name = random.pick(outputs);
  if (name === undefined) return undefined;
  const path = world.at(`out/${name}`);
  const how = random.pick(["append", "overwrite", "truncate", "chmod"]) ?? "append";
  if (how === "append") fs.appendFileSync(path, "tampered");
  if (how === "overwrite") fs.writeFileSync(path, "tampered");
  if (how === "truncate") fs.truncateSync(path, 3);
  if (how === "chmod") fs.chmodSync(path, 0o600);
  return `${how} ${name}`;
};

const damageBlob: Step["run"] = (_world, random, { root }) => {
  const blob = random.pick([...blobsOf(root).keys()].sort());
  const how = random.pick(["flipped", "truncated", "deleted"] as const);
  if (blob === undefined || how === undefined) return undefined;
  damage(blob, how);
  return how;
};

const killDaemon: Step["run"] = async (_world, _random, { root }) => {
  const pids = daemonsOf(root);
  for (const pid of pids) signal(pid, "SIGKILL");
  while (daemonsOf(root).length > 0) await new Promise((resolve) => setTimeout(resolve, 2));
  return `${pids.length} killed`;
};

/** What happens to results and to the daemon. */
export const AROUND_STEPS: readonly Step[] = [
  { name: "nothing", weight: 14, run: () => "" },
  { name: "tamper with an output", weight: 6, run: tamper },
  { name: "damage a blob", weight: 1, run: damageBlob },
  { name: "kill the daemon", weight: 0.3, run: killDaemon },
  {
    name: "restart the daemon",
    weight: 0.25,
    run: (_w, _r, around) => around.command("stop").then(() => "stop"),
  },
  { name: "clear", weight: 0.25, run: (_w, _r, around) => around.command("clear").then(() => "clear") },
];

/** What happens to sources and headers, and around. `header edited during the compile` is the trial's own, since it is the compile that changes. */
export const STEPS: readonly Step[] = [
  ...AROUND_STEPS,
  { name: "repair", weight: 14, run: repair },
  { name: "edit in place, same size and time", weight: 14, run: inPlace },
  { name: "rename over", weight: 6, run: header((path, text, world) => renameOver(world.at(path), text)) },
  {
    name: "rename over, same time",
    weight: 6,
    run: header((path, text, world) => renameOverSilently(world.at(path), text)),
  },
  { name: "append", weight: 5, run: grow },
  { name: "create a header that may hide another", weight: 8, run: shadow },
  { name: "remove a header", weight: 4, run: remove },
  { name: "remove and make again", weight: 4, run: recreate },
  { name: "link a header", weight: 4, run: linkHeader },
  { name: "retarget a link", weight: 5, run: retargetLink },
  { name: "swap two headers", weight: 4, run: swapHeaders },
  { name: "swap two folders", weight: 3, run: swapFolders },
  { name: "rename a folder away and back", weight: 3, run: awayAndBack },
  { name: "make or remove the first include folder", weight: 4, run: zero },
  { name: "retarget the linked include folder", weight: 4, run: retargetFolder },
  { name: "edit through a hard link", weight: 4, run: hardLink },
  { name: "touch", weight: 5, run: touch },
  { name: "switch between two versions", weight: 2, run: checkout },
  {
    name: "rewrite a source",
    weight: 4,
    run: (world, random) => {
      const path = random.pick(world.units()) ?? "src/u0.c";
      world.write(path, unitText(random));
      return path;
    },
  },
  {
    name: "change a -D",
    weight: 4,
    run: (world, random) => `MODE=${world.mode = random.below(3)}`,
  },
];

/** The options that make all of the world's folders count. */
export const INCLUDE_OPTIONS: readonly string[] = INCLUDE_FOLDERS.map((folder, index) =>
  index === INCLUDE_FOLDERS.length - 1 ? `-isystem${folder}` : `-I${folder}`
);
