// Your own codec, tested with the laws for codecs.
//
//   +------+--------+---------+
//   | type | length | payload |     the length counts the payload; a type is a letter from A to Z
//   +------+--------+---------+
//      1       2

import { defineCodec, FrameError } from '@unstick/core'
import { codecLaws } from '@unstick/testing'
import fc from 'fast-check'

const HEADER = 3

export const records = defineCodec({
  name: 'records',
  maxFrameLength: 4096,
  /** Returns the end of the frame at `start`, or the end of the bytes needed to compute it. */
  find(bytes, start, end) {
    if (start < end && (bytes[start] < 65 || bytes[start] > 90)) {
      throw new FrameError('ERR_FRAME_CORRUPT', 'records: a type is a letter from A to Z')
    }
    if (end - start < HEADER) return start + HEADER
    return start + HEADER + bytes[start + 1] * 256 + bytes[start + 2]
  },
  toFrame: (bytes) => ({ type: String.fromCharCode(bytes[0]), payload: bytes.subarray(HEADER) }),
  encodeParts({ type, payload }) {
    if (!/^[A-Z]$/.test(type))
      throw new FrameError('ERR_FRAME_NOT_ENCODABLE', 'records: a type is a letter from A to Z')
    return [Uint8Array.of(type.charCodeAt(0), payload.length >> 8, payload.length), payload]
  },
})

const frame = fc.record({ type: fc.constantFrom('A', 'M', 'Z'), payload: fc.uint8Array({ maxLength: 20 }) })
const laws = codecLaws(records, { frame, scan: 'slices' })
for (const law of laws) await law.run()
console.log('every law holds')

// Prints:
// every law holds
