// Composition: frames of one kind into frames of another.

import type { FrameCodec } from './contracts.ts'
import type { NO_FRAME } from './definition.ts'
import { FrameError, isFrameError } from './errors.ts'
import { functionOption, shown } from './options.ts'

/** How the frames of a serialiser and the frames of a codec turn into each other. */
export interface FrameMapping<From, To> {
  /** `index` counts the frames before this one, dropped ones included. NO_FRAME drops the frame. */
  decode: (frame: From, index: number) => To | typeof NO_FRAME
  encode: (frame: To) => From
}

/**
 * Composes a codec with a serialiser.
 *
 * What `decode` throws becomes `ERR_FRAME_CORRUPT`, what `encode` throws `ERR_FRAME_NOT_ENCODABLE`, with the original
 * as `cause`; a `FrameError` stays as it is.
 */
export function mapCodec<From, To>(codec: FrameCodec<From>, mapping: FrameMapping<From, To>): FrameCodec<To> {
  const mappable = codec as Partial<MappableCodec<From>>
  if (typeof mappable?.[mapped] !== 'function') {
    throw new TypeError(`mapCodec takes a codec made by defineCodec, received ${shown(codec)}`)
  }
  functionOption('decode', mapping.decode)
  functionOption('encode', mapping.encode)
  return mappable[mapped]({
    decode: mapping.decode,
    encode(frame) {
      try {
        return mapping.encode(frame)
      } catch (cause) {
        if (isFrameError(cause)) throw cause
        throw new FrameError('ERR_FRAME_NOT_ENCODABLE', 'the frame could not be encoded', { cause })
      }
    },
  })
}

/** How a codec of another make lets itself be mapped; in the global registry, for the ESM and CommonJS copies. */
export const mapped: unique symbol = Symbol.for('unstick.mapped') as never

export interface MappableCodec<From> extends FrameCodec<From> {
  [mapped]<To>(mapping: FrameMapping<From, To>): FrameCodec<To>
}
