/** What is derived from the list of extensions is what the list says. */

import { readFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import { expect, test } from "vitest";
import { SaxesParser } from "saxes";
import { extensions } from "../../../app/xmpp/xep/index.ts";
import { ownFeatures } from "../../../app/xmpp/xep/own-capabilities.ts";
import { described, describeAsDoap, doapPath, readmePath } from "../../../build/describe.ts";

test("linnet.doap is up to date (else: npm run describe)", () => {
  expect(readFileSync(doapPath, "utf8")).toBe(described().doap);
});

test("the README's table is up to date (else: npm run describe)", async () => {
  const options = await resolveConfig(readmePath);
  const wanted = await format(described().readme, { ...options, parser: "markdown" });
  expect(readFileSync(readmePath, "utf8")).toBe(wanted);
});

test("the DOAP file is well-formed and names every extension once", () => {
  const numbers: string[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ local, attributes }) => {
    if (local === "xep") numbers.push(attributes["rdf:resource"]?.value ?? "");
  });
  const note = "a note with < and &";
  parser.write(describeAsDoap(extensions.map((extension) => ({ ...extension, note })))).close();
  expect(numbers).toEqual(
    extensions.map(({ number }) => `https://xmpp.org/extensions/xep-${number}.html`),
  );
});

test("the announced features are those of the list, each once and in order", () => {
  const features = ownFeatures(extensions);
  expect(features).toEqual([...new Set(features)].toSorted());
  expect(features).toContain("urn:xmpp:receipts");
  expect(ownFeatures([])).toEqual([]);
});
