// Composition: maps the frames of a codec.

import { compose, definitionOf, type CompleteDefinition, type Mapping } from './complete-definition.ts'
import type { FrameCodec } from './contracts.ts'
import type { FrameMapper, MapFrame } from './conversion.ts'
import { codecFrom, type ComposableCodec } from './define-codec.ts'
import { FrameError, isFrameError } from './errors.ts'
import { choiceOption, functionOption, readOptions, shown } from './options.ts'

/** A mapping between the frames of a codec and other frames. */
export interface FrameMapping<From, To> {
  /** Makes a frame, or returns `NO_FRAME`; `index` is the number of frames before this one, dropped ones included. */
  decode: MapFrame<From, To>
  /** The opposite of `decode`. If left out, the codec only decodes. */
  encode?: (frame: To) => From
  /**
   * What happens to a frame that `decode` refuses by throwing: `'error'` is `ERR_FRAME_CORRUPT`, `'skip'` drops exactly
   * that frame. The rule applies to the whole codec, so `'skip'` is not allowed over `joinFragments`: it would also
   * drop fragments.
   *
   * @defaultValue that of the codec
   */
  corrupt?: 'error' | 'skip'
}

/** A mapping with a memory per decoder. */
export interface FrameMappingWithMemory<From, To> extends Omit<FrameMapping<From, To>, 'decode'> {
  /** Creates the mapper of a new decoder. `reset()` creates a new one. */
  decoder: () => FrameMapper<From, To>
}

/**
 * Composes a codec with a serialiser.
 *
 * An exception of `decode` becomes `ERR_FRAME_CORRUPT`, one of `encode` `ERR_FRAME_NOT_ENCODABLE`, with the original as
 * `cause`. A `FrameError` without an offset keeps its code; one with an offset is from another decoder, and becomes the
 * `cause`.
 *
 * @throws {TypeError} `codec` is not made by `defineCodec`, or a member of `mapping` is unknown or of the wrong kind;
 *   `corrupt` is 'skip' over `joinFragments`.
 *
 * @example
 * ```ts
 * import { defineCodec, mapCodec } from '@unstick/core'
 *
 * const pairs = defineCodec({ name: 'pairs', maxFrameLength: 2, find: 2, encodeParts: (pair) => [pair] })
 * const numbers = mapCodec(pairs, {
 *   decode: (pair) => pair[0]! * 256 + pair[1]!,
 *   encode: (number: number) => Uint8Array.of(number >> 8, number),
 * })
 * for (const number of numbers.decoder().decode(Uint8Array.of(0, 5, 1, 0))) console.log(number) // 5, 256
 * ```
 */
export function mapCodec<From, To>(
  codec: FrameCodec<From>,
  mapping: FrameMapping<From, To> | FrameMappingWithMemory<From, To>,
): FrameCodec<To> {
  const definition = composable('mapCodec', codec)
  const given = readOptions<Partial<FrameMapping<From, To> & FrameMappingWithMemory<From, To>>>('mapCodec', mapping, [
    'decode',
    'decoder',
    'encode',
    'corrupt',
  ])
  const { name, encodeFrame, mappings, joins } = definition
  const corrupt = choiceOption('corrupt', given.corrupt ?? definition.corrupt, ['error', 'skip'])
  if (joins && corrupt === 'skip') {
    throw new TypeError(
      `corrupt must be "error" over joinFragments, since skipped fragments would leave holes in messages`,
    )
  }
  const encode = functionOption('encode', given.encode)
  return codecFrom(
    compose<To>({
      ...definition,
      mappings: [...mappings, mappingOf(given)],
      corrupt,
      encodeFrame: encodeFrame && encode && ((frame) => encodeFrame(mapBack(name, encode, frame))),
    }),
  )
}

/** The definition of a codec that another codec is made from. */
export function composable<Frame>(by: string, codec: FrameCodec<Frame>): CompleteDefinition<Frame> {
  const definition = (codec as Partial<ComposableCodec<Frame>> | undefined)?.[definitionOf]
  if (definition !== undefined) return definition
  throw new TypeError(`${by} takes a codec made by defineCodec, received ${shown(codec)}`)
}

function mappingOf<From, To>({
  decode,
  decoder,
}: Partial<FrameMapping<From, To> & FrameMappingWithMemory<From, To>>): Mapping {
  if (decode !== undefined && decoder !== undefined) {
    throw new TypeError('decoder is for a mapping with a memory: give it or decode, received both')
  }
  if (decoder !== undefined) {
    functionOption('decoder', decoder)
    return { hasMemory: true, create: () => mapperOf(decoder()) }
  }
  const mapper = mapperOf({ decode: decode! })
  return { hasMemory: false, create: () => mapper }
}

function mapperOf<From, To>(mapper: FrameMapper<From, To>): FrameMapper<From, To> {
  if (typeof mapper?.decode !== 'function') {
    throw new TypeError(`decode must be a function, received ${shown(mapper?.decode)}`)
  }
  for (const name of ['end', 'isInside'] as const) functionOption(name, mapper[name])
  return mapper
}

function mapBack<From, To>(name: string, encode: (frame: To) => From, frame: To): From {
  try {
    return encode(frame)
  } catch (cause) {
    if (isFrameError(cause) && cause.offset === undefined) throw cause
    throw new FrameError('ERR_FRAME_NOT_ENCODABLE', `${name}: the frame could not be encoded`, { cause })
  }
}
