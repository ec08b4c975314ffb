// Laws about the ownership of bytes: frames, chunks, encoded bytes, unread bytes.

import type { FrameCodec } from '@unstick/core'
import fc from 'fast-check'
import { joined } from './bytes.ts'
import { shownFrame, shownOutcome } from './display.ts'
import { areSameBytes, buffersOf } from './frame-content.ts'
import { frameErrorOf, takeFrames, type Input } from './inputs.ts'
import { expectSame, expectThat, NOTHING_TO_TRY, type LawBook } from './law.ts'
import { observe, outcomeOf, wholeOutcomeOf, type Outcome } from './outcome.ts'

/** The byte that overwrites chunks. */
export const OVERWRITTEN = 0xee

export function handoverLaws<Frame>({ law }: LawBook, codec: FrameCodec<Frame>, input: fc.Arbitrary<Input>): void {
  law({
    name: 'frames stay as they are',
    sentence: 'a frame that was given out never changes; with copy: true not even when its chunk does',
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
      expectSame({ frames: held, skipped: [] }, { frames: atFirst.frames.slice(0, held.length), skipped: [] })
    },
  })

  law({
    name: 'chunks stay as they are',
    sentence: 'a chunk is never written to',
    cases: input,
    check({ bytes, chunks }) {
      for (const via of ['decode', 'scan'] as const) {
        outcomeOf(codec, chunks, via)
        expectUnchanged(chunks, bytes)
      }
    },
  })

  law({
    name: 'leaving early loses nothing',
    sentence: 'after a loop is left early, the next call gives the next frame, even if the chunk was overwritten',
    cases: fc
      .tuple(input, fc.array(fc.nat(2), { minLength: 1, maxLength: 5 }))
      .map(([each, counts]) => ({ ...each, counts })),
    check({ chunks, counts }) {
      const received = observe(codec, (decoder, take) => {
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
      expectSame(received, wholeOutcomeOf(codec, chunks))
    },
  })

  law({
    name: 'takeRemaining is exact',
    sentence: 'it returns exactly the bytes after the last frame given out, and the decoder keeps none',
    cases: fc.tuple(input, fc.nat(5)).map(([each, count]) => ({ ...each, count })),
    check({ bytes, chunks, count }) {
      const decoder = codec.decoder()
      const frames: unknown[] = []
      const received = takeFrames(decoder, chunks, count, (frame) => frames.push(frame))
      const buffered = decoder.bufferedLength
      const rest = decoder.takeRemaining()
      expectThat(
        rest.length === buffered,
        `${buffered} bytes, as bufferedLength said`,
        () => `${rest.length}: ${shownFrame(rest)}`,
      )
      expectThat(decoder.bufferedLength === 0, '0 bytes kept', () => `${decoder.bufferedLength} bytes kept`)
      const given = received - rest.length
      const unread = bytes.subarray(given, received)
      expectThat(
        areSameBytes(rest, unread),
        () => `the unread ${shownFrame(unread, rest)}`,
        () => shownFrame(rest, unread),
      )
      let begun: number | undefined
      const before = observe(codec, (another, take) => {
        for (const frame of another.decode(bytes.slice(0, given))) take(frame)
        begun = another.frameOffset
      })
      // The last frame may have been completed only by the byte after it, or by the end.
      const ended = frames.length > before.frames.length ? outcomeOf(codec, [bytes.slice(0, given)]) : before
      expectSame({ frames, skipped: [] }, { frames: ended.frames, skipped: [] })
      if (ended !== before) return
      const inside = before.error === undefined ? begun : before.error.offset
      expectThat(
        inside === undefined || isSkipped(inside, outcomeOf(codec, [bytes])),
        'the rest to begin where a frame does',
        () => `inside the frame at ${inside}: ${shownOutcome(before)}`,
      )
    },
  })
}

export function unreadMemoryLaw<Frame>({ law }: LawBook, codec: FrameCodec<Frame>, input: fc.Arbitrary<Input>): void {
  law({
    name: 'unread bytes are handed over for good',
    sentence: 'changing or transferring the bytes of takeRemaining affects no decoder',
    cases: fc.tuple(input, fc.nat(3)).map(([each, count]) => ({ ...each, count })),
    check({ chunks, count }) {
      const expected = wholeOutcomeOf(codec, chunks)
      const decoder = codec.decoder()
      takeFrames(decoder, chunks, count)
      spoil(decoder.takeRemaining())
      decoder.reset()
      const untouched = codec.decoder().takeRemaining()
      expectThat(
        isUsable(untouched) && untouched.length === 0,
        'no bytes from a new decoder',
        () => 'memory that was transferred, or bytes',
      )
      expectSame(wholeOutcomeOf(codec, chunks), expected)
    },
  })
}

export function encodedMemoryLaw<Frame>({ law }: LawBook, codec: FrameCodec<Frame>, frame: fc.Arbitrary<Frame>): void {
  law({
    name: 'encoded bytes belong to the caller',
    sentence: 'changing or transferring encoded bytes does not affect later encoding or decoding',
    // Encoded inside the check: bytes handed out earlier have been overwritten by then.
    cases: fc.array(frame, { maxLength: 6 }).map((frames) => ({ frames, chunks: [] })),
    check({ frames: candidates }) {
      const frames = candidates.filter((each) => frameErrorOf(() => codec.encode(each)) === undefined)
      if (frames.length === 0) return NOTHING_TO_TRY
      const expected = joined(frames.map((each) => codec.encode(each)))
      const own = buffersOf(frames)
      for (const each of frames) {
        spoil(codec.encode(each))
        // Parts may be the frame's own bytes, which belong to the caller.
        for (const part of codec.encodeParts(each)) if (!own.has(part.buffer)) spoil(part)
      }
      const later = joined(frames.map((each) => codec.encode(each)))
      expectThat(
        areSameBytes(later, expected),
        () => `${shownFrame(expected, later)} again`,
        () => shownFrame(later, expected),
      )
      expectSame(outcomeOf(codec, [expected]), { frames, skipped: [] })
      return undefined
    },
  })
}

export function expectUnchanged(chunks: readonly Uint8Array[], bytes: Uint8Array): void {
  const now = joined(chunks)
  expectThat(
    areSameBytes(now, bytes),
    () => `the chunks ${shownFrame(bytes, now)}`,
    () => shownFrame(now, bytes),
  )
}

/** Overwrites bytes, and transfers their memory away if nothing else shares it. */
function spoil(bytes: Uint8Array): void {
  bytes.fill(OVERWRITTEN)
  const { buffer } = bytes
  if (buffer.byteLength !== bytes.length || typeof structuredClone === 'undefined') return
  try {
    structuredClone(buffer, { transfer: [buffer as ArrayBuffer] })
  } catch {
    // Some memory cannot be transferred.
  }
}

/** Whether the memory of `bytes` is still there. */
function isUsable(bytes: Uint8Array): boolean {
  try {
    return new Uint8Array(bytes.buffer).length >= 0
  } catch {
    return false
  }
}

/** The first bytes of a frame being dropped are gone. */
function isSkipped(offset: number | undefined, { skipped, error }: Outcome): boolean {
  return error?.offset === offset || skipped.some((skip) => skip.offset === offset)
}
