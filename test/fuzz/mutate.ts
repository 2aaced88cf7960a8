/** Spoils DER: bytes as bytes, and elements as elements, with lengths that stay right, so that what is
 *  wrong is found by somebody other than the one who counts bytes. */

import { DerError, readDer, tags, type DerElement } from "../../app/pki/der/reader.ts";
import { writeElement } from "../../app/pki/der/writer.ts";
import type { SeededRandom } from "./random.ts";

/** One element that can be changed: with parts, or with content of its own. */
interface Tree {
  readonly tag: number;
  readonly parts: readonly Tree[] | null;
  readonly content: Uint8Array;
}

/** @param others where pieces come from that do not belong there */
export function mutate(
  seed: Uint8Array,
  others: readonly Uint8Array[],
  random: SeededRandom,
): Uint8Array {
  let bytes = seed;
  for (let count = 1 + random.below(3); count > 0; count--) {
    bytes = random.pick(mutations)(bytes, random.pick(others), random);
  }
  return bytes;
}

type Mutation = (bytes: Uint8Array, other: Uint8Array, random: SeededRandom) => Uint8Array;

/** Structure more often than bytes: a wrong byte mostly ends in the first length that it meets. */
const mutations: readonly Mutation[] = [
  flipBits,
  setByte,
  truncate,
  splice,
  editLength,
  ...Array<Mutation>(6).fill(editTree),
];

function flipBits(bytes: Uint8Array, _: Uint8Array, random: SeededRandom): Uint8Array {
  const changed = Uint8Array.from(bytes);
  if (bytes.length === 0) return changed;
  for (let count = 1 + random.below(4); count > 0; count--) {
    const at = random.below(bytes.length);
    changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
  }
  return changed;
}

const tellingBytes = [0x00, 0x01, 0x02, 0x1f, 0x30, 0x31, 0x7f, 0x80, 0x81, 0x84, 0xa0, 0xff];

function setByte(bytes: Uint8Array, _: Uint8Array, random: SeededRandom): Uint8Array {
  const changed = Uint8Array.from(bytes);
  if (bytes.length > 0) changed[random.below(bytes.length)] = random.pick(tellingBytes);
  return changed;
}

function truncate(bytes: Uint8Array, _: Uint8Array, random: SeededRandom): Uint8Array {
  return bytes.slice(0, random.below(bytes.length + 1));
}

/** The beginning of one and the end of another, or a piece of another inside. */
function splice(bytes: Uint8Array, other: Uint8Array, random: SeededRandom): Uint8Array {
  const at = random.below(bytes.length + 1);
  const from = random.below(other.length + 1);
  const until = from + random.below(other.length - from + 1);
  const rest = random.below(2) === 0 ? bytes.length : at + random.below(bytes.length - at + 1);
  return Buffer.concat([bytes.subarray(0, at), other.subarray(from, until), bytes.subarray(rest)]);
}

/** A byte that is a length, most likely: it stands after a tag that is often used. */
function editLength(bytes: Uint8Array, _: Uint8Array, random: SeededRandom): Uint8Array {
  const places: number[] = [];
  const known = new Set<number>(Object.values(tags));
  for (let at = 0; at + 1 < bytes.length; at++) if (known.has(bytes[at] ?? 0)) places.push(at + 1);
  if (places.length === 0) return bytes;
  const changed = Uint8Array.from(bytes);
  const at = random.pick(places);
  const length = changed[at] ?? 0;
  changed[at] = random.pick([length + 1, length - 1, 0, 0x7f, 0x80, 0x81, 0x84, 0xff]) & 0xff;
  return changed;
}

function editTree(bytes: Uint8Array, other: Uint8Array, random: SeededRandom): Uint8Array {
  const tree = readTree(bytes);
  if (!tree) return flipBits(bytes, other, random);
  const donor = readTree(other) ?? tree;
  const count = countTrees(tree);
  const edited = editAt(tree, random.below(count), (each, siblings) =>
    random.pick(edits)(each, siblings, random, donor),
  );
  return Buffer.concat(edited.map(encodeTree));
}

/** What stands in the place of an element afterwards. */
type Edit = (
  tree: Tree,
  siblings: readonly Tree[],
  random: SeededRandom,
  donor: Tree,
) => readonly Tree[];

const edits: readonly Edit[] = [
  () => [],
  (tree) => [tree, tree],
  (tree, siblings, random) => [tree, random.pick(siblings)],
  (_, siblings, random) => [random.pick(siblings)],
  (_tree, _siblings, random, donor) => [treeAt(donor, random.below(countTrees(donor)))],
  (tree, _siblings, random, donor) => [tree, treeAt(donor, random.below(countTrees(donor)))],
  (tree) => [{ tag: tags.sequence, parts: [tree], content: tree.content }],
  (tree) => tree.parts ?? [tree],
  (tree, _, random) => [{ ...tree, tag: random.below(256) }],
  (tree, _, random) => [{ ...tree, tag: random.pick(Object.values(tags)) }],
  (tree, _, random) => [{ ...tree, parts: null, content: spoilContent(tree.content, random) }],
  (tree) => [{ ...tree, parts: null, content: new Uint8Array() }],
];

function spoilContent(content: Uint8Array, random: SeededRandom): Uint8Array {
  const at = random.below(content.length + 1);
  switch (random.below(4)) {
    case 0:
      return Buffer.concat([content.subarray(0, at), Buffer.from([random.below(256)])]);
    case 1:
      return Buffer.concat([Buffer.from([random.pick([0x00, 0x80, 0xff])]), content]);
    case 2:
      return Buffer.alloc(random.below(600), random.below(256));
    default:
      return content.length === 0 ? content : flipBits(content, content, random);
  }
}

/** null for what is no DER. */
function readTree(bytes: Uint8Array): Tree | null {
  try {
    return treeOf(readDer(bytes));
  } catch (thrown) {
    if (thrown instanceof DerError) return null;
    throw thrown;
  }
}

function treeOf(element: DerElement): Tree {
  const { tag, content } = element;
  if (element.isConstructed) return { tag, parts: element.children.map(treeOf), content };
  // Extensions and the answers of responders are DER in a string.
  const inner = tag === tags.octetString && content.length > 1 ? readTree(content) : null;
  return { tag, parts: inner && [inner], content };
}

function encodeTree({ tag, parts, content }: Tree): Uint8Array {
  return parts ? writeElement(tag, ...parts.map(encodeTree)) : writeElement(tag, content);
}

function countTrees({ parts }: Tree): number {
  return (parts ?? []).reduce((count, part) => count + countTrees(part), 1);
}

/** In the order of the encoding. */
function treeAt(tree: Tree, index: number): Tree {
  let left = index - 1;
  if (left < 0) return tree;
  for (const part of tree.parts ?? []) {
    const count = countTrees(part);
    if (left < count) return treeAt(part, left);
    left -= count;
  }
  return tree;
}

function editAt(
  tree: Tree,
  index: number,
  edit: (tree: Tree, siblings: readonly Tree[]) => readonly Tree[],
  siblings: readonly Tree[] = [tree],
): readonly Tree[] {
  if (index === 0) return edit(tree, siblings);
  const { parts } = tree;
  if (!parts) return [tree];
  let left = index - 1;
  const edited = parts.flatMap((part) => {
    const count = countTrees(part);
    const isHere = left >= 0 && left < count;
    const result = isHere ? editAt(part, left, edit, parts) : [part];
    left -= count;
    return result;
  });
  return [{ ...tree, parts: edited }];
}
