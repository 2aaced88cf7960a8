/** Connecting and signing in, as people's servers want it. */

import { expect, test } from "vitest";
import { xml, type Element } from "@xmpp/xml";
import { domainOf } from "../../app/xmpp/jid.ts";
import { DnsServer } from "../lab/dns-server.ts";
import { Ejabberd } from "../lab/ejabberd.ts";
import { freePorts } from "../lab/ports.ts";
import { Prosody } from "../lab/prosody.ts";
import type { Device } from "./device.ts";
import { describeServers, describeServer, domain, type Lab } from "./lab.ts";
import { userAt } from "./user.ts";

describeServers((lab) => {
  test("signs in over STARTTLS", async () => {
    const user = await lab.user();
    const device = lab.device(user);
    const started = await device.start();
    expect(started).toMatchObject({ ok: true });
    expect(device.session.own.startsWith(`${user.address}/`)).toBe(true);
    expect(device.wire.sent.match(/<starttls /g)).toHaveLength(1);
    expect(device.wire.isSecure).toBe(true);
    console.log(`${lab.flavour.name} is ${await softwareOf(device)}`);
  });

  test("signs in over direct TLS", async () => {
    const device = await lab.online(await lab.user(), { server: lab.at("direct") });
    expect(device.wire.sent).not.toContain("<starttls");
    expect(device.wire.port).toBe(lab.server.directTlsPort);
  });

  test("finds the server through SRV records that name another host", async () => {
    const [closedPort = 0] = await freePorts(1);
    const host = "xmpp-7.provider.test";
    const { directTlsPort, starttlsPort } = lab.server;
    await using dns = await DnsServer.start({
      [`_xmpps-client._tcp.${domain}`]: {
        SRV: [
          { target: host, port: closedPort, priority: 1 },
          { target: host, port: directTlsPort, priority: 2 },
        ],
      },
      [`_xmpp-client._tcp.${domain}`]: { SRV: [{ target: host, port: starttlsPort, priority: 3 }] },
      [host]: { A: "127.0.0.1" },
    });
    const dialer = lab.dialer({ nameserver: dns.address, lookup: dns.lookup });
    const device = await lab.online(await lab.user(), { server: null, dialer });
    const { wire } = device;
    expect({ host: wire.host, port: wire.port }).toEqual({ host, port: directTlsPort });
    expect(dns.questions).toContain(`SRV _xmpp-client._tcp.${domain}`);
  });

  test("uses the strongest mechanism that the server offers", async () => {
    const device = await lab.online(await lab.user());
    expect(chosen(device)).toEqual(strongest(device));
    if (lab.flavour.isBackport) {
      expect(chosen(device)).toEqual({
        mechanism: "SCRAM-SHA-256-PLUS",
        gs2Header: "p=tls-exporter,",
      });
    }
  });

  test("signs in with a password of all alphabets", async () => {
    const device = await lab.online(await lab.user("Grün\u00a0Ⅸ пароль"));
    expect(device.session.state).toBe("online");
  });

  test("reports a wrong password and tries it once", async () => {
    const { username } = await lab.user();
    const device = lab.device(userAt(domain, username, "not it"));
    expect(await device.start()).toEqual({ ok: false, error: { kind: "not-authorized" } });
    expect(device.wire.sent.match(/<auth /g)).toHaveLength(1);
    expect(device.session.state).toBe("closed");
  });

  test("reports an unknown account like a wrong password", async () => {
    const device = lab.device(userAt(domain, "nobody", "pencil"));
    expect(await device.start()).toEqual({ ok: false, error: { kind: "not-authorized" } });
  });

  test("leaves nothing behind after a sign-in with a mistake, and signs in once it is right", async () => {
    const user = await lab.user();
    const person = await lab.person();
    const wrong = await person.signIn({ ...user, password: "not it" }, lab.at("direct"));
    expect(wrong).toEqual({
      ok: false,
      error: { kind: "connection", problem: { kind: "wrong-password" } },
    });
    expect(person.dialer.attempts).toHaveLength(1);
    expect(await person.store.ask("accounts", "list", null)).toEqual([]);
    const right = await person.signIn(user, lab.at("direct"));
    expect(right).toMatchObject({ ok: true, value: { connection: { kind: "online" } } });
  });
});

describeServer(
  "Prosody with SHA-1",
  (options) => Prosody.start({ ...options, passwordHash: "SHA-1" }),
  (lab) => {
    test("signs in with the SCRAM that it has", () => expectMechanism(lab, "SCRAM-SHA-1"));
  },
);

describeServer(
  "ejabberd with SHA-512",
  (options) => Ejabberd.start({ ...options, passwordHash: "SHA-512" }),
  (lab) => {
    test("signs in with the SCRAM that it has", () => expectMechanism(lab, "SCRAM-SHA-512"));
  },
);

/** With or without -PLUS, as the installed version has it. */
async function expectMechanism(lab: Lab, family: string): Promise<void> {
  const device = await lab.online(await lab.user());
  expect(chosen(device)).toEqual(strongest(device));
  expect(chosen(device).mechanism.replace("-PLUS", "")).toBe(family);
}

interface Choice {
  readonly mechanism: string;
  readonly gs2Header: string;
}

/** What went over the wire. */
function chosen({ wire }: Device): Choice {
  const [, mechanism = "", data = ""] =
    /<auth [^>]*mechanism="([^"]*)"[^>]*>([^<]*)/.exec(wire.sent) ?? [];
  const [first = ""] = Buffer.from(data, "base64").toString().split(",");
  return { mechanism, gs2Header: `${first},` };
}

/** What the RFCs ask for, read from the offer without the program's own code. */
function strongest({ wire }: Device): Choice {
  const offered = [...wire.received.matchAll(/<mechanism>([^<]*)</g)].map(([, name = ""]) => name);
  const listed = [...wire.received.matchAll(/<channel-binding [^>]*type=['"]([^'"]*)/g)].map(
    ([, type = ""]) => type,
  );
  const hash = (suffix: string): string | undefined =>
    ["SHA-512", "SHA-256", "SHA-1"]
      .map((name) => `SCRAM-${name}${suffix}`)
      .find((name) => offered.includes(name));
  const type = ["tls-exporter", "tls-server-end-point"].find((each) => listed.includes(each));
  const plus = hash("-PLUS");
  if (type !== undefined && plus !== undefined) {
    return { mechanism: plus, gs2Header: `p=${type},` };
  }
  return { mechanism: hash("") ?? "none", gs2Header: plus === undefined ? "y," : "n," };
}

/** XEP-0092, by hand: the program does not ask. */
async function softwareOf({ session }: Device): Promise<string> {
  const ns = "jabber:iq:version";
  const payload = xml("query", { xmlns: ns });
  const answer = await session.iq.request({ type: "get", to: domainOf(session.account), payload });
  if (!answer.ok) throw new Error(`no version: ${answer.error.kind}`);
  const query: Element | undefined = answer.value.getChild("query", ns);
  return `${query?.getChildText("name")} ${query?.getChildText("version")}`;
}
