/** Servers whose certificate is not good: nothing is said to them. */

import { expect, test, vi } from "vitest";
import type { CertificateProblem } from "../../app/xmpp/stream/transport.ts";
import {
  TestAuthority,
  type KeyAndCertificate,
  type ServerCertificateOptions,
} from "../lab/certificates.ts";
import { describeServers, domain, type Lab } from "./lab.ts";
import type { TappedDialer } from "./tapped-dialer.ts";

const names = [domain];

const defects: readonly (readonly [CertificateProblem, ServerCertificateOptions])[] = [
  ["expired", { names, validFromDays: -30, validToDays: -1 }],
  ["not-yet-valid", { names, validFromDays: 1 }],
  ["other-domain", { names: ["elsewhere.test"] }],
  ["self-signed", { names, isSelfSigned: true }],
];

describeServers(
  (lab) => {
    test("says nothing to a server of an unknown authority", async () => {
      await present(lab, lab.authority.issue({ names }));
      const strangers = lab.dialer({ authorities: [new TestAuthority("Somebody else")] });
      await expectSilence(lab, strangers, "untrusted-authority");
      // To those who know the authority the same server is fine.
      expect((await lab.online(await lab.user())).wire.isSecure).toBe(true);
    });

    test.each(defects)("refuses a certificate that is %s", async (problem, certificate) => {
      await present(lab, lab.authority.issue(certificate));
      await expectSilence(lab, lab.dialer(), problem);
    });

    test("stops, and tells the person, when the certificate turns bad later", async () => {
      await present(lab, lab.authority.issue({ names }));
      const person = await lab.person();
      await person.signIn(await lab.user(), lab.at("starttls"));
      await lab.server.stop();
      await person.screen.account("waiting");
      await lab.server.restart(lab.authority.issue({ names: ["elsewhere.test"] }));
      expect(await person.screen.account("stopped")).toMatchObject({
        connection: { problem: { kind: "certificate", problems: ["other-domain"] } },
      });
    });
  },
  { isVerbose: true },
);

async function present(lab: Lab, identity: KeyAndCertificate): Promise<void> {
  await lab.server.stop("SIGKILL");
  await lab.server.restart(identity);
}

/** Nothing is said over direct TLS, and over STARTTLS nothing behind it: the server's log knows. */
async function expectSilence(
  lab: Lab,
  dialer: TappedDialer,
  problem: CertificateProblem,
): Promise<void> {
  const user = await lab.user();
  const before = lab.server.received().length;
  for (const tls of ["direct", "starttls"] as const) {
    const device = lab.device(user, { server: lab.at(tls), dialer });
    const failure = {
      kind: "certificate",
      host: "127.0.0.1",
      problems: [problem],
      question: expect.any(String) as string,
    };
    expect(await device.start()).toEqual({ ok: false, error: { kind: "transport", failure } });
  }
  // The log comes a little later. What an attempt that nobody refuses adds comes last.
  const mark = lab.device(user, { server: lab.at("starttls"), dialer: lab.dialer() });
  await mark.start();
  const beforeTls = [expect.stringContaining("stream:stream"), expect.stringContaining("starttls")];
  await vi.waitFor(() => {
    const received = lab.server.received().slice(before);
    expect(received.slice(0, 4)).toEqual([...beforeTls, ...beforeTls]);
  });
  expect(dialer.wire.sent).not.toContain(user.username);
}
