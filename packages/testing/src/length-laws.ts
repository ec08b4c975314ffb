// Laws of codecs whose frames announce their length, about lengths that no frame can have.

import { isFrameError, type FrameCodec } from '@unstick/core'
import fc from 'fast-check'
import { chunked } from './chunkings.ts'
import { expectThat, NOTHING_TO_TRY, type LawBook } from './law.ts'

const SAFE = BigInt(Number.MAX_SAFE_INTEGER)
/**
 * Lengths at which the representation of numbers changes: signed and unsigned 32 bits, the integers of a double, signed
 * and unsigned 64 bits.
 */
const EDGES = [2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n]

export function lengthLaws<Frame>(
  { law }: LawBook,
  codec: FrameCodec<Frame>,
  announcing: (length: bigint) => Uint8Array | undefined,
): void {
  const lengths = fc
    .tuple(fc.constantFrom(...EDGES), fc.oneof(fc.bigInt(-12n, 12n), fc.bigInt(-(2n ** 30n), 2n ** 30n)))
    .map(([edge, distance]) => edge + distance)
  law({
    name: 'lengths beyond all memory',
    sentence: 'a length near 2^31, 2^32, 2^53 or 2^64 is refused or skipped, with the same details wherever it is cut',
    cases: chunked(lengths.map((length) => ({ length, bytes: announcing(length) ?? new Uint8Array(), starts: [0] }))),
    check({ length, bytes, chunks }) {
      if (bytes.length === 0) return NOTHING_TO_TRY
      const [expected, received] = [[bytes], chunks].map((each) => endOf(codec, each)) as [string, string]
      expectThat(received === expected, expected, () => received)
      const isRefused = /^ERR_FRAME_(TOO_LONG|LENGTH_INVALID|TRUNCATED) at 0/.test(received)
      expectThat(isRefused, `a frame of ${length} bytes refused at 0`, () => received)
      const isInvalid = received.startsWith('ERR_FRAME_LENGTH_INVALID')
      expectThat(length <= SAFE || isInvalid, 'ERR_FRAME_LENGTH_INVALID beyond 2^53-1', () => received)
      const [, told] = /of (\d+) bytes/.exec(received) ?? []
      expectThat(told === undefined || BigInt(told) >= length, `a length of ${length} at least`, () => received)
      return undefined
    },
    needs: 'announcing must return the header of a frame for some of these lengths',
  })
}

/** The error that ends the stream, with all details. */
function endOf<Frame>(codec: FrameCodec<Frame>, chunks: readonly Uint8Array[]): string {
  const decoder = codec.decoder()
  try {
    for (const chunk of chunks) for (const _frame of decoder.decode(chunk)) return 'a frame'
    decoder.end()
    return 'a clean end'
  } catch (error) {
    if (!isFrameError(error)) throw error
    const size = error.frameLength === undefined ? '' : ` of ${BigInt(error.frameLength)} bytes`
    return `${error.code} at ${error.offset}${size}`
  }
}
