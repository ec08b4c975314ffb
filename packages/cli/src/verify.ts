// `unstick verify`: checks a framer in any language with conformance vectors or a recording, with every kind of cut.

import { readFileSync } from 'node:fs'
import type { Command } from './command.ts'
import { natural } from './flag-values.ts'
import { FramerProcess, type Said } from './framer-process.ts'
import { inputOf } from './input.ts'
import { Misuse } from './misuse.ts'
import { prand } from './random.ts'
import type { Terminal } from './terminal.ts'
import { unreadable } from './unreadable.ts'

export const verifyCommand: Command = {
  name: 'verify',
  summary: 'Checks a framer in any language: a command that reads chunks and prints frames.',
  operands: '-- <framer> [arguments]',
  maxOperands: Infinity,
  flags: {
    Flags: [
      {
        name: 'vectors',
        value: 'file',
        isMultiple: true,
        description: 'conformance vectors of @unstick/testing; may be repeated',
      },
      {
        name: 'recording',
        value: 'file',
        description: 'bytes, or a recording of unstick tap, that must give the same frames wherever they are cut',
      },
      {
        name: 'cuts',
        value: 'count',
        description: 'how many times to cut each stream at random',
        parse: natural,
        default: 20,
      },
      { name: 'seed', value: 'number', description: 'seed of the random cuts', parse: natural, default: 1 },
      {
        name: 'patience',
        value: 'ms',
        description: 'give up on a framer that prints nothing for this long',
        parse: natural,
        default: 120_000,
      },
    ],
  },
  notes: `What a framer reads and prints:
https://github.com/unstick-js/unstick/blob/main/docs/testing.md#framers-in-other-languages

Exit code 1: the framer printed other frames than expected.`,
  run({ values, operands, terminal }) {
    if (operands.length === 0) throw new Misuse('verify needs the command of a framer, after --')
    return verify(operands, values as unknown as VerifyOptions, terminal)
  },
}

interface VerifyOptions {
  vectors?: string[]
  recording?: string
  cuts: number
  seed: number
  patience: number
}

/** A stream and its expected frames, by default those that it gives as one chunk. */
interface Example {
  name: string
  options: unknown
  chunks: Uint8Array[]
  expected: Said | undefined
}

interface Vector {
  name: string
  configuration: unknown
  chunks: string[]
  frames?: string[]
  skipped: { offset: number; length: number }[]
  error?: { code: string; offset: number }
}

/** Resolves to 0 if the framer gave the expected frames, otherwise to 1. */
async function verify(command: string[], options: VerifyOptions, terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal
  const examples = await readExamples(options, terminal)
  if (examples.length === 0) throw new Misuse('give --vectors or --recording')
  const random = prand(options.seed)
  let streams = 0
  const framer = await startFramer(command, options.patience)
  try {
    for (const example of examples) {
      const bytes = Buffer.concat(example.chunks)
      const expected = example.expected ?? (await framer.decode([bytes], example.options))
      for (const chunks of cuttings(example.chunks, bytes, options.cuts, random)) {
        const received = await framer.decode(chunks, example.options)
        streams++
        if (areSame(received, expected)) continue
        stderr.write(`${failure(example, chunks, expected, received)}\n`)
        return 1
      }
    }
    stdout.write(`${examples.length} examples in ${streams} streams: all gave the expected frames\n`)
    return 0
  } catch (error) {
    stderr.write(`unstick: ${(error as Error).message}\n`)
    return 1
  } finally {
    framer.stop()
  }
}

/** Throws a `Misuse` for a command that cannot be run. */
async function startFramer(command: string[], patience: number): Promise<FramerProcess> {
  try {
    return await FramerProcess.start(command, patience)
  } catch (cause) {
    throw new Misuse((cause as Error).message, { cause })
  }
}

/** Throws a `Misuse` for a file that cannot be read. */
async function readExamples({ vectors = [], recording }: VerifyOptions, terminal: Terminal): Promise<Example[]> {
  try {
    const recorded = recording === undefined ? [] : await fromRecording(recording, terminal)
    return [...vectors.flatMap(fromVectors), ...recorded]
  } catch (cause) {
    throw new Misuse((cause as Error).message, { cause })
  }
}

function vectorsIn(file: string): Vector[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw unreadable(file, error)
  }
  try {
    const { vectors } = Object(JSON.parse(text)) as { vectors?: unknown }
    if (Array.isArray(vectors)) return vectors as Vector[]
  } catch {
    // Reported as a file without vectors.
  }
  throw new Misuse(`--vectors ${file}: this is not JSON with a list of vectors`)
}

function fromVectors(file: string): Example[] {
  return vectorsIn(file)
    .filter(({ frames }) => frames !== undefined)
    .map(({ name, configuration, chunks, frames, skipped, error }) => ({
      name: `${file}: ${name}`,
      options: configuration,
      chunks: chunks.map((chunk) => Buffer.from(chunk, 'hex')),
      expected: { frames: frames!, skipped, ...(error && { error }) },
    }))
}

/** One for each direction of each connection. */
async function fromRecording(file: string, terminal: Terminal): Promise<Example[]> {
  const streams = new Map<string, Uint8Array[]>()
  for await (const { origin, bytes } of inputOf(file, terminal)) {
    const name = origin === undefined ? file : `${file}, from the ${origin.from} of connection ${origin.connection}`
    const chunks = streams.get(name) ?? []
    streams.set(name, chunks)
    if (bytes.length > 0) chunks.push(bytes)
  }
  return [...streams].map(([name, chunks]) => ({ name, options: {}, chunks, expected: undefined }))
}

/**
 * The cuts of a stream: as listed, whole, byte by byte, in twos, with empty chunks, and the given number of random
 * ways.
 */
function* cuttings(
  listed: Uint8Array[],
  bytes: Uint8Array,
  count: number,
  random: (below: number) => number,
): Generator<Uint8Array[]> {
  yield listed
  yield [bytes]
  for (const size of [1, 2]) yield cutAt(bytes, (at) => at % size === 0)
  yield cutAt(bytes, () => true).flatMap((chunk) => [new Uint8Array(), chunk])
  for (let index = 0; index < count; index++) {
    const sparse = 1 + random(8)
    yield cutAt(bytes, () => random(sparse) === 0)
  }
}

function cutAt(bytes: Uint8Array, isCut: (at: number) => boolean): Uint8Array[] {
  const chunks: Uint8Array[] = []
  let start = 0
  for (let at = 1; at <= bytes.length; at++) {
    if (at < bytes.length && !isCut(at)) continue
    chunks.push(bytes.subarray(start, at))
    start = at
  }
  return chunks
}

/** An offset is compared only if the framer prints it. */
function areSame(received: Said, expected: Said): boolean {
  const offset = received.error?.offset ?? expected.error?.offset
  return (
    JSON.stringify([received.frames, received.skipped]) === JSON.stringify([expected.frames, expected.skipped]) &&
    received.error?.code === expected.error?.code &&
    offset === (expected.error?.offset ?? offset)
  )
}

const MOST_TEXT = 500

function failure({ name, options }: Example, chunks: Uint8Array[], expected: Said, received: Said): string {
  const bytes = chunks.map((chunk) => Buffer.from(chunk).toString('hex')).join(' | ')
  return [
    `unstick: ${name}`,
    `  Options:   ${JSON.stringify(options)}`,
    `  Bytes:     ${short(bytes)}`,
    `  Expected:  ${short(shown(expected))}`,
    `  Received:  ${short(shown(received))}`,
  ].join('\n')
}

function shown({ frames, skipped, error }: Said): string {
  return [
    frames.length === 0 ? 'no frame' : `frames ${frames.map((frame) => frame || '(empty)').join(', ')}`,
    ...skipped.map(({ offset, length }) => `skipped ${length} bytes at ${offset}`),
    error === undefined ? 'a clean end' : `${error.code}${error.offset === undefined ? '' : ` at ${error.offset}`}`,
  ].join('; ')
}

function short(text: string): string {
  return text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT)}... ${text.length - MOST_TEXT} more letters`
}
