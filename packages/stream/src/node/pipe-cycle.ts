// Streams whose output comes back to them, such as `peer` in `pipeline(peer, transform, peer)`.

import { finished, type Readable, type Writable } from 'node:stream'

/** The streams through which `stream` is piped back into itself. */
export function pipedBack(stream: Readable & Writable): Set<Readable> {
  const found = new Set<Readable>()
  const seen = new Set<Readable>()
  const leadsBack = (from: Readable): boolean => {
    if (seen.has(from)) return found.has(from)
    seen.add(from)
    for (const to of destinationsOf(from)) if (to === stream || leadsBack(to)) found.add(from)
    return found.has(from)
  }
  leadsBack(stream)
  found.delete(stream)
  return found
}

/** Calls back once all `streams` have ended, or one of them closes before its end. May call back more than once. */
export function afterEnds(streams: Set<Readable>, callback: () => void): void {
  for (const stream of streams) {
    // Errors are left to the program's listeners.
    finished(stream, { writable: false, error: false }, (error) => {
      streams.delete(stream)
      if (error || streams.size === 0) callback()
    })
  }
}

/** Node has no public way to ask. Old versions of readable-stream store null or a single stream. */
function destinationsOf(stream: Readable): Readable[] {
  const { _readableState: state } = stream as { _readableState?: { pipes?: Readable | Readable[] | null } }
  return [state?.pipes ?? []].flat()
}
