/** Work with key files that takes long, in a thread of its own: deriving keys from passwords and making RSA
 *  keys take seconds. One thread for one job: ending the thread is how a job is cancelled, and nothing of a
 *  password outlives it. */

import { Worker } from "node:worker_threads";
import type { Clock } from "../base/clock.ts";
import { identityLimits } from "../base/limits.ts";
import { failure, success, type Result } from "../base/result.ts";
import type { NewKeyKind } from "../pki/identity/key-creation.ts";
import type { KeyFileFault } from "../pki/identity/key-file-fault.ts";
import type { ReplyFault } from "../pki/identity/signing-request.ts";

/** What a thread can be asked, and what it answers. Certificates are DER, keys PKCS#8. */
export interface IdentityJobs {
  readonly read: {
    readonly asked: { readonly file: Uint8Array; readonly password: string | null };
    readonly answer: Result<FileContents, KeyFileFault>;
  };
  readonly create: {
    readonly asked: {
      readonly key: NewKeyKind;
      readonly address: string;
      readonly issued: "request" | "self-signed";
      /** Milliseconds since the epoch. */
      readonly at: number;
    };
    readonly answer: Result<CreatedKey, never>;
  };
  readonly reply: {
    readonly asked: { readonly pkcs8: Uint8Array; readonly file: Uint8Array };
    readonly answer: Result<IssuedCertificate, ReplyFault>;
  };
  readonly export: {
    readonly asked: IssuedCertificate & {
      readonly pkcs8: Uint8Array;
      readonly password: string;
      readonly name: string;
    };
    readonly answer: Result<Uint8Array, never>;
  };
}

export interface IssuedCertificate {
  readonly certificate: Uint8Array;
  readonly chain: readonly Uint8Array[];
}

export interface FoundKey {
  readonly pkcs8: Uint8Array;
  readonly name: string | null;
  readonly issued: IssuedCertificate | null;
  readonly isSupported: boolean;
  /** Whether it is the key of the certificate. */
  readonly isMatching: boolean;
}

export interface FileContents {
  readonly keys: readonly FoundKey[];
  readonly hasCertificates: boolean;
}

export interface CreatedKey {
  readonly pkcs8: Uint8Array;
  /** PEM, where a request was asked for. */
  readonly request: string | null;
  /** DER, where a certificate was asked for. */
  readonly certificate: Uint8Array | null;
}

export type JobName = keyof IdentityJobs;

/** What the thread is started with. */
export type JobSetup = {
  readonly [N in JobName]: { readonly name: N; readonly asked: IdentityJobs[N]["asked"] };
}[JobName];

/** Runs one job after the other. */
export class IdentityWorker {
  readonly #script: string | URL;
  readonly #clock: Clock;
  #cancel: (() => void) | null = null;

  /** @param script of the thread */
  constructor(script: string | URL, clock: Clock) {
    this.#script = script;
    this.#clock = clock;
  }

  /** @returns "cancelled" also where another job took its place, or where it took too long
   *  @throws where the thread broke: a mistake of ours */
  async run<N extends JobName>(
    name: N,
    asked: IdentityJobs[N]["asked"],
  ): Promise<Result<IdentityJobs[N]["answer"], "cancelled">> {
    this.cancel();
    const worker = new Worker(this.#script, { workerData: { name, asked } });
    return new Promise((resolve, reject) => {
      const end = (): void => {
        cancelTimer();
        if (this.#cancel === cancel) this.#cancel = null;
        void worker.terminate();
      };
      const cancel = (): void => {
        end();
        resolve(failure("cancelled"));
      };
      const cancelTimer = this.#clock.after(identityLimits.jobMs, cancel);
      this.#cancel = cancel;
      worker.once("message", (answer: IdentityJobs[N]["answer"]) => {
        end();
        resolve(success(answer));
      });
      const onBreak = (): void => {
        end();
        // Not the thread's own words: they might quote what it was working on.
        reject(new Error(`the thread for key files broke while it was to ${name}`));
      };
      worker.once("error", onBreak);
      worker.once("exit", onBreak);
    });
  }

  cancel(): void {
    this.#cancel?.();
  }
}
