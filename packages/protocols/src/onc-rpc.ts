// ONC RPC over TCP, the transport of NFS.

import { joinFragments, readOptions, type FrameCodec } from '@unstick/core'
import { headed } from './framing/headed.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { BOOLEAN, BYTES } from './framing/members.ts'
import { limitsOf } from './framing/options.ts'

/** The options of `oncRpc`. */
export interface OncRpcOptions {
  /**
   * The longest fragment, in bytes, header included.
   *
   * @defaultValue 8 MiB
   */
  maxFrameLength?: number
  /**
   * The longest record, in bytes: the sum of its fragments without their headers.
   *
   * @defaultValue `maxFrameLength`
   */
  maxMessageLength?: number
  /**
   * The most fragments of a record.
   *
   * @defaultValue 65,536
   */
  maxFragments?: number
}

const NAME = 'oncRpc'
const bigEndian = bigEndianFor(NAME)
const HEADER = 4
const LAST = 2 ** 31

interface Fragment {
  isLast: boolean
  body: Uint8Array
}

/**
 * Records, joined from their fragments; `encode` writes as few fragments as the limit allows:
 *
 * ```
 *  +------+--------+----------+
 *  | last | length | fragment |
 *  +------+--------+----------+
 *    1 bit  31 bits
 * ```
 *
 * Source: RFC 5531, section 11.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG` (a fragment, a record, too many fragments) and `ERR_FRAME_TRUNCATED`; encoding
 * `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function oncRpc(options: OncRpcOptions = {}): FrameCodec {
  const { maxFrameLength, ...joining } = readOptions<OncRpcOptions>(NAME, options, [
    'maxFrameLength',
    'maxMessageLength',
    'maxFragments',
  ])
  const limits = limitsOf(NAME, maxFrameLength === undefined ? {} : { maxFrameLength }, { minFrameLength: HEADER + 1 })
  const fragments = headed<Fragment>(limits, {
    name: NAME,
    members: { isLast: BOOLEAN, body: BYTES },
    headerLength: HEADER,
    frameLength: (bytes, start) => HEADER + (readBig(bytes, start, 4) % LAST),
    decode: (bytes) => ({ isLast: bytes[0]! >= 128, body: bytes.subarray(HEADER) }),
    encode: ({ isLast, body }) => [bigEndian([4, body.length + (isLast ? LAST : 0)]), body],
  })
  return joinFragments(fragments, {
    isLast: ({ isLast }) => isLast,
    body: ({ body }) => body,
    split: (record) => fragmentsOf(record, limits.maxFrameLength - HEADER),
    ...joining,
  })
}

function fragmentsOf(record: Uint8Array, longest: number): Fragment[] {
  const fragments: Fragment[] = []
  for (let at = 0; at + longest < record.length; at += longest) {
    fragments.push({ isLast: false, body: record.subarray(at, at + longest) })
  }
  return [...fragments, { isLast: true, body: record.subarray(fragments.length * longest) }]
}
