// What `sizeByType` must make of a whole stream.

import type { Outcome } from '../outcome.ts'
import { lengthFramed } from './length-framed.ts'

/** The options of `sizeByType` that determine the result. */
export interface SizeByTypeRules {
  typeOffset?: number
  sizes: Record<number, number>
}

/** What `sizeByType` must make of a whole stream. */
export function sizeByType({ typeOffset = 0, sizes }: SizeByTypeRules): (stream: Uint8Array) => Outcome<Uint8Array> {
  return (stream) =>
    lengthFramed(stream, {}, (rest) => {
      if (rest.length <= typeOffset) return 'truncated'
      const length = sizes[rest[typeOffset]!]
      return length === undefined ? 'corrupt' : { length, from: 0, to: length }
    })
}
