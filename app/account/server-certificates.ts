/** The certificates that an account's server keeps to sign it in with (XEP-0257), where it offers that. */

import { failure, success, type Result } from "../base/result.ts";
import type { IdentityId } from "../contract/ids.ts";
import type { AppError } from "../contract/problems.ts";
import type { ServerCertificateView } from "../contract/views.ts";
import type { Store } from "../store/store.ts";
import { certificateFacts, readCertificate } from "../trust/identity-view.ts";
import type { IqFailure } from "../xmpp/stream/iq-calls.ts";
import type { Session } from "../xmpp/stream/session.ts";
import {
  appendClientCertificate,
  disableClientCertificate,
  listClientCertificates,
  offersClientCertificates,
  revokeClientCertificate,
} from "../xmpp/xep/0257-client-certificates.ts";

type Answer<T> = Promise<Result<T, AppError>>;

export interface ServerCertificatesOptions {
  readonly store: Store;
  /** The session while the account is online. */
  session(): Session | null;
}

export class ServerCertificates {
  readonly #options: ServerCertificatesOptions;

  constructor(options: ServerCertificatesOptions) {
    this.#options = options;
  }

  /** @returns null where the server does not offer it */
  list(): Answer<readonly ServerCertificateView[] | null> {
    return this.#online(async (session) => {
      if (!(await offersClientCertificates(session))) return success(null);
      const listed = await listClientCertificates(session);
      if (!listed.ok) return listed;
      return success(
        listed.value.map(({ name, certificate, users }) => {
          const read = readCertificate(certificate);
          const facts = read && certificateFacts(read);
          return { name, fingerprint: read?.fingerprint ?? null, facts, users };
        }),
      );
    });
  }

  /** Gives the server one of ours, without its key, under the name that it has here. */
  async add(id: IdentityId): Answer<null> {
    const record = await this.#options.store.ask("identities", "get", { id });
    if (!record?.certificate) return failure({ kind: "not-found" });
    const { name, certificate } = record;
    return this.#online((session) =>
      appendClientCertificate(session, { name, certificate, mayManage: true }),
    );
  }

  disable(name: string): Answer<null> {
    return this.#online((session) => disableClientCertificate(session, name));
  }

  revoke(name: string): Answer<null> {
    return this.#online((session) => revokeClientCertificate(session, name));
  }

  async #online<T>(ask: (session: Session) => Promise<Result<T, IqFailure>>): Answer<T> {
    const session = this.#options.session();
    if (!session) return failure({ kind: "offline" });
    const answer = await ask(session);
    if (answer.ok) return answer;
    return failure(
      answer.error.kind === "refused"
        ? { kind: "refused-by-server", condition: answer.error.error.condition }
        : { kind: "offline" },
    );
  }
}
