/** The project's own lint rules: the directions in which folders may import each other. */

import { dirname, relative, resolve, sep } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/**
 * What each folder may import, besides itself. The first entry whose path matches decides; packages
 * of Node, Electron and npm are judged by the environments in the tsconfig files.
 * @type {readonly (readonly [string, readonly string[]])[]}
 */
const layers = [
  ["app/base", []],
  ["app/contract", []],
  ["app/preload.ts", ["app/contract/port.ts"]],
  ["app/xmpp", ["app/base"]],
  ["app/pki", ["app/base"]],
  [
    "app/trust",
    ["app/base", "app/chat/publisher.ts", "app/contract", "app/pki", "app/store", "app/xmpp"],
  ],
  ["app/net", ["app/base", "app/trust", "app/xmpp"]],
  ["app/store", ["app/base", "app/contract"]],
  ["app/policy", ["app/base", "app/contract", "app/store", "app/trust", "app/chat/publisher.ts"]],
  ["app/chat", ["app/base", "app/contract", "app/store", "app/xmpp"]],
  [
    "app/account",
    [
      "app/base",
      "app/chat",
      "app/contract",
      "app/net",
      "app/policy",
      "app/store",
      "app/trust",
      "app/xmpp",
    ],
  ],
  ["app/ipc", ["app/account", "app/base", "app/chat", "app/contract", "app/store", "app/xmpp"]],
  ["app/desktop", ["app/base", "app/contract"]],
  ["app/main.ts", ["app/base", "app/desktop", "app/ipc/port.ts", "app/program.ts"]],
  ["app/program.ts", ["app", "native"]],
  ["native", []],
  ["renderer", ["app/contract"]],
  ["build", ["app", "build", "test/lab"]],
  ["test", ["app", "native", "renderer", "build", "test"]],
];

/** @param {string} path @param {string} folder */
function isIn(path, folder) {
  return path === folder || path.startsWith(`${folder}/`);
}

const layersRule = {
  meta: { type: "problem" },
  /** @param {any} context */
  create(context) {
    const file = relative(root, context.filename).replaceAll(sep, "/");
    const layer = layers.find(([folder]) => isIn(file, folder));
    /** @param {any} node */
    const check = (node) => {
      const specifier = node.source?.value;
      if (!layer || typeof specifier !== "string" || !specifier.startsWith(".")) return;
      const target = relative(root, resolve(dirname(context.filename), specifier));
      const path = target.replaceAll(sep, "/");
      const [folder, allowed] = layer;
      if (isIn(path, folder) || allowed.some((each) => isIn(path, each))) return;
      const message = `${folder} must not import ${path}: see the directions in build/lint/linnet.js.`;
      context.report({ node, message });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

export default { meta: { name: "linnet" }, rules: { layers: layersRule } };
