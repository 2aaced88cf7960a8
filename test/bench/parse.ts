/** 11: our XML reader, with namespaces, well-formedness and limits, against expat without handlers on
 *  the same bytes: 50,000 messages of an archive in pieces of 16 KiB, as a socket gives them. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { onlineXmlLimits } from "../../app/base/limits.ts";
import { XmlReader } from "../../app/xmpp/xml/reader.ts";
import type { Benchmark } from "./measuring/benchmark.ts";
import { HelperProgram } from "./measuring/helper-program.ts";
import { ratioRow } from "./measuring/report.ts";
import { inRounds } from "./measuring/rounds.ts";
import { median, slowest } from "./measuring/statistics.ts";
import { seededChance, Words } from "./measuring/words.ts";

const stanzas = 50_000;
const pieceBytes = 16 * 1024;

export const parse: Benchmark = {
  number: 11,
  title: "parsing with namespaces",
  async measure(laboratory) {
    const bytes = archive();
    const path = join(laboratory.folder, "archive.xml");
    writeFileSync(path, bytes);
    const script = join(import.meta.dirname, "measuring/expat-parser.py");
    const expat = new HelperProgram(["/usr/bin/python3", script, path]);
    const version = await expat.line();
    const withExpat = async (): Promise<number> => {
      expat.say("again\n");
      return stanzas / Number(await expat.line());
    };
    const samples = await inRounds(laboratory.runs, [withExpat, () => readAll(bytes)], (run) =>
      run(),
    );
    await expat.stop();
    const [floors = [], ours = []] = samples;
    return [
      ratioRow({
        name: "11 parsing with namespaces",
        unit: "stanzas/s",
        value: median(ours),
        floor: median(floors),
        worst: slowest(ours),
        ratioMin: 0.3,
        note:
          `${Math.round(bytes.length / stanzas)} bytes a stanza, ` +
          `${Math.round((median(ours) * bytes.length) / stanzas / 1e6)} MB/s; ${version} without handlers`,
      }),
    ];
  },
};

function readAll(bytes: Uint8Array): number {
  let elements = 0;
  const ignore = (): void => undefined;
  const reader = new XmlReader(
    {
      open: ignore,
      element: () => {
        elements++;
      },
      close: ignore,
    },
    onlineXmlLimits,
  );
  const began = performance.now();
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    const fault = reader.write(bytes.subarray(start, start + pieceBytes));
    if (fault) throw new Error(`${fault.fault} ${fault.detail}`);
  }
  const seconds = (performance.now() - began) / 1_000;
  if (elements !== stanzas) throw new Error(`${elements} stanzas were read`);
  return stanzas / seconds;
}

/** The answer to a request for an archive (XEP-0313), without its end. */
function archive(): Buffer {
  const words = new Words(seededChance(5));
  const parts = [
    `<?xml version='1.0'?><stream:stream xmlns='jabber:client' id='s' version='1.0' ` +
      `xmlns:stream='http://etherx.jabber.org/streams' from='bench.linnet.test' xml:lang='en'>`,
  ];
  for (let number = 0; number < stanzas; number++) {
    const time = new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString();
    const body = words.message().replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    parts.push(
      `<message from='owner@bench.linnet.test' to='owner@bench.linnet.test/Linnet.bench'>` +
        `<result xmlns='urn:xmpp:mam:2' queryid='q27' id='0197-${number}'>` +
        `<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='${time}'/>` +
        `<message xmlns='jabber:client' from='ada@bench.linnet.test/phone' type='chat' ` +
        `to='owner@bench.linnet.test' id='m-${number}'><body>${body}</body>` +
        `<origin-id xmlns='urn:xmpp:sid:0' id='m-${number}'/><request xmlns='urn:xmpp:receipts'/>` +
        `</message></forwarded></result></message>`,
    );
  }
  return Buffer.from(parts.join(""));
}
