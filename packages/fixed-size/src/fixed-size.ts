// Records of N bytes.

import { defineCodec, FrameError, integerOption, readOptions, type FrameCodec } from '@unstick/core'

/** The options of `fixedSize`. */
export interface FixedSizeOptions {
  /** The size of every record, in bytes: at least 1. */
  size: number
  /**
   * What happens to an incomplete record at the end of the stream: 'error' is `ERR_FRAME_TRUNCATED`, 'emit' makes it a
   * last, shorter record, 'drop' drops it.
   *
   * @defaultValue 'error'
   */
  atEnd?: 'error' | 'emit' | 'drop'
}

/**
 * Splits the stream into records of `size` bytes.
 *
 * ```
 *  chunks  | AA AA AA BB | BB BB CC | CC CC |      size: 3
 *  frames  | AA AA AA | BB BB BB | CC CC CC |
 * ```
 *
 * Decoding throws `ERR_FRAME_TRUNCATED`; encoding throws `ERR_FRAME_NOT_ENCODABLE` for a record of another size.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 *
 * @example
 * ```ts
 * import { fixedSize } from '@unstick/fixed-size'
 *
 * for (const record of fixedSize({ size: 2 }).decoder().decode(Uint8Array.of(1, 2, 3, 4))) console.log(...record) // 1 2, 3 4
 * ```
 */
export function fixedSize(options: FixedSizeOptions): FrameCodec {
  const given = readOptions('fixedSize', options, ['size', 'atEnd'])
  const size = integerOption('size', given.size, 1)
  return defineCodec({
    name: 'fixedSize',
    maxFrameLength: size,
    atEnd: given.atEnd ?? 'error',
    find: size,
    encodeParts(record) {
      if (record.length !== size) {
        const message = `fixedSize: a record must have ${size} bytes, received ${record.length}`
        throw new FrameError('ERR_FRAME_NOT_ENCODABLE', message, { frameLength: record.length })
      }
      return [record]
    },
  })
}
