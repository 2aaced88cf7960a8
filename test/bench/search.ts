/** 9: searching 1,000,000 messages, from the call in the page to the answer in the page, against the
 *  bare SQL on the same file: whole words, beginnings of words, and words within one chat. */

import type { Database } from "@signalapp/sqlcipher";
import { searchLimits } from "../../app/base/limits.ts";
import { matchExpression } from "../../app/chat/search.ts";
import type { ChatId } from "../../app/contract/ids.ts";
import { openDatabase } from "../../app/store/database.ts";
import { textMatch } from "../../app/store/queries/text-match.ts";
import type { Benchmark } from "./measuring/benchmark.ts";
import { historyWords, knownChats } from "./measuring/history.ts";
import type { Page } from "./measuring/page.ts";
import { rounded, type Row } from "./measuring/report.ts";
import { median, percentile, worst } from "./measuring/statistics.ts";
import type { Words } from "./measuring/words.ts";

const ratioMax = 3;
const p95MsMax = 50;

/** Places in the order of frequency, from a word in every third message to one in a handful. */
const places = [0, 1, 3, 8, 20, 45, 80, 120, 160, 200, 300, 500, 900, 2_000, 5_000, 12_000];

interface Question {
  readonly query: string;
  readonly chat: ChatId | null;
}

interface Sample {
  readonly oursMs: number;
  readonly bareMs: number;
}

export const search: Benchmark = {
  number: 9,
  title: "searching",
  measure: (laboratory) =>
    laboratory.withLinnet(async ({ page }, { profile }) => {
      await keepPort(page);
      const db = openDatabase(profile.databasePath, profile.key);
      try {
        const kinds = makeQuestions(db, historyWords());
        const rows: Row[] = [];
        for (const [kind, questions] of Object.entries(kinds)) {
          const samples: Sample[] = [];
          for (let round = 0; round <= laboratory.runs; round++) {
            for (const question of questions) {
              const sample = await ask(page, db, question);
              if (round > 0) samples.push(sample);
            }
          }
          rows.push(searchRow(kind, samples));
        }
        return rows;
      } finally {
        db.close();
      }
    }),
};

function makeQuestions(db: Database, words: Words): Record<string, Question[]> {
  const idOf = (address: string): ChatId =>
    db.prepare("SELECT id FROM chat WHERE address = ?", { pluck: true }).get([address]) as ChatId;
  const busy = idOf(knownChats.hundredThousand.address);
  const quiet = idOf(knownChats.first.address);
  // A space behind it says that the word is complete.
  const whole = places.map((place) => `${words.at(place)} `);
  return {
    word: whole.map((query) => ({ query, chat: null })),
    prefix: places.map((place) => ({ query: words.at(place).slice(0, 3), chat: null })),
    "in a chat of 100,000": whole.map((query) => ({ query, chat: busy })),
    "in a chat of 1,000": whole.map((query) => ({ query, chat: quiet })),
  };
}

function searchRow(kind: string, samples: readonly Sample[]): Row {
  const ours = samples.map((sample) => sample.oursMs);
  const bare = samples.map((sample) => sample.bareMs);
  const value = percentile(ours, 95);
  const floor = percentile(bare, 95);
  return {
    name: `9 search, ${kind}, p95`,
    value: rounded(value),
    unit: "ms",
    floor: rounded(floor),
    ratio: rounded(value / floor),
    target: `≤ ${ratioMax}, ≤ ${p95MsMax} ms`,
    ok: value <= ratioMax * floor && value <= p95MsMax,
    worst: rounded(worst(ours)),
    note: `p50 ${rounded(median(ours))} ms, bare ${rounded(median(bare))} ms; ${samples.length} searches`,
  };
}

/** One search by the program, and the same by nothing but SQL. */
async function ask(page: Page, db: Database, { query, chat }: Question): Promise<Sample> {
  const ours = await page.evaluate(([text, id]) => window.askLinnet(text, id), [
    query,
    chat,
  ] as const);
  const began = performance.now();
  const rows = searchBare(db, query, chat);
  const bareMs = performance.now() - began;
  if (ours.hits !== rows) throw new Error(`"${query}": ${ours.hits} hits, ${rows} in the file`);
  return { oursMs: ours.tookMs, bareMs };
}

/** Newest first, and the messages themselves: what no search could do without. */
function searchBare(db: Database, query: string, chat: ChatId | null): number {
  const match = matchExpression(query);
  if (match === null) throw new Error(`"${query}" is nothing to search for`);
  return db
    .prepare(
      `SELECT message.* FROM message_text CROSS JOIN message ON message.id = message_text.rowid
       WHERE message_text MATCH ? ORDER BY message_text.rowid DESC LIMIT ?`,
    )
    .all([textMatch({ match, chat }), searchLimits.resultsMax]).length;
}

declare global {
  interface Window {
    askLinnet(query: string, chat: number | null): Promise<{ tookMs: number; hits: number }>;
  }
}

/** The page keeps its port to itself: it is caught when the page first uses it. */
async function keepPort(page: Page): Promise<void> {
  await page.beforeScripts(() => {
    const ports = new Set<MessagePort>();
    // eslint-disable-next-line typescript/unbound-method -- called with the port it was called on
    const { postMessage } = MessagePort.prototype;
    MessagePort.prototype.postMessage = function catchPort(this: MessagePort, message: unknown) {
      ports.add(this);
      postMessage.call(this, message);
    };
    // Far from the page's own numbers, which it does not mind.
    let lastId = 1_000_000_000;
    window.askLinnet = (query, chat) =>
      new Promise((resolve) => {
        const [port] = ports;
        const id = ++lastId;
        const began = performance.now();
        port?.addEventListener("message", function onAnswer({ data }) {
          for (const answer of data.answers) {
            if (answer.id !== id) continue;
            const tookMs = performance.now() - began;
            port.removeEventListener("message", onAnswer);
            resolve({ tookMs, hits: answer.reply.value.length });
          }
        });
        port?.postMessage({ id, service: "search", method: "messages", args: [query, chat] });
      });
  });
  await page.reload();
  await page.waitFor("the list", () => document.querySelector("button[data-index]"), null);
}
