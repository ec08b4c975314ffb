// ZooKeeper packets.

import type { FrameCodec } from '@unstick/core'
import { invalidLength } from './framing/errors.ts'
import { headed } from './framing/headed.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import type { PresetOptions } from './framing/options.ts'

const NAME = 'zookeeper'
const bigEndian = bigEndianFor(NAME)

/**
 * Packets, each after its length:
 *
 * ```
 *  +--------+--------+
 *  | length | packet |
 *  +--------+--------+
 *    4
 * ```
 *
 * Source: ZooKeeper, "Jute" and `ClientCnxn`. The limit is the default of `jute.maxbuffer`, 0xfffff bytes.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (a negative length) and `ERR_FRAME_TRUNCATED`; encoding
 * `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function zookeeper(options?: PresetOptions): FrameCodec {
  return headed<Uint8Array>(options, {
    name: NAME,
    headerLength: 4,
    maxFrameLength: 4 + 0xfffff,
    frameLength(bytes, start) {
      const length = readBig(bytes, start, 4)
      if (length > 0x7fffffff) throw invalidLength('zookeeper', 'a length must not be negative')
      return 4 + length
    },
    decode: (bytes) => bytes.subarray(4),
    encode: (packet) => [bigEndian([4, packet.length]), packet],
  })
}
