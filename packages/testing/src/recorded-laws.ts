// Laws that need only a recording of a stream.

import type { FrameCodec } from '@unstick/core'
import { joined } from './bytes.ts'
import { callbackLaws } from './callback-laws.ts'
import { chunked, type Cuttable } from './chunkings.ts'
import { decodingLaws } from './decoding-laws.ts'
import { handoverLaws } from './handover-laws.ts'
import { independenceLaws } from './independence-laws.ts'
import fc from 'fast-check'
import { expectSame, LawBook, type Law } from './law.ts'
import { readLawOptions, type CodecLawOptions } from './law-options.ts'
import { outcomeOf, wholeOutcomeOf } from './outcome.ts'

/** Laws that a recording cannot test. */
export type RecordedLawOptions = Pick<CodecLawOptions<unknown>, 'name' | 'scan' | 'errors' | 'skips'>

/** Recordings of up to this many bytes are cut in two at every position. */
const MOST_PLACES = 2000

/**
 * The laws of `codec` that a recording can test: however its bytes are cut, they give the same as the recorded chunks,
 * and nothing is lost.
 *
 * @throws {TypeError} The recording gives neither a frame nor an error.
 *
 * @example
 * ```ts
 * import { lines } from '@unstick/delimiter'
 * import { recordedLaws } from '@unstick/testing'
 *
 * const laws = recordedLaws(lines(), [Buffer.from('a\nb'), Buffer.from('\n')])
 * for (const law of laws.filter(({ name }) => name === 'as it was recorded')) {
 *   await law.run()
 *   console.log(law.sentence.length > 0) // true
 * }
 * ```
 */
export function recordedLaws<Frame>(
  codec: FrameCodec<Frame>,
  chunks: readonly Uint8Array[],
  given: RecordedLawOptions = {},
): Law[] {
  const options = readLawOptions('recordedLaws', given, ['name', 'scan', 'errors', 'skips'])
  const bytes = joined(chunks)
  const recorded = outcomeOf(codec, chunks)
  if (recorded.frames.length === 0 && recorded.error === undefined) {
    throw new TypeError('recordedLaws needs a recording with a frame, received none')
  }
  const book = new LawBook(options.name ?? 'the codec')
  const whole: fc.Arbitrary<Cuttable> = fc.constant({ bytes, starts: [] })
  // Some prefixes of the recording end inside a frame.
  const part = fc.nat(bytes.length).map((length) => ({ bytes: bytes.slice(0, length), starts: [] }))
  const streams = fc.oneof(whole, part)
  const input = chunked(streams)

  book.law({
    name: 'as it was recorded',
    sentence: 'whole, byte by byte, and cut in two at every place, the bytes give what the recorded chunks gave',
    cases: fc.constant({ chunks }),
    check() {
      const expected = wholeOutcomeOf(codec, chunks)
      const single = Array.from(bytes, (byte) => new Uint8Array([byte]))
      for (const cut of [[bytes], single]) expectSame(wholeOutcomeOf(codec, cut), expected)
      for (let at = 1; at < bytes.length && bytes.length <= MOST_PLACES; at++) {
        expectSame(wholeOutcomeOf(codec, [bytes.slice(0, at), bytes.slice(at)]), expected)
      }
    },
    mostRuns: 1,
  })
  decodingLaws(book, codec, input, options)
  handoverLaws(book, codec, input)
  callbackLaws(book, codec, input, streams, options)
  independenceLaws(book, codec, { input })
  return book.laws
}
