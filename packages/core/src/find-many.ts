// A batch finder for codecs that can make many frames at once but have no faster way to find them than one by one.

import { BETWEEN_BOUNDS, BOUNDS, type FindMany } from './definition.ts'
import { DROP, Search, type FindFrame } from './search.ts'

/** Calls `find` for one frame after another, with at most `maxSpan` bytes of each. */
export function findManyBy(find: FindFrame, maxSpan: number): FindMany {
  return (bytes, start, end, { bounds, between, state }) => {
    const search = new Search()
    let count = 0
    let at = start
    let next = state
    try {
      while (at < end && BOUNDS * count < bounds.length) {
        const shownEnd = end - at > maxSpan ? at + maxSpan : end
        search.prepare(at, at, next)
        const answer = find(bytes, at, shownEnd, search)
        next = search.state
        if (answer === DROP) {
          const to = search.payloadEnd
          if (!(to > at && to <= end) || (next | 0) !== next) break
          at = to
          continue
        }
        const payloadEnd = search.payloadEndIn(answer)
        if (!search.isSound(at, payloadEnd, answer, shownEnd)) break
        between[BETWEEN_BOUNDS * count] = at
        between[BETWEEN_BOUNDS * count + 1] = next
        bounds[BOUNDS * count] = search.payloadStart
        bounds[BOUNDS * count + 1] = payloadEnd
        at = bounds[BOUNDS * count + 2] = answer
        count++
      }
    } catch {
      // A refused frame ends the batch. It is found again alone, and refused then.
    }
    return count
  }
}
