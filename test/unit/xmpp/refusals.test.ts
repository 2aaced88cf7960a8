/** What a server says when it refuses or ends something, and what becomes of it. */

import { describe, expect, test } from "vitest";
import { mayPassByItself } from "../../../app/account/problem.ts";
import type { ConnectionProblem } from "../../../app/contract/problems.ts";
import {
  expectSasl,
  features,
  header,
  login,
  mechanisms,
  ns,
  openStream,
  streamError,
  upgrade,
} from "../../lab/scripted-login.ts";
import type { Peer } from "../../lab/scripted-server.ts";
import { play, playOnline, problemAfter } from "./stage.ts";

function saslFailure(condition: string): string {
  return `<failure xmlns='${ns.sasl}'><${condition}/><text xml:lang='en'>No.</text></failure>`;
}

async function refusedWith(
  answer: string,
  leave: (peer: Peer) => void,
): Promise<ConnectionProblem | null> {
  await using stage = await play(async (peer) => {
    await upgrade(peer);
    await openStream(peer, features(mechanisms("SCRAM-SHA-256")));
    await expectSasl(peer, "auth");
    await peer.send(answer);
    leave(peer);
    await peer.gone;
  });
  await stage.session.start();
  return problemAfter(stage.session);
}

describe("signing in is refused", () => {
  test.each([
    ["not-authorized", { kind: "wrong-password" }, false],
    ["invalid-authzid", { kind: "wrong-password" }, false],
    ["account-disabled", { kind: "account-disabled" }, false],
    ["credentials-expired", { kind: "account-disabled" }, false],
    [
      "temporary-auth-failure",
      { kind: "sign-in-refused", condition: "temporary-auth-failure" },
      true,
    ],
    ["mechanism-too-weak", { kind: "sign-in-refused", condition: "mechanism-too-weak" }, false],
    ["aborted", { kind: "sign-in-refused", condition: "aborted" }, false],
  ] as const)("%s", async (condition, problem, isTriedAgain) => {
    // Some servers close in the same breath (RFC 6120 §6.4.5 lets them), some drop the connection.
    const answer = saslFailure(condition);
    const end = (peer: Peer): void => {
      peer.end();
    };
    expect(await refusedWith(answer, end)).toEqual(problem);
    expect(await refusedWith(`${answer}</stream:stream>`, end)).toEqual(problem);
    expect(await refusedWith(answer + streamError("policy-violation"), end)).toEqual(problem);
    expect(mayPassByItself(problem)).toBe(isTriedAgain);
  });

  test("a failure without a reason", async () => {
    const problem = await refusedWith(`<failure xmlns='${ns.sasl}'/>`, (peer) => {
      peer.end();
    });
    expect(problem).toEqual({ kind: "sign-in-refused", condition: "undefined-condition" });
  });

  test("an element that is no part of SASL", async () => {
    const problem = await refusedWith(`<surprise xmlns='${ns.sasl}'/>`, (peer) => {
      peer.end();
    });
    expect(problem).toEqual({ kind: "protocol" });
  });
});

/** RFC 6120 §4.9.3, and whether it is worth trying again. */
const streamErrors: readonly (readonly [string, ConnectionProblem, boolean])[] = [
  ["conflict", { kind: "replaced" }, false],
  ["policy-violation", { kind: "policy-violation" }, false],
  ["not-authorized", { kind: "wrong-password" }, false],
  ["system-shutdown", { kind: "server-shutdown" }, true],
  ["host-unknown", { kind: "server-error", condition: "host-unknown" }, false],
  ["host-gone", { kind: "server-error", condition: "host-gone" }, false],
  ["internal-server-error", { kind: "server-error", condition: "internal-server-error" }, true],
  ["connection-timeout", { kind: "server-error", condition: "connection-timeout" }, true],
  ["reset", { kind: "server-error", condition: "reset" }, true],
  ["something-new", { kind: "server-error", condition: "something-new" }, true],
];

describe("the server ends the stream with an error", () => {
  test.each(streamErrors)("%s, instead of features", async (condition, problem, isTriedAgain) => {
    await using stage = await play(async (peer) => {
      await peer.expect(/<stream:stream [^>]*>/);
      await peer.send(header, streamError(condition));
      peer.end();
    });
    expect(await stage.session.start()).toMatchObject({ ok: false });
    expect(await problemAfter(stage.session)).toEqual(problem);
    expect(mayPassByItself(problem)).toBe(isTriedAgain);
  });

  test.each(streamErrors)("%s, while online", async (condition, problem) => {
    await using stage = await playOnline(login);
    await stage.peer.send(streamError(condition));
    expect(await problemAfter(stage.session)).toEqual(problem);
    await stage.peer.expect(/<\/stream:stream>$/);
  });

  test("without a word of why", async () => {
    await using stage = await playOnline(login);
    await stage.peer.send("<stream:error/>");
    const problem = { kind: "server-error", condition: "undefined-condition" };
    expect(await problemAfter(stage.session)).toEqual(problem);
  });
});

describe("the connection ends while online", () => {
  test("in good order: the server is closed, and we say goodbye, too", async () => {
    await using stage = await playOnline(login);
    await stage.peer.send("</stream:stream>");
    expect(await problemAfter(stage.session)).toEqual({ kind: "server-shutdown" });
    await stage.peer.expect(/<\/stream:stream>$/);
  });

  test("without a word", async () => {
    await using stage = await playOnline(login);
    stage.peer.destroy();
    const problem = await problemAfter(stage.session);
    expect(problem).toEqual({ kind: "lost" });
    expect(problem && mayPassByItself(problem)).toBe(true);
  });

  test("by us: there is nothing to explain", async () => {
    await using stage = await playOnline(login);
    stage.session.close();
    await stage.peer.expect(/<\/stream:stream>$/);
    await stage.peer.send("</stream:stream>");
    expect(await problemAfter(stage.session)).toBeNull();
  });
});
