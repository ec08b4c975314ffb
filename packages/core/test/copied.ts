// Counts the bytes copied by native calls.

import { vi } from 'vitest'

/** How many bytes are copied by `set` while `act` runs. */
export function copiedBy(act: () => void): number {
  const copy = vi.spyOn(Uint8Array.prototype, 'set')
  try {
    act()
    return copy.mock.calls.reduce((sum, [source]) => sum + source.length, 0)
  } finally {
    copy.mockRestore()
  }
}
