// The multiplexed output of Docker's attach, logs and exec endpoints.

import type { FrameCodec } from '@unstick/core'
import { corrupt } from './framing/errors.ts'
import { headed } from './framing/headed.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { BYTES, UINT8 } from './framing/members.ts'
import type { PresetOptions } from './framing/options.ts'

/** A piece of a standard stream of a container. */
export interface DockerStreamFrame {
  /** 0 stdin, 1 stdout, 2 stderr, 3 an error of the daemon. */
  type: number
  /** Bytes of that stream. */
  payload: Uint8Array
}

const NAME = 'dockerStream'
const bigEndian = bigEndianFor(NAME)

/**
 * The output of a container without a TTY:
 *
 * ```
 *  +------+----------+------+---------+
 *  | type | 00 00 00 | size | payload |
 *  +------+----------+------+---------+
 *    1      3          4
 * ```
 *
 * Source: Docker Engine API, "Attach to a container: Stream format".
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (padding that is not 0; a container with a TTY sends no
 * frames at all) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function dockerStream(options?: PresetOptions): FrameCodec<DockerStreamFrame> {
  return headed<DockerStreamFrame>(options, {
    name: NAME,
    members: { type: UINT8, payload: BYTES },
    headerLength: 8,
    frameLength(bytes, start) {
      if (readBig(bytes, start + 1, 3) !== 0) throw corrupt('dockerStream', 'the three bytes after the type must be 0')
      return 8 + readBig(bytes, start + 4, 4)
    },
    decode: (bytes) => ({ type: bytes[0]!, payload: bytes.subarray(8) }),
    encode: ({ type, payload }) => [bigEndian([1, type], [3, 0], [4, payload.length]), payload],
  })
}
