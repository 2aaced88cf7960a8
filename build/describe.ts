/** `npm run describe`: writes what is derived from app/xmpp/xep/index.ts – the DOAP file and the table
 *  in the README. A test fails when they are not what the list says. */

import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { extensions } from "../app/xmpp/xep/index.ts";
import type { Xep } from "../app/xmpp/xep/define.ts";

const root = resolve(import.meta.dirname, "..");
export const doapPath = resolve(root, "linnet.doap");
export const readmePath = resolve(root, "README.md");

const tableStart = "<!-- extensions: made by `npm run describe` -->";
const tableEnd = "<!-- /extensions -->";

/** The DOAP file (XEP-0453) for a list of extensions. */
export function describeAsDoap(list: readonly Xep[]): string {
  const entries = list.map(
    ({ number, version, status, note }) => `    <implements>
      <xmpp:SupportedXep>
        <xmpp:xep rdf:resource="https://xmpp.org/extensions/xep-${number}.html"/>
        <xmpp:status>${status}</xmpp:status>
        <xmpp:version>${version}</xmpp:version>${note === undefined ? "" : `\n        <xmpp:note>${escapeXml(note)}</xmpp:note>`}
      </xmpp:SupportedXep>
    </implements>`,
  );
  const rfcs = ["6120", "6121", "7590", "7622"].map(
    (rfc) => `    <implements rdf:resource="https://www.rfc-editor.org/info/rfc${rfc}"/>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF
  xmlns="http://usefulinc.com/ns/doap#"
  xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:xmpp="https://linkmauve.fr/ns/xmpp-doap#">
  <Project>
    <name>Linnet</name>
    <shortdesc xml:lang="en">A desktop messenger for XMPP</shortdesc>
    <license rdf:resource="https://www.gnu.org/licenses/agpl-3.0.html"/>
    <programming-language>TypeScript</programming-language>
    <os>Linux</os>
    <os>macOS</os>
    <os>Windows</os>
    <category rdf:resource="https://linkmauve.fr/ns/xmpp-doap#category-client"/>
${[...rfcs, ...entries].join("\n")}
  </Project>
</rdf:RDF>
`;
}

/** The README with its table replaced by that of a list of extensions. */
export function describeInReadme(readme: string, list: readonly Xep[]): string {
  const rows = list.map(({ number, title, version, status, note }) => {
    const link = `[XEP-${number}](https://xmpp.org/extensions/xep-${number}.html)`;
    return `| ${link} | ${title} | ${version} | ${note === undefined ? status : `${status}: ${note}`} |`;
  });
  const table = ["| Extension | Title | Version | Status |", "| --- | --- | --- | --- |", ...rows];
  const before = readme.slice(0, readme.indexOf(tableStart));
  const after = readme.slice(readme.indexOf(tableEnd));
  return `${before}${tableStart}\n\n${table.join("\n")}\n\n${after}`;
}

/** What the two files should hold. */
export function described(): { readonly doap: string; readonly readme: string } {
  return {
    doap: describeAsDoap(extensions),
    readme: describeInReadme(readFileSync(readmePath, "utf8"), extensions),
  };
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

if (import.meta.main) {
  const { doap, readme } = described();
  writeFileSync(doapPath, doap);
  writeFileSync(readmePath, readme);
}
