// Git pkt-lines: the smart protocol over git://, SSH and HTTP.

import { choiceOption, defineCodec, readOptions, type FrameCodec } from '@unstick/core'
import { corrupt, invalidLength, notEncodable } from './framing/errors.ts'
import { bigEndianFor } from './framing/integers.ts'
import { BYTES, byType, namingMembers, UINT8, type MembersOf } from './framing/members.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'
import { encodeLatin1 } from './framing/text.ts'

/** A line of data, or a special packet. */
export type GitPktLine =
  | { type: 'data'; payload: Uint8Array }
  /** `0000` ends a message, `0001` separates its sections, `0002` ends the response of a stateless connection. */
  | { type: 'flush' | 'delim' | 'end' }

/** A line of data with its band, or a special packet. */
export type GitSideBandLine =
  /** `band` is 1 for the pack, 2 for progress, 3 for a fatal error. */
  { type: 'data'; band: number; payload: Uint8Array } | { type: 'flush' | 'delim' | 'end' }

/** The options of `gitPktLine`. */
export interface GitPktLineOptions extends PresetOptions {
  /**
   * Whether data begins with a band, as in the response to a fetch or push once both sides have agreed on
   * `side-band-64k`.
   *
   * @defaultValue false
   */
  sideBand?: boolean
}

const NAME = 'gitPktLine'
const bigEndian = bigEndianFor(NAME)
const SPECIAL = ['flush', 'delim', 'end'] as const
/** Git's LARGE_PACKET_MAX. */
const LONGEST = 65_520

function membersOf(sideBand: boolean): MembersOf<GitPktLine> {
  const data = sideBand ? { band: UINT8, payload: BYTES } : { payload: BYTES }
  return byType<GitPktLine>({ data, flush: {}, delim: {}, end: {} })
}

/**
 * Lines, each after its length in four hexadecimal digits, which counts itself:
 *
 * ```
 *  +--------+---------+        0000 flush-pkt        0006a LF
 *  | length | payload |        0001 delim-pkt        0004 an empty line
 *  +--------+---------+        0002 response-end-pkt
 *    4
 * ```
 *
 * Source: Git, `Documentation/gitprotocol-common.txt`, `gitprotocol-v2.txt`, `gitprotocol-pack.txt` (side-band). A pack
 * that is not sent in a side-band does not consist of pkt-lines: `takeRemaining()` hands it over.
 *
 * Decoding throws `ERR_FRAME_LENGTH_INVALID` (not hexadecimal digits, or a length of 3), `ERR_FRAME_TOO_LONG`,
 * `ERR_FRAME_CORRUPT` (data without a band, with `sideBand`) and `ERR_FRAME_TRUNCATED`; encoding
 * `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function gitPktLine(options?: GitPktLineOptions & { sideBand?: false }): FrameCodec<GitPktLine>
export function gitPktLine(options: GitPktLineOptions & { sideBand: true }): FrameCodec<GitSideBandLine>
export function gitPktLine(options?: GitPktLineOptions): FrameCodec<GitPktLine | GitSideBandLine>
export function gitPktLine(options: GitPktLineOptions = {}): FrameCodec<GitPktLine | GitSideBandLine> {
  const { sideBand: givenBand, ...limits } = readOptions<GitPktLineOptions>(NAME, options, [
    'sideBand',
    'maxFrameLength',
    'oversize',
  ])
  const sideBand = choiceOption('sideBand', givenBand ?? false, [true, false])
  return defineCodec<GitPktLine | GitSideBandLine>({
    name: NAME,
    ...limitsOf(NAME, limits, { maxFrameLength: LONGEST, minFrameLength: 4 }),
    find(bytes, start, end, search) {
      if (end - start < 4) return start + 4
      let length = 0
      for (let at = start; at < start + 4; at++) length = length * 16 + digitOf(bytes[at]!)
      if (length === 3) throw invalidLength(NAME, 'a length must not be 3')
      return (search.payloadEnd = start + Math.max(4, length))
    },
    toFrame(bytes) {
      const special = SPECIAL[bytes[3]! - 48]
      if (bytes.length === 4 && special !== undefined) return { type: special }
      if (!sideBand) return { type: 'data', payload: bytes.subarray(4) }
      if (bytes.length === 4) throw corrupt(NAME, 'data in a side-band must begin with the band')
      return { type: 'data', band: bytes[4]!, payload: bytes.subarray(5) }
    },
    encodeParts: namingMembers(NAME, membersOf(sideBand), (line) => {
      if (line.type !== 'data') {
        if (SPECIAL.includes(line.type)) return [head(SPECIAL.indexOf(line.type))]
        throw notEncodable(NAME, "a type must be 'data', 'flush', 'delim' or 'end'")
      }
      if ('band' in line !== sideBand) throw notEncodable(NAME, 'data must have a band with sideBand, and none without')
      if (!('band' in line)) return [head(4 + line.payload.length), line.payload]
      return [head(5 + line.payload.length), bigEndian([1, line.band]), line.payload]
    }),
  })
}

function head(length: number): Uint8Array {
  if (length > LONGEST) throw notEncodable(NAME, `a line must have at most ${LONGEST} bytes`)
  return encodeLatin1(NAME, length.toString(16).padStart(4, '0'))
}

function digitOf(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const letter = byte | 32
  if (letter >= 97 && letter <= 102) return letter - 87
  throw invalidLength(NAME, 'a length must be four hexadecimal digits')
}
