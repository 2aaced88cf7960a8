/** Where changes go once they are committed. app/ipc numbers them and brings them to the windows. */

import type { Topic, Topics } from "../contract/changes.ts";

export interface Publisher {
  publish<T extends Topic>(topic: T, change: Topics[T]): void;
}
