/** Remembers what happened, in order, and lets a test wait for it. */

export class Recorder<T> {
  readonly items: T[] = [];
  readonly #checks = new Set<() => void>();

  add(item: T): void {
    this.items.push(item);
    for (const check of this.#checks) check();
  }

  /** Resolves with what `find` finds among everything so far, as soon as it finds anything. */
  until<R>(find: (items: readonly T[]) => R | undefined | null | false): Promise<R> {
    return new Promise((resolve) => {
      const check = (): void => {
        const found = find(this.items);
        if (found === undefined || found === null || found === false) return;
        this.#checks.delete(check);
        resolve(found);
      };
      this.#checks.add(check);
      check();
    });
  }

  /** Resolves with the first item that fits, also one of the past. */
  first<S extends T>(fits: (item: T) => item is S): Promise<S>;
  first(fits: (item: T) => boolean): Promise<T>;
  first(fits: (item: T) => boolean): Promise<T> {
    return this.until((items) => items.find(fits));
  }

  /** Resolves once `count` items fit. */
  count(count: number, fits: (item: T) => boolean): Promise<T[]> {
    return this.until((items) => {
      const fitting = items.filter(fits);
      return fitting.length >= count && fitting;
    });
  }
}
