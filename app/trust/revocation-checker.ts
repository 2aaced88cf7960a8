/** Finds out whether the certificates of a chain are revoked: from what is kept, then from responders, then
 *  from lists, as far as the time of one decision allows. Deciding is for others. */

import { randomBytes } from "node:crypto";
import type { Clock } from "../base/clock.ts";
import { ocspLimits, trustLimits } from "../base/limits.ts";
import { drop } from "../base/drop.ts";
import type { Log } from "../base/log.ts";
import { accessOids } from "../pki/oids.ts";
import { writeOcspRequest } from "../pki/revocation/ocsp-request.ts";
import { statusByOcsp } from "../pki/revocation/ocsp-status.ts";
import type { Certificate } from "../pki/x509/certificate.ts";
import type { DistributionPoint } from "../pki/x509/extensions.ts";
import type { CrlFiles } from "./crl-files.ts";
import { RevocationEvidence, type Link, type NotChecked } from "./revocation-evidence.ts";
import { isWebUrl, type RevocationFetcher } from "./revocation-fetcher.ts";
import type { TrustStore } from "./trust-book.ts";

export interface RevocationCheckerOptions {
  readonly store: TrustStore;
  readonly fetcher: RevocationFetcher;
  readonly files: CrlFiles;
  readonly clock: Clock;
  readonly log: Log;
}

export class RevocationChecker {
  readonly #options: RevocationCheckerOptions;

  constructor(options: RevocationCheckerOptions) {
    this.#options = options;
  }

  /** Adds what is kept about certificates.
   *  @returns those whose kept answer should be fetched anew soon */
  async addKept(
    evidence: RevocationEvidence,
    certificates: readonly Certificate[],
  ): Promise<Set<string>> {
    const { store, files, clock } = this.#options;
    const now = clock.now();
    const due = new Set<string>();
    const fingerprints = certificates.map(({ fingerprint }) => fingerprint);
    const answers = await store.ask("revocation", "answers", { certificates: fingerprints });
    for (const { certificate, response, until, fetchedAt } of answers) {
      evidence.addAnswer(certificate, { via: "ocsp", response, nonce: null });
      if (now > until - (until - fetchedAt) / 10) due.add(certificate);
    }
    for (const certificate of certificates) {
      for (const { crl, refreshAt } of await files.at(listUrlsOf(certificate))) {
        evidence.addCrl(crl);
        if (now >= refreshAt) due.add(certificate.fingerprint);
      }
    }
    return due;
  }

  /** Fetches what is missing, all at the same time. @param mayBePrivate whether a link may be asked about
   *  inside the own network  @param timeoutMs for all of it  @returns whether there is anything new */
  async fetch(
    evidence: RevocationEvidence,
    links: readonly Link[],
    mayBePrivate: (link: Link) => boolean,
    timeoutMs: number,
  ): Promise<boolean> {
    const { clock } = this.#options;
    const end = clock.monotonicMs() + timeoutMs;
    const found = await Promise.all(
      links
        .slice(0, trustLimits.linksMax)
        .map((link) => this.#fetchLink(evidence, link, mayBePrivate(link), end)),
    );
    return found.includes(true);
  }

  /** Fetches anew what runs out soon, while nobody waits for it. */
  refresh(
    signers: readonly Certificate[],
    links: readonly Link[],
    mayBePrivate: (link: Link) => boolean,
  ): void {
    const evidence = new RevocationEvidence(signers);
    const { log } = this.#options;
    drop(this.fetch(evidence, links, mayBePrivate, trustLimits.fetchMs), "refreshing", log);
  }

  async #fetchLink(
    evidence: RevocationEvidence,
    link: Link,
    mayBePrivate: boolean,
    end: number,
  ): Promise<boolean> {
    const { certificate } = link;
    const responders = urlsOf(responderNames(certificate));
    const lists = listUrlsOf(certificate);
    const all = [...responders, ...lists];
    if (all.length === 0) {
      evidence.addReason(certificate.fingerprint, "no-source");
      return false;
    }
    if (!all.some(isWebUrl)) {
      evidence.addReason(certificate.fingerprint, "unsupported-source");
      return false;
    }
    for (const url of responders.filter(isWebUrl)) {
      const halfway = lists.length > 0 ? 2 : 1;
      const timeoutMs = (end - this.#options.clock.monotonicMs()) / halfway;
      if (await this.#askResponder(evidence, link, { url, mayBePrivate, timeoutMs })) return true;
    }
    let isNew = false;
    for (const url of lists.filter(isWebUrl)) {
      const timeoutMs = end - this.#options.clock.monotonicMs();
      if (await this.#fetchList(evidence, link, { url, mayBePrivate, timeoutMs })) isNew = true;
    }
    return isNew;
  }

  /** @returns whether the answer can be believed, whatever it says */
  async #askResponder(evidence: RevocationEvidence, link: Link, place: Place): Promise<boolean> {
    const { certificate, issuer } = link;
    const { clock, fetcher, store } = this.#options;
    const nonce = randomBytes(ocspLimits.nonceBytes);
    // A responder that does not know the extension may refuse the whole request (RFC 6960 §4.4.1 lets it).
    for (const value of [nonce, null]) {
      const body = writeOcspRequest({ certificate, issuer, digest: "sha1", nonce: value });
      const fetched = await fetcher.fetch({
        ...place,
        body,
        contentType: "application/ocsp-request",
        bytesMax: ocspLimits.responseBytesMax,
      });
      if (!fetched.ok) {
        evidence.addReason(certificate.fingerprint, fetched.error);
        return false;
      }
      const response = fetched.value;
      const asked = value && { value };
      const at = clock.now();
      const status = statusByOcsp({ response, nonce: asked, certificate, issuer, at });
      switch (status.kind) {
        case "good":
        case "revoked":
          evidence.addAnswer(certificate.fingerprint, { via: "ocsp", response, nonce: asked });
          await store.ask("revocation", "keepAnswer", {
            certificate: certificate.fingerprint,
            issuer: issuer.fingerprint,
            response,
            until: status.until,
            fetchedAt: at,
          });
          return true;
        case "unknown":
          return this.#giveUp(evidence, certificate, "unknown-there");
        case "unavailable":
          if (value && status.why === "malformed-request") continue;
          return this.#giveUp(evidence, certificate, "unreachable");
        case "invalid":
        case "nomatch":
          return this.#giveUp(evidence, certificate, "bad-answer");
      }
    }
    return false;
  }

  #giveUp(evidence: RevocationEvidence, { fingerprint }: Certificate, why: NotChecked): false {
    evidence.addReason(fingerprint, why);
    return false;
  }

  async #fetchList(evidence: RevocationEvidence, link: Link, place: Place): Promise<boolean> {
    const { certificate, issuer } = link;
    const { fetcher, files, clock, log } = this.#options;
    const end = clock.monotonicMs() + place.timeoutMs;
    const fetched = await fetcher.fetch({ ...place, bytesMax: trustLimits.crlBytesMax });
    if (!fetched.ok) return this.#giveUp(evidence, certificate, fetched.error);
    const signers = [issuer, ...evidence.signers];
    const keeping = files.keep(place.url, fetched.value, signers);
    // A list that takes longer is there for the next decision.
    const kept = await withinMs(keeping, end - clock.monotonicMs(), clock);
    if (kept === null) {
      drop(keeping, "keeping a list", log);
      return this.#giveUp(evidence, certificate, "unreachable");
    }
    if (!kept.ok) {
      log.info(`a list from ${place.url}: ${kept.error}`);
      return this.#giveUp(evidence, certificate, "bad-answer");
    }
    evidence.addCrl(kept.value);
    return true;
  }
}

interface Place {
  readonly url: string;
  readonly mayBePrivate: boolean;
  readonly timeoutMs: number;
}

function responderNames({ authorityInfoAccess }: Certificate): readonly string[] {
  return authorityInfoAccess.flatMap(({ method, location }) =>
    method === accessOids.ocsp && location.kind === "uri" ? [location.text] : [],
  );
}

/** Where lists are that a certificate may be on, and what was added to them since. */
function listUrlsOf({ crlDistributionPoints, freshestCrl }: Certificate): string[] {
  const names = (points: readonly DistributionPoint[]): string[] =>
    points.flatMap(({ name }) =>
      name?.kind === "full"
        ? name.names.flatMap((each) => (each.kind === "uri" ? [each.text] : []))
        : [],
    );
  return [...urlsOf(names(crlDistributionPoints)), ...urlsOf(names(freshestCrl))];
}

/** The first few, those first that can be fetched. */
function urlsOf(urls: readonly string[]): string[] {
  const unique = [...new Set(urls)];
  const ordered = [...unique.filter(isWebUrl), ...unique.filter((url) => !isWebUrl(url))];
  return ordered.slice(0, trustLimits.placesMax);
}

function withinMs<T>(promise: Promise<T>, timeoutMs: number, clock: Clock): Promise<T | null> {
  const late = Promise.withResolvers<null>();
  const cancel = clock.after(Math.max(0, timeoutMs), () => {
    late.resolve(null);
  });
  return Promise.race([promise.finally(cancel), late.promise]);
}
