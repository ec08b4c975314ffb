// The type of every loop of an adapter.

import type { StreamStats } from '../stats.ts'

/** A loop that `await using` leaves at the end of the block. */
export interface DisposableGenerator<Item> extends AsyncGenerator<Item, void, void> {
  /** Leaves the loop. */
  [Symbol.asyncDispose](): Promise<void>
  /** The counters so far. */
  readonly stats: StreamStats
}
