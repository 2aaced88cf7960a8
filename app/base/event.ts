/** Typed events. They announce what happened; they never decide what happens next. */

export type Listener<T> = (value: T) => void;
/** Takes back whatever handed it out. Calling it twice does nothing more. */
export type Undo = () => void;

export interface Event<T> {
  (listener: Listener<T>): Undo;
}

export class Emitter<T> {
  readonly #listeners = new Set<Listener<T>>();

  /** Subscribes; listeners are called in the order in which they came. */
  readonly event: Event<T> = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  emit(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }

  get size(): number {
    return this.#listeners.size;
  }
}

/** One undo for many, run in reverse order of creation. */
export function undoAll(undos: readonly Undo[]): Undo {
  return () => {
    for (const undo of undos.toReversed()) undo();
  };
}
