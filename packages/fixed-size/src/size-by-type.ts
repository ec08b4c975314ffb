// Records whose size depends on their type byte.

import { defineCodec, FrameError, integerOption, readOptions, shown, type FrameCodec } from '@unstick/core'

/** The options of `sizeByType`. */
export interface SizeByTypeOptions {
  /**
   * The offset of the type byte in the record.
   *
   * @defaultValue 0
   */
  typeOffset?: number
  /** The size of the whole record, in bytes, for each type from 0 to 255. Other types are corrupt. */
  sizes: Readonly<Record<number, number>> | ReadonlyMap<number, number>
}

/**
 * Splits the stream into records whose size depends on their type byte, as in games, X11 and the Bluetooth HCI.
 *
 * ```
 *  chunks  | 01 AA 02 | BB BB 01 | CC |      sizes: { 1: 2, 2: 3 }
 *  frames  | 01 AA | 02 BB BB | 01 CC |
 * ```
 *
 * Decoding throws `ERR_FRAME_CORRUPT` as soon as a type is unknown, and `ERR_FRAME_TRUNCATED`; encoding throws
 * `ERR_FRAME_NOT_ENCODABLE` for a record of an unknown type, or whose size is not that of its type. After a
 * decoding error, close the stream: its bytes cannot be trusted.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 *
 * @example
 * ```ts
 * import { sizeByType } from '@unstick/fixed-size'
 *
 * const codec = sizeByType({ sizes: { 1: 2, 2: 3 } })
 * for (const record of codec.decoder().decode(Uint8Array.of(1, 7, 2, 8, 9))) console.log(...record) // 1 7, 2 8 9
 * ```
 */
export function sizeByType(options: SizeByTypeOptions): FrameCodec {
  const given = readOptions('sizeByType', options, ['typeOffset', 'sizes'])
  const typeOffset = integerOption('typeOffset', given.typeOffset ?? 0, 0)
  const sizes = sizesOption(given.sizes, typeOffset)
  return defineCodec({
    name: 'sizeByType',
    maxFrameLength: Math.max(...sizes),
    find(bytes, start, end, search) {
      const at = start + typeOffset
      if (at >= end) return at + 1
      const size = sizes[bytes[at]!]!
      if (size === 0) throw new FrameError('ERR_FRAME_CORRUPT', 'sizeByType: an unknown type')
      return (search.payloadEnd = start + size)
    },
    lengthFirst: true,
    encodeParts(record) {
      const size = record.length > typeOffset ? sizes[record[typeOffset]!]! : 0
      if (size > 0 && record.length === size) return [record]
      const reason = size === 0 ? 'a record must have a known type' : `a record of its type must have ${size} bytes`
      const message = `sizeByType: ${reason}, received ${record.length} bytes`
      throw new FrameError('ERR_FRAME_NOT_ENCODABLE', message, { frameLength: record.length })
    },
  })
}

/** The size of each type; 0 for an unknown type. */
function sizesOption(given: unknown, typeOffset: number): number[] {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new TypeError(`sizes must map types to sizes, received ${shown(given)}`)
  }
  // A Map may be of another realm.
  const entries =
    (given as Partial<Map<unknown, unknown>>)[Symbol.toStringTag] === 'Map'
      ? [...(given as Map<unknown, unknown>)]
      : Object.entries(given).map(([type, size]) => [typeNamed(type), size])
  if (entries.length === 0) throw new RangeError('sizes must have at least 1 type, received none')
  const sizes = new Array<number>(256).fill(0)
  for (const [type, size] of entries) {
    const known = integerOption('a type of sizes', type, 0, 255)
    sizes[known] = integerOption(`sizes[${known}]`, size, typeOffset + 1)
  }
  return sizes
}

/** The type that this key names; the key itself if it is not written as JavaScript writes numbers, such as '' or '0x1'. */
function typeNamed(key: string): unknown {
  return String(Number(key)) === key ? Number(key) : key
}
