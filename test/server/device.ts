/** One signed-in session over the real network code, without store and account around it. */

import { systemClock } from "../../app/base/clock.ts";
import { systemRandom } from "../../app/base/random.ts";
import type { Result } from "../../app/base/result.ts";
import type { Candidate } from "../../app/net/resolver.ts";
import { asciiDomain, type FullJid } from "../../app/xmpp/jid.ts";
import type { Message } from "../../app/xmpp/stanza/message.ts";
import { writePresence, type Presence } from "../../app/xmpp/stanza/presence.ts";
import { Session } from "../../app/xmpp/stream/session.ts";
import type { SessionEnd } from "../../app/xmpp/stream/session-end.ts";
import { extensions } from "../../app/xmpp/xep/index.ts";
import { recordedLog } from "../lab/recorded-log.ts";
import { Recorder } from "../lab/recorder.ts";
import type { TappedDialer, TappedTransport } from "./tapped-dialer.ts";
import type { User } from "./user.ts";

export interface DeviceOptions {
  readonly user: User;
  readonly dialer: TappedDialer;
  /** Null: looked up. */
  readonly server: Candidate | null;
  readonly resource: string;
}

export class Device {
  readonly messages = new Recorder<Message>();
  readonly presences = new Recorder<Presence>();
  readonly session: Session;
  readonly #dialer: TappedDialer;

  constructor({ user, dialer, server, resource }: DeviceOptions) {
    this.#dialer = dialer;
    this.session = new Session({
      account: user.address,
      credentials: user,
      isPlainAllowed: false,
      resource,
      extensions,
      clock: systemClock,
      random: systemRandom,
      log: recordedLog().log,
      dial: () => dialer.dial(asciiDomain(user.address), server),
    });
    this.session.onMessage((message) => {
      this.messages.add(message);
    });
    this.session.onPresence((presence) => {
      this.presences.add(presence);
    });
  }

  /** What went over its connection, inside TLS. */
  get wire(): TappedTransport {
    return this.#dialer.wire;
  }

  start(): Promise<Result<FullJid, SessionEnd>> {
    return this.session.start();
  }

  /** Sends presence and waits until the server has sent it back: from then on messages come. */
  async appear(status = ""): Promise<void> {
    this.session.send(writePresence({ availability: "online", status }));
    await this.presences.first(({ from }) => from === this.session.own);
  }

  async close(): Promise<void> {
    this.session.close();
    await this.session.over;
  }
}
