// Laws about several decoders of one codec, and about the finder that they share.

import { isFrameError, UNKNOWN, type FindFrame, type FrameCodec, type FrameSearch } from '@unstick/core'
import fc from 'fast-check'
import { joined } from './bytes.ts'
import { definitionOf, hasOneFinder, withFinder } from './definition.ts'
import { shownError } from './display.ts'
import type { Input } from './inputs.ts'
import { expectSame, expectThat, type LawBook } from './law.ts'
import { OutcomeRecorder, outcomeOf, wholeOutcomeOf, type Outcome } from './outcome.ts'

/** Streams of at most this many bytes are fed alternately, byte by byte. */
const LONGEST = 128

/** The inputs of the laws about independence. */
export interface IndependenceInputs {
  input: fc.Arbitrary<Input>
  /** More streams that give frames, besides `input`. */
  streams?: fc.Arbitrary<Uint8Array> | undefined
}

export function independenceLaws<Frame>(
  { law }: LawBook,
  codec: FrameCodec<Frame>,
  { input, streams }: IndependenceInputs,
): void {
  const anyTurns = fc.array(fc.boolean(), { minLength: 1, maxLength: 8 })
  // Shared state shows only if one decoder leaves something that affects the other. So both decode many frames, and are
  // fed alternately, byte by byte.
  const any = input.map(({ bytes }) => bytes)
  const single = fc
    .array(streams === undefined ? any : fc.oneof(streams, any), { minLength: 1, maxLength: 12 })
    .map((parts) => Array.from(joined(parts).subarray(0, LONGEST), (byte) => new Uint8Array([byte])))
  law({
    name: 'decoders do not know each other',
    sentence: 'two decoders of a codec, fed in turns, give what each gives alone, whatever errors the other has',
    cases: fc
      .oneof(
        fc.tuple(single, single, fc.constant([true, false])),
        fc.tuple(input, input, anyTurns).map(([one, other, turns]) => [one.chunks, other.chunks, turns] as const),
      )
      .map(([chunks, other, turns]) => ({ chunks, other, turns })),
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
    sentence: 'a finder depends only on its arguments, not on earlier calls or on bytes outside its range',
    cases: input,
    check({ chunks }) {
      outcomeOf(withFinder(codec as FrameCodec<never>, definition, askedTwice), chunks)
    },
  })
}

/** The outcomes of two decoders; `turns` decides which one takes the next step. */
function inTurns<Frame>(
  codec: FrameCodec<Frame>,
  one: readonly Uint8Array[],
  other: readonly Uint8Array[],
  turns: readonly boolean[],
): [Outcome, Outcome] {
  const sessions = [one, other].map((chunks) => sessionOf(codec, chunks))
  const outcomes: (Outcome | undefined)[] = [undefined, undefined]
  for (let turn = 0; outcomes.includes(undefined); turn++) {
    const preferred = turns[turn % turns.length] ? 0 : 1
    const index = outcomes[preferred] === undefined ? preferred : 1 - preferred
    const step = sessions[index]!.next()
    if (step.done === true) outcomes[index] = step.value
  }
  return outcomes as [Outcome, Outcome]
}

/** Takes a frame or ends a chunk at each step, and returns the outcome. Then resets its decoder. */
function* sessionOf<Frame>(codec: FrameCodec<Frame>, chunks: readonly Uint8Array[]): Generator<void, Outcome> {
  const recorder = new OutcomeRecorder()
  const decoder = codec.decoder({ onSkip: recorder.skip })
  try {
    for (const chunk of chunks) {
      for (const frame of decoder.decode(chunk)) {
        recorder.take(frame)
        yield
      }
      yield
    }
    for (const frame of decoder.end()) recorder.take(frame)
  } catch (error) {
    recorder.fail(error)
  }
  decoder.reset()
  return recorder.outcome
}

/** The bytes around those of the second call, in memory. */
const SURROUNDING = 0x3b
const BEFORE = 5
const AFTER = 9

/** Calls the finder twice for each answer, the second time with the bytes at another position. */
function askedTwice(find: FindFrame): FindFrame {
  return (bytes, start, end, search) => {
    const asked = { ...search }
    const first = answerOf(find, bytes, start, end, search)
    const memory = new Uint8Array(BEFORE + (end - start) + AFTER).fill(SURROUNDING)
    memory.set(bytes.subarray(start, end), BEFORE)
    // Negative bounds are not positions: they were not set, or were set by `gap`.
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

/** The complete answer of a finder, with positions relative to the frame's start. */
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
