// Tests a pasted framer with the laws for framers, and runs it on the chunks of the page.

import type { FrameCodec } from '@unstick/core'
import { decodeWith, framerLaws, LawError, type Framer } from '@unstick/testing'
import type { Choice } from '../codec-choice.ts'
import { bytesOfHex } from '../hex.ts'
import type { MessageKind } from './exhibits.ts'
import { framerOf } from './pasted-framer.ts'
import { shownFrame } from './shown-frame.ts'
import { messagesOf } from './message-kinds.ts'

/** A framer's result for some chunks. */
export interface FramerOutcome {
  frames: string[]
  error: string | undefined
}

export async function runFramer(source: string, chunks: readonly Uint8Array[]): Promise<FramerOutcome> {
  const { frames, error } = await decodeWith(framerOf(source) as Framer, chunks)
  return { frames: frames.map(shownFrame), error: error?.code }
}

export interface TriedLaw {
  name: string
  sentence: string
  /** Undefined if the law is kept. */
  counterExample: CounterExample | undefined
}

interface CounterExample {
  /** The chunks of the shortest input that breaks the law, in hexadecimal digits; undefined if it has none. */
  chunks: string[] | undefined
  /** The same bytes in chunks for which the framer is wrong, which may be the uncut stream. */
  wrongChunks: string[] | undefined
  expected: string
  received: string
}

const RUNS = 200

/**
 * Each law, with the shortest counter-example found.
 *
 * @throws {TypeError | Misuse} The framer or its messages cannot be made.
 */
export async function tryFramer(source: string, kind: MessageKind, choice: Choice, seed: number): Promise<TriedLaw[]> {
  const framer = framerOf(source) as Framer
  const { frame, codec } = await messagesOf(kind, choice)
  const tried: TriedLaw[] = []
  for (const law of framerLaws(framer, { frame, encode: (one) => codec.encode(one) })) {
    const { name, sentence } = law
    try {
      await law.run({ numRuns: RUNS, seed })
      tried.push({ name, sentence, counterExample: undefined })
    } catch (error) {
      if (!(error instanceof LawError)) throw error
      const found = counterExampleIn(error.message)
      const wrongChunks = found.chunks && (await wrongCut(framer, codec, found.chunks))
      tried.push({ name, sentence, counterExample: { ...found, wrongChunks } })
    }
  }
  return tried
}

async function wrongCut(
  framer: Framer,
  codec: FrameCodec<unknown>,
  chunks: readonly string[],
): Promise<string[] | undefined> {
  const expected = JSON.stringify(await shownOutcome(codec as Framer, chunks))
  for (const cut of [[...chunks], [chunks.join('')]]) {
    if (JSON.stringify(await shownOutcome(framer, cut)) !== expected) return cut
  }
  return undefined
}

async function shownOutcome(framer: Framer, chunks: readonly string[]): Promise<FramerOutcome> {
  const { frames, error } = await decodeWith(framer, chunks.map(bytesOfHex))
  return { frames: frames.map(shownFrame), error: error?.code }
}

/** Parses a law's message. Leaves out chunks that the message abbreviates. */
function counterExampleIn(message: string): Omit<CounterExample, 'wrongChunks'> {
  const lineOf = (label: string): string => new RegExp(`^ {2}${label}: +(.*)$`, 'm').exec(message)?.[1] ?? ''
  const bytes = lineOf('Bytes')
  const chunks = bytes.split('|').map((chunk) => chunk.replaceAll(' ', ''))
  const isWhole = bytes !== '' && chunks.every((chunk) => /^(?:[0-9a-f]{2})*$/.test(chunk))
  const cause = lineOf('Cause')
  return {
    chunks: isWhole ? chunks : undefined,
    expected: lineOf('Expected'),
    received: cause === '' ? lineOf('Received') : `the cause is ${cause}`,
  }
}
