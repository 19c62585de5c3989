/** Sources that are written for a measurement; the same at each run. */
export interface Generated {
  /** Relative to the scenario's folder. */
  readonly sources: readonly string[];
}

/** C++ units with the usual standard headers and some templates to instantiate: about 0.5 s of compiling each. */
export async function writeCxxUnits(folder: string, count: number): Promise<Generated> {
  return await write(folder, count, "cpp", cxxUnit);
}

/** Small C units: about 15 ms of compiling each. */
export async function writeCUnits(folder: string, count: number): Promise<Generated> {
  return await write(folder, count, "c", cUnit);
}

/** The text of the C++ unit with this number. */
export function cxxUnit(number: number): string {
  return `#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>
namespace unit${number} {
struct Item { int id; std::string name; std::vector<double> values; };
static std::map<std::string, std::shared_ptr<Item>> items;
void add(int id, const std::string &name) {
    auto item = std::make_shared<Item>(Item{id, name, {}});
    for (int i = 0; i < ${number + 3}; i++) item->values.push_back(i * 0.5);
    items[name] = item;
}
double sum(const std::function<bool(const Item &)> &keep) {
    double total = ${number};
    for (const auto &[name, item] : items) if (keep(*item)) for (double v : item->values) total += v;
    return total;
}
void print() {
    std::vector<std::shared_ptr<Item>> all;
    for (const auto &entry : items) all.push_back(entry.second);
    std::sort(all.begin(), all.end(), [](const auto &a, const auto &b) { return a->id < b->id; });
    for (const auto &item : all) std::cout << item->id << ' ' << item->name << '\\n'; // unit ${number}
}
}
`;
}

/** The text of the small C unit with this number. */
export function cUnit(number: number): string {
  return `#include <stddef.h>
#include <stdint.h>
struct node${number} { struct node${number} *next; uint32_t key; };
uint32_t sum${number}(const struct node${number} *at) {
    uint32_t total = ${number};
    for (; at != NULL; at = at->next) total = total * 31u + at->key;
    return total;
}
`;
}

/** One unit that includes this many headers, all in one folder. */
export async function writeHeaders(folder: string, count: number): Promise<string> {
  const includes = `${folder}/h${count}`;
  await Deno.mkdir(includes, { recursive: true });
  let text = "";
  for (let i = 0; i < count; i++) {
    await Deno.writeTextFile(
      `${includes}/part${i}.h`,
      `static inline int part${i}(int x) { return x + ${i}; }\n`,
    );
    text += `#include "h${count}/part${i}.h"\n`;
  }
  await Deno.writeTextFile(
    `${folder}/headers${count}.c`,
    `${text}int last(int x) { return part${count - 1}(x); }\n`,
  );
  return `headers${count}.c`;
}

async function write(
  folder: string,
  count: number,
  ending: string,
  text: (number: number) => string,
): Promise<Generated> {
  const sources: string[] = [];
  for (let i = 0; i < count; i++) {
    sources.push(`unit${i}.${ending}`);
    await Deno.writeTextFile(`${folder}/unit${i}.${ending}`, text(i));
  }
  return { sources };
}
