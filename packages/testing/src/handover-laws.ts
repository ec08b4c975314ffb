// Laws about whose bytes are whose: frames, chunks, and what is still unread.

import type { FrameCodec } from '@unstick/core'
import fc from 'fast-check'
import { areEqual, hex, joined } from './bytes.ts'
import { takeFrames, type Input } from './inputs.ts'
import { expectSame, expectThat, type StateLaw } from './law.ts'
import { observe, outcomeOf, shownOutcome, type Outcome } from './outcome.ts'

/** What the owner of a chunk writes into it. */
const OVERWRITTEN = 0xee

export function handoverLaws<Frame>(law: StateLaw, codec: FrameCodec<Frame>, input: fc.Arbitrary<Input>): void {
  law({
    name: 'frames stay as they are',
    sentence: 'a frame that was handed out is never changed; with copy: true not even when its chunk is',
    cases: fc.tuple(input, fc.boolean()).map(([each, copy]) => ({ ...each, copy })),
    check({ chunks, copy }) {
      const held: unknown[] = []
      const atFirst = observe(
        codec,
        (decoder, take) => {
          for (const original of chunks) {
            const chunk = new Uint8Array(original)
            for (const frame of decoder.decode(chunk)) {
              held.push(frame)
              take(frame)
            }
            if (copy) chunk.fill(OVERWRITTEN)
          }
        },
        { copy },
      )
      expectSame({ frames: held, skipped: [] }, { frames: atFirst.frames, skipped: [] })
    },
  })

  law({
    name: 'chunks stay as they are',
    sentence: 'a chunk is never written to',
    cases: input,
    check({ bytes, chunks }) {
      for (const road of ['decode', 'scan'] as const) {
        outcomeOf(codec, chunks, road)
        expectThat(areEqual(joined(chunks), bytes), `the chunks ${hex(bytes)}`, () => hex(joined(chunks)))
      }
    },
  })

  law({
    name: 'leaving early loses nothing',
    sentence: 'when a loop is left, the next call goes on behind its frame, though the chunk was overwritten',
    cases: fc
      .tuple(input, fc.array(fc.nat(2), { minLength: 1, maxLength: 5 }))
      .map(([each, counts]) => ({ ...each, counts })),
    check({ chunks, counts }) {
      const came = observe(codec, (decoder, take) => {
        for (const [index, original] of chunks.entries()) {
          const chunk = new Uint8Array(original)
          let left = counts[index % counts.length]!
          for (const frame of decoder.decode(chunk)) {
            take(frame)
            if (left-- === 0) break
          }
          chunk.fill(OVERWRITTEN)
        }
        for (const frame of decoder.end()) take(frame)
      })
      expectSame(came, outcomeOf(codec, chunks))
    },
  })

  law({
    name: 'takeRemaining is exact',
    sentence: 'it hands over exactly the bytes behind the last frame that was given, and the decoder keeps none',
    cases: fc.tuple(input, fc.nat(5)).map(([each, count]) => ({ ...each, count })),
    check({ bytes, chunks, count }) {
      const decoder = codec.decoder()
      const frames: unknown[] = []
      const received = takeFrames(decoder, chunks, count, (frame) => frames.push(frame))
      const buffered = decoder.bufferedLength
      const rest = decoder.takeRemaining()
      expectThat(rest.length === buffered, `${buffered} bytes, as bufferedLength said`, () => hex(rest))
      expectThat(decoder.bufferedLength === 0, '0 bytes kept', () => `${decoder.bufferedLength} bytes kept`)
      const given = received - rest.length
      const unread = bytes.subarray(given, received)
      expectThat(areEqual(rest, unread), `the unread ${hex(unread)}`, () => hex(rest))
      const before = outcomeOf(codec, [bytes.slice(0, given)])
      expectSame({ frames, skipped: [] }, { frames: before.frames, skipped: [] })
      expectThat(
        before.error === undefined || isSkipped(before.error.offset, outcomeOf(codec, [bytes])),
        'the rest to begin where a frame does',
        () => shownOutcome(before),
      )
    },
  })
}

/** Of a frame that is being dropped the first bytes are gone. */
function isSkipped(offset: number | undefined, { skipped, error }: Outcome): boolean {
  return error?.offset === offset || skipped.some((skip) => skip.offset === offset)
}
