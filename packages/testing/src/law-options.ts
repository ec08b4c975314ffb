// The options of the laws, and their checks: with a mistyped option, a law would try less than it seems to.

import { choiceOption, functionOption, readOptions, stringOption } from '@unstick/core'
import type fc from 'fast-check'
import type { Outcome } from './outcome.ts'

/** The options of `codecLaws`. */
export interface CodecLawOptions<Frame> {
  /**
   * Frames to encode, mostly short ones. Frames that the codec refuses with a `FrameError` are ignored, but it must
   * accept some. Leave out for a codec that only decodes; then `stream` is required.
   *
   * @defaultValue none
   */
  frame?: fc.Arbitrary<Frame>
  /**
   * More streams to decode, such as streams of few different bytes. Encoded frames, whole and corrupted, and arbitrary
   * bytes are tried in any case.
   *
   * @defaultValue none
   */
  stream?: fc.Arbitrary<Uint8Array>
  /**
   * The name of the codec in messages.
   *
   * @defaultValue 'the codec'
   */
  name?: string
  /**
   * A naive decoder of a whole stream by the codec's rules.
   *
   * @defaultValue none: there is no law about rules
   */
  oracle?: (stream: Uint8Array) => Outcome
  /**
   * What the codec does with an unfinished frame at the end of the stream.
   *
   * @defaultValue 'error'
   */
  atEnd?: 'error' | 'emit' | 'drop'
  /**
   * What `scan` visits: the frames, or the slices that they are made from.
   *
   * @defaultValue 'frames'
   */
  scan?: 'frames' | 'slices'
  /**
   * Whether the codec refuses some bytes. With 'none' it must refuse nothing.
   *
   * @defaultValue what a few samples show
   */
  errors?: 'some' | 'none'
  /**
   * Whether bytes are skipped and reported to `onSkip`. With 'some' a law fails if nothing is skipped, with 'none' if
   * something is.
   *
   * @defaultValue 'some' for a codec of `defineCodec` with an option that skips, else both are accepted
   */
  skips?: 'some' | 'none' | undefined
  /**
   * When a frame is given out: with its last byte, or later, if only the bytes after it show that it is complete.
   *
   * @defaultValue 'immediate'
   */
  completion?: 'immediate' | 'delayed'
  /**
   * Makes a frame of this many bytes, or a few more, by the codec's own count; 'none' if frames have no length of their
   * own.
   *
   * @defaultValue as many letters 'a', as bytes or as a string
   */
  frameOfLength?: ((length: number) => Frame) | 'none'
  /**
   * Encodes one frame that consists of this many small parts: fragments, elements, levels.
   *
   * @defaultValue parts of the streams are repeated, if that makes a longer frame
   */
  frameOfParts?: (parts: number) => Uint8Array
  /**
   * Encodes a header that announces this many bytes, whatever else the length counts; undefined if it cannot. Leave out
   * for codecs whose frames do not announce their length.
   *
   * @defaultValue none
   */
  announcing?: (length: bigint) => Uint8Array | undefined
}

type Check = (name: string, value: unknown) => unknown

const oneOf =
  (...choices: string[]): Check =>
  (name, value) =>
    choiceOption(name, value as string, choices)

const CHECKS: Record<string, Check> = {
  frame: arbitraryOption,
  stream: arbitraryOption,
  name: stringOption,
  oracle: functionOption,
  encode: functionOption,
  frameOfParts: functionOption,
  announcing: functionOption,
  frameOfLength: (name, value) => (value === 'none' ? value : functionOption(name, value)),
  atEnd: oneOf('error', 'emit', 'drop'),
  scan: oneOf('frames', 'slices'),
  errors: oneOf('some', 'none'),
  skips: oneOf('some', 'none'),
  completion: oneOf('immediate', 'delayed'),
}

/** Reads the options of `by` with these names, each once. */
export function readLawOptions<Options extends object>(
  by: string,
  options: Options,
  names: (keyof Options & string)[],
): Options {
  const read = readOptions(by, options, names)
  for (const [name, value] of Object.entries(read)) CHECKS[name]!(name, value)
  return read
}

/** Recognised by its methods, since fast-check may be loaded both as ESM and as CommonJS. */
function arbitraryOption(name: string, value: unknown): void {
  if (typeof (value as { generate?: unknown } | undefined)?.generate !== 'function') {
    throw new TypeError(`${name} must be an arbitrary of fast-check`)
  }
}
