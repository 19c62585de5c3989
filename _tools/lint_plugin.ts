/** The project's own lint rules: layers, module state, printing. deno.json names this file. */
import { findFault, layerOf } from "./layers.ts";

const ROOT = new URL("..", import.meta.url).pathname;

/** Folders that talk to people; everything else gives its text to them. */
const PRINTERS = ["cli", "bench", "_tools", "testing", "tests"];

const layers: Deno.lint.Rule = {
  create(context) {
    const from = relativePath(context.filename);
    if (from === undefined) return {};
    const check = (node: Deno.lint.Node, source: Deno.lint.Node | null | undefined) => {
      const specifier = textOf(source);
      if (specifier === undefined || !/^(\.{1,2}\/|\/|file:)/.test(specifier)) return;
      const to = relativePath(new URL(specifier, `file://${ROOT}${from}`).pathname);
      const fault = to === undefined ? "imports stay in the repository" : findFault(from, to);
      if (fault !== undefined) context.report({ node, message: `Cannot import ${specifier}: ${fault}` });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source),
      ExportNamedDeclaration: (node) => check(node, node.source),
      ExportAllDeclaration: (node) => check(node, node.source),
      ImportExpression: (node) => check(node, node.source),
      TSImportType: (node) => check(node, node.argument),
      /** `new URL("./worker.ts", import.meta.url)`: how workers are named. */
      NewExpression: (node) => {
        const [first, second] = node.arguments;
        const isModule = textOf(first)?.endsWith(".ts") ?? false;
        if (
          node.callee.type === "Identifier" && node.callee.name === "URL" && second !== undefined && isModule
        ) {
          check(node, first);
        }
      },
    };
  },
};

const moduleState: Deno.lint.Rule = {
  create(context) {
    const path = relativePath(context.filename);
    if (path === undefined || path.endsWith("_test.ts") || layerOf(path) === "tests") return {};
    return {
      VariableDeclaration(node) {
        if (node.kind !== "let" && node.kind !== "var") return;
        const parent = node.parent.type;
        if (parent !== "Program" && parent !== "ExportNamedDeclaration") return;
        context.report({
          node,
          message: `Cannot keep state in a module: ${node.kind} at its top level has no owner`,
          hint: "Make it a field of an object that is made in one place",
        });
      },
    };
  },
};

const printing: Deno.lint.Rule = {
  create(context) {
    const path = relativePath(context.filename);
    if (path === undefined || PRINTERS.includes(layerOf(path))) return {};
    return {
      Identifier(node) {
        if (node.name !== "console") return;
        const { parent } = node;
        if (parent.type === "MemberExpression" && parent.property === node && !parent.computed) return;
        context.report({ node, message: "Cannot print here: only cli/ and the tools print" });
      },
    };
  },
};

const plugin: Deno.lint.Plugin = {
  name: "zccache",
  rules: { layers, "module-state": moduleState, printing },
};

export default plugin;

/** A file's path from the repository's folder; undefined for a file outside. */
function relativePath(path: string): string | undefined {
  const clean = path.replace(/^file:\/\//, "");
  if (!clean.startsWith("/")) return clean;
  return clean.startsWith(ROOT) ? clean.slice(ROOT.length) : undefined;
}

function textOf(node: Deno.lint.Node | null | undefined): string | undefined {
  if (node?.type === "TSLiteralType") return textOf(node.literal);
  return node?.type === "Literal" && typeof node.value === "string" ? node.value : undefined;
}
