// Records of N bytes.

import { choiceOption, defineCodec, FrameError, integerOption, type FrameCodec } from '@unstick/core'

export interface FixedSizeOptions {
  /** The size of every record, in bytes: at least 1. */
  size: number
  /**
   * What becomes of a shorter rest at the end of the stream: 'error' makes it `ERR_FRAME_TRUNCATED`, 'emit' a last,
   * shorter record, 'drop' nothing. Default: 'error'.
   */
  atEnd?: 'error' | 'emit' | 'drop'
}

/**
 * Cuts the stream into records of `size` bytes.
 *
 * ```
 *  chunks  | AA AA AA BB | BB BB CC | CC CC |      size: 3
 *  frames  | AA AA AA | BB BB BB | CC CC CC |
 * ```
 *
 * Decoding throws `ERR_FRAME_TRUNCATED`; encoding throws `ERR_FRAME_NOT_ENCODABLE` for a record of another size.
 */
export function fixedSize(options: FixedSizeOptions): FrameCodec {
  const size = integerOption('size', options?.size, 1)
  const atEnd = choiceOption('atEnd', options.atEnd ?? 'error', ['error', 'emit', 'drop'])
  return defineCodec({
    name: 'fixedSize',
    maxFrameLength: size,
    atEnd,
    find(_bytes, start, _end, _searched, found) {
      found.payloadStart = start
      found.payloadEnd = start + size
      return start + size
    },
    encodeParts(record) {
      if (record.length !== size) {
        const message = `fixedSize: a record must have ${size} bytes, received ${record.length}`
        throw new FrameError('ERR_FRAME_NOT_ENCODABLE', message, { frameLength: record.length })
      }
      return [record]
    },
  })
}
