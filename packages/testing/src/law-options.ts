// The options of laws, and their checks: with a mistyped option a law would try less than it seems to.

import { choiceOption, functionOption, readOptions, stringOption } from '@unstick/core'
import type fc from 'fast-check'
import type { Outcome } from './outcome.ts'

/** The options of `codecLaws`. */
export interface CodecLawOptions<Frame> {
  /**
   * Frames to encode, short ones above all. One that the codec refuses with a `FrameError` is left out, but not all may
   * be. Left out for a codec that only decodes; then `stream` is needed.
   *
   * @defaultValue none
   */
  frame?: fc.Arbitrary<Frame>
  /**
   * More streams to decode, such as ones of few different bytes. Encoded frames, whole and corrupted, and any bytes are
   * tried without it.
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
   * What the codec makes of an unfinished frame at the end.
   *
   * @defaultValue 'error'
   */
  atEnd?: 'error' | 'emit' | 'drop'
  /**
   * What `scan` gives: the frames, or the slices that they are made of.
   *
   * @defaultValue 'frames'
   */
  scan?: 'frames' | 'slices'
  /**
   * Whether there are bytes that the codec refuses. With 'none' it must refuse nothing.
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
   * When a frame is given: with its last byte, or later, where only the bytes after it show that it is complete.
   *
   * @defaultValue 'immediate'
   */
  completion?: 'immediate' | 'delayed'
  /**
   * A frame of this many bytes, or a few more, by the codec's own count; 'none' where frames have no length of their
   * own.
   *
   * @defaultValue as many letters 'a', as bytes or as a string
   */
  frameOfLength?: ((length: number) => Frame) | 'none'
  /**
   * The bytes of one frame that consists of this many small parts: fragments, elements, levels.
   *
   * @defaultValue parts of the streams are repeated, where that makes a longer frame
   */
  frameOfParts?: (parts: number) => Uint8Array
  /**
   * The header of a frame whose length is announced as this many bytes, whatever else the length counts; undefined
   * where it cannot be written. Left out for codecs whose frames do not announce their length.
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

/** Reads the options of `by` that have these names, once. */
export function readLawOptions<Options extends object>(
  by: string,
  options: Options,
  names: (keyof Options & string)[],
): Options {
  const read = readOptions(by, options, names)
  for (const [name, value] of Object.entries(read)) CHECKS[name]!(name, value)
  return read
}

/** Recognised by its methods, since fast-check may be loaded as ESM and as CommonJS. */
function arbitraryOption(name: string, value: unknown): void {
  if (typeof (value as { generate?: unknown } | undefined)?.generate !== 'function') {
    throw new TypeError(`${name} must be an arbitrary of fast-check`)
  }
}
