// Laws about decoders side by side, and about the finder that they share.

import { isFrameError, UNKNOWN, type FindFrame, type FrameCodec, type FrameSearch } from '@unstick/core'
import fc from 'fast-check'
import { definitionOf, hasOneFinder, withFinder } from './definition.ts'
import { shownError } from './display.ts'
import type { Input } from './inputs.ts'
import { expectSame, expectThat, type LawBook } from './law.ts'
import { observe, outcomeOf, wholeOutcomeOf, type Outcome } from './outcome.ts'

export function independenceLaws<Frame>({ law }: LawBook, codec: FrameCodec<Frame>, input: fc.Arbitrary<Input>): void {
  law({
    name: 'decoders do not know each other',
    sentence: 'two decoders of a codec that are fed in turns do what each does alone, whatever errors the other has',
    cases: fc
      .tuple(input, input, fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }))
      .map(([one, other, turns]) => ({ ...one, other: other.chunks, turns })),
    check({ chunks, other, turns }) {
      const [received, receivedOther] = inTurns(codec, chunks, other, turns)
      expectSame(received, wholeOutcomeOf(codec, chunks))
      expectSame(receivedOther, wholeOutcomeOf(codec, other))
    },
  })

  const definition = definitionOf(codec)
  if (definition === undefined || !hasOneFinder(definition)) return
  law({
    name: 'a finder answers the same again',
    sentence:
      'a finder is a function of its arguments: what it was asked before, and what lies outside, does not matter',
    cases: input,
    check({ chunks }) {
      outcomeOf(withFinder(codec as FrameCodec<never>, definition, askedTwice), chunks)
    },
  })
}

/** The outcomes of two decoders; the next chunk is that of the first one where `turns` says so. */
function inTurns<Frame>(
  codec: FrameCodec<Frame>,
  one: readonly Uint8Array[],
  other: readonly Uint8Array[],
  turns: readonly boolean[],
): [Outcome, Outcome] {
  const sessions = [one, other].map((chunks) => sessionOf(codec, chunks)) as [Generator<Outcome>, Generator<Outcome>]
  const last: (Outcome | undefined)[] = [undefined, undefined]
  for (let turn = 0; last.includes(undefined); turn++) {
    const preferred = turns[turn % turns.length] ? 0 : 1
    const index = last[preferred] === undefined ? preferred : 1 - preferred
    const { value, done } = sessions[index]!.next()
    if (done === true) last[index] = value as Outcome
  }
  return last as [Outcome, Outcome]
}

/** Decodes a chunk at each step, and returns the outcome. */
function* sessionOf<Frame>(codec: FrameCodec<Frame>, chunks: readonly Uint8Array[]): Generator<Outcome, Outcome> {
  const outcome: Outcome = { frames: [], skipped: [] }
  const decoder = codec.decoder({
    onSkip: ({ offset, length, reason }) => void outcome.skipped.push({ offset, length, reason }),
  })
  const step = (run: (take: (frame: unknown) => void) => void): boolean => {
    // `observe` copies frames and reads errors; its own decoder is not used.
    const { frames, error } = observe(codec, (_, take) => run(take))
    outcome.frames.push(...frames)
    if (error !== undefined) outcome.error = error
    return error === undefined
  }
  for (const chunk of chunks) {
    const isSound = step((take) => {
      for (const frame of decoder.decode(chunk)) take(frame)
    })
    if (!isSound) return outcome
    yield outcome
  }
  step((take) => {
    for (const frame of decoder.end()) take(frame)
  })
  return outcome
}

/** What else is in memory around the bytes of the second call. */
const SURROUNDING = 0x3b
const BEFORE = 5
const AFTER = 9

/** Asks each question twice, the second time with the bytes in another place. */
function askedTwice(find: FindFrame): FindFrame {
  return (bytes, start, end, search) => {
    const asked = { ...search }
    const first = answerOf(find, bytes, start, end, search)
    const memory = new Uint8Array(BEFORE + (end - start) + AFTER).fill(SURROUNDING)
    memory.set(bytes.subarray(start, end), BEFORE)
    // Negative bounds are no places: left alone, or what `gap` says there.
    const move = (index: number): number => (index < 0 ? index : index - start + BEFORE)
    const moved = {
      resumeAt: move(asked.resumeAt),
      state: asked.state,
      payloadStart: move(asked.payloadStart),
      payloadEnd: move(asked.payloadEnd),
    }
    const second = answerOf(find, memory, BEFORE, BEFORE + end - start, moved)
    const texts = [described(first, search, start), described(second, moved, BEFORE)] as const
    expectThat(texts[0] === texts[1], `${texts[0]} again`, () => texts[1])
    if (first.thrown !== undefined) throw first.thrown
    return first.answer
  }
}

interface Answer {
  answer: number
  thrown?: unknown
}

function answerOf(find: FindFrame, bytes: Uint8Array, start: number, end: number, search: FrameSearch): Answer {
  try {
    return { answer: find(bytes, start, end, search) }
  } catch (thrown) {
    return { answer: UNKNOWN, thrown }
  }
}

/** All that a finder said, with places counted from the frame's start. */
function described({ answer, thrown }: Answer, search: FrameSearch, start: number): string {
  if (thrown !== undefined) return isFrameError(thrown) ? thrown.code : shownError(thrown)
  const place = (bound: number): string => (bound < 0 ? `(${bound})` : String(bound - start))
  return [
    `answer ${answer < 0 || answer === Infinity ? answer : answer - start}`,
    `resumeAt ${search.resumeAt - start}`,
    `state ${search.state}`,
    `payload ${place(search.payloadStart)} to ${place(search.payloadEnd)}`,
  ].join(', ')
}
