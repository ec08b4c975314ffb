// ZooKeeper packets.

import type { FrameCodec } from '@unstick/core'
import { lengthPrefixed } from './framing/length-prefixed.ts'
import type { PresetOptions } from './framing/options.ts'

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
 * The four letters of an administrative command, such as `ruok`, have no length, and neither have answers to them.
 *
 * Source: ZooKeeper, "Jute" and `ClientCnxn`. The limit is the default of `jute.maxbuffer`, 0xfffff bytes.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (a negative length) and `ERR_FRAME_TRUNCATED`;
 * encoding `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function zookeeper(options?: PresetOptions): FrameCodec {
  return lengthPrefixed(options, 'zookeeper', 0xfffff)
}
