/** Stores that answer late, or otherwise than the real one behind them. */

import type { Store } from "../../app/store/store.ts";
import { Recorder } from "./recorder.ts";

type Ask = (subject: string, name: string, args: unknown) => Promise<unknown>;

/** One question that waits. */
export interface HeldQuestion {
  /** Lets it through to the store. */
  release(): void;
  refuse(error: Error): void;
}

/** Holds some questions back until a test lets them go. */
export class HeldStore {
  readonly held = new Recorder<HeldQuestion>();
  isHolding = true;
  readonly #store: Store;
  readonly #questions: readonly string[];

  /** @param questions that are held back, such as "messages.receive" */
  constructor(store: Store, questions: readonly string[]) {
    this.#store = store;
    this.#questions = questions;
  }

  /** The same to whoever asks. */
  asStore(): Store {
    const forward = this.#store.ask.bind(this.#store) as Ask;
    const ask: Ask = async (subject, name, args) => {
      if (this.isHolding && this.#questions.includes(`${subject}.${name}`)) {
        await new Promise<void>((release, refuse) => {
          this.held.add({ release, refuse });
        });
      }
      return forward(subject, name, args);
    };
    return { ask, close: () => this.#store.close() } as unknown as Store;
  }

  /** Refuses question number `number`, from 1, once it is asked. */
  async refuse(number: number, error: Error): Promise<void> {
    const question = await this.held.until((held) => held[number - 1]);
    question.refuse(error);
  }

  /** Lets everything go that is held back, and holds nothing back any more. */
  releaseAll(): void {
    this.isHolding = false;
    for (const each of this.held.items) each.release();
  }
}

/** A store that gives one question an answer of the test's own. */
export function withAnswer(store: Store, question: string, answer: unknown): Store {
  const forward = store.ask.bind(store) as Ask;
  const ask: Ask = (subject, name, args) =>
    `${subject}.${name}` === question ? Promise.resolve(answer) : forward(subject, name, args);
  return { ask, close: () => store.close() } as unknown as Store;
}
