// Constant bytes in a header, such as a start byte or a protocol's magic number.

import { bytesOption, FrameError, integerOption, readOptions, type FindFrame } from '@unstick/core'

/** Bytes that every frame must have in the same place. */
export interface MagicOptions {
  /** A string (its UTF-8 bytes) or bytes. */
  bytes: string | Uint8Array
  /**
   * The offset of the bytes in the frame.
   *
   * @defaultValue 0
   */
  offset?: number
  /**
   * Which bits of `bytes` are compared; as many bytes as `bytes`.
   *
   * @defaultValue all
   */
  mask?: Uint8Array
}

export interface Magic {
  /** The expected bytes, with bits outside the mask cleared. */
  readonly expected: Uint8Array
  readonly mask: Uint8Array
  readonly start: number
  readonly end: number
}

/** @throws {TypeError | RangeError} A member is unknown, of the wrong kind or out of range. */
export function magicOption(given: MagicOptions): Magic {
  const options = readOptions('magic', given, ['bytes', 'offset', 'mask'])
  const bytes = bytesOption('magic.bytes', options.bytes)
  const start = integerOption('magic.offset', options.offset ?? 0, 0)
  const mask =
    options.mask === undefined ? new Uint8Array(bytes.length).fill(0xff) : bytesOption('magic.mask', options.mask)
  if (mask.length !== bytes.length) {
    throw new RangeError(`magic.mask must have ${bytes.length} bytes, as magic.bytes has, received ${mask.length}`)
  }
  const expected = bytes.map((byte, index) => byte & mask[index]!)
  return { expected, mask, start, end: start + bytes.length }
}

/**
 * Checks each magic byte as soon as it has arrived, before `find` reads the header: a length must not be trusted
 * without them.
 */
export function checkingMagic(name: string, magic: Magic, find: FindFrame): FindFrame {
  const { expected, mask } = magic
  return (bytes, start, end, search) => {
    const first = start + magic.start
    for (let index = 0; index < expected.length; index++) {
      const at = first + index
      // Ask for one more byte, not for all of them, so that a wrong one is reported as soon as it arrives.
      if (at >= end) return at + 1
      if ((bytes[at]! & mask[index]!) !== expected[index]) throw wrongMagic(name)
    }
    return find(bytes, start, end, search)
  }
}

/** Whether a frame has its magic bytes; `byteAt` returns a byte of the frame. */
export function hasMagic({ expected, mask, start }: Magic, byteAt: (index: number) => number): boolean {
  return expected.every((byte, index) => (byteAt(start + index) & mask[index]!) === byte)
}

function wrongMagic(name: string): FrameError {
  return new FrameError('ERR_FRAME_CORRUPT', `${name}: the frame does not have its magic bytes`)
}
