// The laws for any framer: they need only a function from chunks to frames.

import fc from 'fast-check'
import { cutAt } from './bytes.ts'
import { chunked } from './chunkings.ts'
import { decodeWith, type Framer } from './decode-with.ts'
import { frameStreams } from './frame-streams.ts'
import { expectUnchanged } from './handover-laws.ts'
import { inputStreams } from './inputs.ts'
import { expectSame, LawBook, type Law } from './law.ts'
import { readLawOptions } from './law-options.ts'
import type { Outcome } from './outcome.ts'

/** The options of `framerLaws`. */
export interface FramerLawOptions<Frame> {
  /** Frames to encode. */
  frame: fc.Arbitrary<Frame>
  /** The bytes of a frame in the stream. */
  encode: (frame: Frame) => Uint8Array
  /**
   * The name of the framer in messages.
   *
   * @defaultValue 'the framer'
   */
  name?: string
  /**
   * Streams to decode besides encoded frames, such as ones with faults.
   *
   * @defaultValue none: only encoded frames
   */
  stream?: fc.Arbitrary<Uint8Array>
  /**
   * A naive decoder of a whole stream by the rules.
   *
   * @defaultValue none: there is no law about rules
   */
  oracle?: (stream: Uint8Array) => Outcome
}

/**
 * The laws of `framer`; see `decodeWith` for what it may be.
 *
 * @throws {TypeError} An option is missing, unknown or of the wrong kind.
 *
 * @example
 * ```ts
 * import { framerLaws } from '@unstick/testing'
 * import fc from 'fast-check'
 *
 * // Wrong: a chunk may end inside a line.
 * const split = (chunks: Uint8Array[]) => chunks.flatMap((chunk) => String(Buffer.from(chunk)).split('\n').slice(0,
 * -1))
 * const laws = framerLaws(split, { frame: fc.constant('hi'), encode: (line) => Buffer.from(`${line}\n`) })
 * await laws[0]!.run({ seed: 1 }).catch((error: Error) => console.log(error.name)) // LawError
 * ```
 */
export function framerLaws<Frame>(framer: Framer, options: FramerLawOptions<Frame>): Law[] {
  const {
    frame,
    encode,
    name = 'the framer',
    stream,
    oracle,
  } = readLawOptions<FramerLawOptions<Frame>>('framerLaws', options, ['frame', 'encode', 'name', 'stream', 'oracle'])
  const valid = frameStreams({ encode }, frame)
  // A framer may transfer the memory of a chunk, as streams of bytes do.
  const sound = chunked(valid, cutAt)
  const input = stream === undefined ? sound : fc.oneof(sound, chunked(inputStreams(undefined, stream), cutAt))
  const { law, premise, laws } = new LawBook(name)

  premise({
    name: 'chunking never matters',
    sentence: 'the same bytes give the same frames and the same error, wherever they are cut',
    cases: input,
    async check({ bytes, chunks }) {
      expectSame(await decodeWith(framer, chunks), await decodeWith(framer, [bytes]))
    },
  })

  law({
    name: 'round trip',
    sentence: 'decoding what was encoded gives the same frames',
    cases: sound,
    async check({ frames, chunks }) {
      expectSame(await decodeWith(framer, chunks), { frames, skipped: [] })
    },
  })

  law({
    name: 'chunks stay as they are',
    sentence: 'a chunk is never written to',
    cases: input,
    async check({ bytes, chunks }) {
      await decodeWith(framer, chunks)
      expectUnchanged(chunks, bytes)
    },
  })

  if (oracle !== undefined) {
    law({
      name: 'the rules',
      sentence: 'frames and error equal those of the naive oracle',
      cases: input,
      async check({ bytes, chunks }) {
        const received = await decodeWith(framer, chunks)
        const expected = oracle(bytes)
        expectSame({ ...received, skipped: expected.skipped }, expected)
      },
    })
  }
  return laws
}
