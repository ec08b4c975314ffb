// Verifies examples: streams with the frames that they must give, cut in many ways.

import { isFrameError, readOptions, shown, stringOption, type FrameCodec } from '@unstick/core'
import { inSteps, joined } from './bytes.ts'
import { shownChunks, shownError, shownOutcome } from './display.ts'
import { areSameBytes, isBytes } from './frame-content.ts'
import { readLawOptions } from './law-options.ts'
import { areSameOutcomes, observe, outcomeOf, type Outcome } from './outcome.ts'

/** Bytes, and the frames that they must give. */
export interface CodecExample<Frame> {
  /** The stream. */
  bytes: Uint8Array
  /** The frames that it must give, in order. */
  frames: readonly Frame[]
  /** The code of the error that ends the stream. Leave out if the bytes end with a frame. */
  error?: string
}

/** The options of `verifyCodec`. */
export interface VerifyOptions {
  /**
   * The name of the codec in messages.
   *
   * @defaultValue 'the codec'
   */
  name?: string
}

/**
 * An example failed: the message shows the chunks, what was expected, and what was received.
 */
export class VerificationError extends Error {
  constructor(what: string, chunks: readonly Uint8Array[], expected: string, received: string) {
    super(
      [what, `  Bytes:     ${shownChunks(chunks)}`, `  Expected:  ${expected}`, `  Received:  ${received}`].join('\n'),
    )
    this.name = 'VerificationError'
  }
}

/**
 * Verifies examples of a codec: each alone, whole, cut in two at every position, in twos and byte by byte; all in
 * sequence; each followed by the beginning of another frame; and encoded.
 *
 * @throws {VerificationError} The first example that fails.
 * @throws {TypeError} There is no example with a frame; or a member of an example, or an option, is unknown or of the
 *   wrong kind.
 *
 * @example
 * ```ts
 * import { textLength } from '@unstick/length-field'
 * import { verifyCodec } from '@unstick/testing'
 *
 * verifyCodec(textLength({ trailer: ',' }), [
 *   { bytes: Buffer.from('3:abc,'), frames: [Buffer.from('abc')] },
 *   { bytes: Buffer.from('3:abcX'), frames: [], error: 'ERR_FRAME_CORRUPT' },
 * ])
 * console.log('as expected') // as expected
 * ```
 */
export function verifyCodec<Frame>(
  codec: FrameCodec<Frame>,
  given: readonly CodecExample<Frame>[],
  options: VerifyOptions = {},
): void {
  const { name = 'the codec' } = readLawOptions<VerifyOptions>('verifyCodec', options, ['name'])
  if (!Array.isArray(given)) throw new TypeError(`verifyCodec takes an array of examples, received ${shown(given)}`)
  const examples = (given as CodecExample<Frame>[]).map(readExample)
  if (examples.every(({ frames }) => frames.length === 0)) {
    throw new TypeError('verifyCodec needs an example with a frame, received none')
  }
  for (const [index, example] of examples.entries()) {
    const what = `${name} fails example ${index + 1}`
    for (const chunks of cuttings(example.bytes)) expectOutcome(codec, what, chunks, example)
    if (example.error === undefined) verifyEncoding(codec, what, example)
  }
  const sound = examples.filter(({ error }) => error === undefined)
  const all: CodecExample<Frame> = {
    bytes: joined(sound.map(({ bytes }) => bytes)),
    frames: sound.flatMap(({ frames }) => frames),
  }
  for (const size of [all.bytes.length, 1, 2, 3, 7]) {
    if (size > 0) expectOutcome(codec, `${name} fails all examples after one another`, inSteps(all.bytes, size), all)
  }
  verifyLeftOvers(codec, name, sound)
}

/** With a mistyped member, an example would check less than it seems to. */
function readExample<Frame>(given: CodecExample<Frame>, index: number): CodecExample<Frame> {
  const by = `example ${index + 1}`
  const example = readOptions(by, given, ['bytes', 'frames', 'error'])
  if (!isBytes(example.bytes))
    throw new TypeError(`${by}: bytes must be a Uint8Array, received ${shown(example.bytes)}`)
  if (!Array.isArray(example.frames)) {
    throw new TypeError(`${by}: frames must be an array, received ${shown(example.frames)}`)
  }
  if (example.error !== undefined) stringOption(`${by}: error`, example.error)
  return example
}

/** Whole, in two parts at every position, in twos, and byte by byte, with empty chunks between. */
function* cuttings(bytes: Uint8Array): Generator<Uint8Array[]> {
  const empty = new Uint8Array()
  yield [bytes]
  yield inSteps(bytes, 2)
  yield inSteps(bytes, 1)
  yield inSteps(bytes, 1).flatMap((chunk) => [empty, chunk, empty])
  for (let at = 1; at < bytes.length; at++) yield [bytes.slice(0, at), bytes.slice(at)]
}

function expectOutcome<Frame>(
  codec: FrameCodec<Frame>,
  what: string,
  chunks: readonly Uint8Array[],
  { frames, error }: CodecExample<Frame>,
): void {
  const received = outcomeOrThrown(what, chunks, () => outcomeOf(codec, chunks))
  const expected: Outcome = {
    frames: [...frames],
    skipped: received.skipped,
    ...(error === undefined ? {} : { error: { code: error, offset: received.error?.offset } }),
  }
  if (areSameOutcomes(received, expected)) return
  throw new VerificationError(what, chunks, shownOutcome(expected, received), shownOutcome(received, expected))
}

/** Errors other than a `FrameError` fail an example, too. */
function outcomeOrThrown<Result>(what: string, chunks: readonly Uint8Array[], run: () => Result): Result {
  try {
    return run()
  } catch (error) {
    throw new VerificationError(what, chunks, 'no error but a FrameError', shownError(error))
  }
}

/** The encoded bytes must be decoded again; they need not be the example's, since there may be several encodings. */
function verifyEncoding<Frame>(codec: FrameCodec<Frame>, what: string, { frames }: CodecExample<Frame>): void {
  const parts: Uint8Array[] = []
  try {
    for (const frame of frames) parts.push(codec.encode(frame))
  } catch (error) {
    if (isFrameError(error, 'ERR_FRAME_NOT_ENCODABLE')) return
    throw new VerificationError(`${what}, encoded`, [], 'bytes, or ERR_FRAME_NOT_ENCODABLE', shownError(error))
  }
  expectOutcome(codec, `${what}, encoded`, parts, { bytes: joined(parts), frames })
}

/**
 * An example is followed by the beginning of another frame: the example's frames are given out, and the rest is handed
 * over.
 */
function verifyLeftOvers<Frame>(
  codec: FrameCodec<Frame>,
  name: string,
  examples: readonly CodecExample<Frame>[],
): void {
  for (const [index, { bytes, frames }] of examples.entries()) {
    for (const { bytes: next } of examples) {
      for (let length = 1; length < next.length; length++) {
        const rest = next.slice(0, length)
        if (!isInside(codec, rest)) continue
        const what = `${name} fails example ${index + 1} with left-overs`
        const chunks = [joined([bytes, rest])]
        let remaining: Uint8Array = new Uint8Array()
        const received = outcomeOrThrown(what, chunks, () =>
          observe(codec, (decoder, take) => {
            for (const frame of decoder.decode(chunks[0]!)) take(frame)
            remaining = decoder.takeRemaining()
          }),
        )
        const expected: Outcome = { frames: [...frames], skipped: received.skipped }
        const isSound = areSameOutcomes(received, expected) && areSameBytes(remaining, rest)
        if (isSound) continue
        const whole = (outcome: Outcome, left: Uint8Array): string =>
          `${shownOutcome(outcome)}, with ${shownChunks([left])} left over`
        throw new VerificationError(what, chunks, whole(expected, rest), whole(received, remaining))
      }
    }
  }
}

/** Whether these bytes are the beginning of a frame, and give none yet. */
function isInside<Frame>(codec: FrameCodec<Frame>, bytes: Uint8Array): boolean {
  try {
    const decoder = codec.decoder()
    for (const _frame of decoder.decode(bytes)) return false
    return decoder.bufferedLength === bytes.length && decoder.frameOffset === 0
  } catch {
    return false
  }
}
