/** The words on the screen: plain ones, one sentence for every problem, none forgotten. */

import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import type { ConnectionProblem } from "../../../app/contract/problems.ts";
import { text } from "../../../renderer/text/index.ts";
import { glossary } from "../../../renderer/text/glossary.ts";
import { connectionSentence, errorSentence } from "../../../renderer/text/problems.ts";

const renderer = resolve(import.meta.dirname, "../../../renderer");

const problems: readonly ConnectionProblem[] = [
  { kind: "host-unknown", host: "verona.example" },
  { kind: "lookup-failed", host: "verona.example" },
  { kind: "refused", host: "verona.example", port: 5222 },
  { kind: "unreachable", host: "verona.example", port: 5222 },
  { kind: "timeout", host: "verona.example", port: 5222 },
  { kind: "tls-failed", host: "verona.example" },
  { kind: "tls-unavailable" },
  {
    kind: "certificate",
    host: "verona.example",
    problems: ["expired", "other-domain"],
    question: null,
  },
  {
    kind: "certificate",
    host: "verona.example",
    problems: ["not-yet-valid", "self-signed"],
    question: null,
  },
  {
    kind: "certificate",
    host: "verona.example",
    problems: ["untrusted-authority"],
    question: null,
  },
  {
    kind: "certificate",
    host: "verona.example",
    problems: ["revoked", "unusable"],
    question: null,
  },
  { kind: "client-certificate", problem: "required" },
  { kind: "client-certificate", problem: "expired" },
  { kind: "client-certificate", problem: "revoked" },
  { kind: "client-certificate", problem: "unknown-authority" },
  { kind: "client-certificate", problem: "unsupported-key" },
  { kind: "client-certificate", problem: "not-accepted" },
  { kind: "certificate-refused" },
  { kind: "certificate-unused" },
  { kind: "wrong-password" },
  { kind: "account-disabled" },
  { kind: "no-mechanism", isPlainOffered: true },
  { kind: "no-mechanism", isPlainOffered: false },
  { kind: "sign-in-refused", condition: "temporary-auth-failure" },
  { kind: "sign-in-refused", condition: "malformed-request" },
  { kind: "server-unproven" },
  { kind: "session-refused", condition: "resource-constraint" },
  { kind: "replaced" },
  { kind: "policy-violation" },
  { kind: "server-shutdown" },
  { kind: "server-error", condition: "internal-server-error" },
  { kind: "unreadable", what: "malformed" },
  { kind: "unreadable", what: "too-big" },
  { kind: "unreadable", what: "too-deep" },
  { kind: "protocol" },
  { kind: "lost" },
  { kind: "silent" },
  { kind: "not-stored" },
];

test("every problem has a sentence of its own", () => {
  const sentences = problems.map(connectionSentence);
  expect(new Set(sentences).size).toBe(problems.length);
  for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z0-9].*[.?]$/);
});

test("what a call says is what its connection says, and a cancelled one says nothing", () => {
  const problem = { kind: "wrong-password" } as const;
  expect(errorSentence({ kind: "connection", problem })).toBe(connectionSentence(problem));
  expect(errorSentence({ kind: "cancelled" })).toBeNull();
});

test("nobody reads words of the trade", () => {
  const words = Object.keys(glossary).map((word) => new RegExp(`\\b${word}\\b`, "i"));
  for (const sentence of [...allTexts(text), ...problems.map(connectionSentence)]) {
    for (const word of words) expect(sentence).not.toMatch(word);
  }
});

test("components hold no words: they are all in renderer/text", () => {
  const folders = ["view", "ui"].map((name) => join(renderer, name));
  for (const folder of folders) {
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".tsx"),
    )) {
      const code = readFileSync(join(folder, name), "utf8").replaceAll(/\/\*[\s\S]*?\*\//g, "");
      const attribute = /\b(?:aria-label|title|placeholder|label|alt)="[^"]*[A-Za-z]{2}[^"]*"/;
      const between = />\s*[A-Z][a-z]+[^<>{}=;()]*</;
      expect(code.match(attribute)?.[0] ?? "", name).toBe("");
      expect(code.match(between)?.[0] ?? "", name).toBe("");
    }
  }
});

/** Every string of the texts; functions are called with something that reads like an argument. */
function allTexts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "function") {
    const make = value as (...args: unknown[]) => string;
    return [make("romeo", "10:00", "hello", "sent"), make(1), make(7)].map(String);
  }
  return Object.values(value as object).flatMap(allTexts);
}
