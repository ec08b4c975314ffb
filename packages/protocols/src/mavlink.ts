// MAVLink 1 and 2, the protocol of drones and their ground stations.

import { defineCodec, readOptions, shown, type FrameCodec } from '@unstick/core'
import { crc } from '@unstick/packet'
import { notEncodable } from './framing/errors.ts'
import { littleEndianFor, readLittle } from './framing/integers.ts'
import { BYTES, namingMembers, oneOf, optional, UINT24, UINT8, type Members } from './framing/members.ts'
import { DAMAGED, frameSearch, NOTHING, type ResyncOptions } from './framing/resync.ts'

/** A message, with the fields of its header. */
export interface MavlinkMessage {
  /** The protocol version. */
  version: 1 | 2
  /** Flags that a receiver may ignore; 0 in version 1. */
  compatFlags: number
  /** Counts the messages of a sender, modulo 256. */
  sequence: number
  /** The id of the vehicle or station that sent it. */
  systemId: number
  /** The id of the component that sent it. */
  componentId: number
  /** Up to 255 in version 1, up to 2^24-1 in version 2. */
  messageId: number
  /** As sent: in version 2 without trailing zeros. */
  payload: Uint8Array
  /** Only in version 2: link id, timestamp and signature, 13 bytes. Not checked. */
  signature: Uint8Array | undefined
  /** The CRC extra of a message whose id is not in `crcExtras`; else undefined. */
  crcExtra: number | undefined
}

/** The options of `mavlink`. */
export interface MavlinkOptions extends ResyncOptions {
  /**
   * The CRC extra by message id: `{ 0: 50, 30: 39 }` for HEARTBEAT and ATTITUDE. It is derived from the fields of the
   * message; MAVLink's code generators write such a table for each dialect.
   *
   * @defaultValue {}
   */
  crcExtras?: Readonly<Record<number, number>>
}

const NAME = 'mavlink'
const littleEndian = littleEndianFor(NAME)
const MAGIC_1 = 0xfe
const MAGIC_2 = 0xfd
const HEADER_1 = 6
const HEADER_2 = 10
const CHECKSUM = 2
const SIGNATURE = 13
/** The only incompatibility flag defined: the message is signed. */
const SIGNED = 1
const LONGEST = HEADER_2 + 255 + CHECKSUM + SIGNATURE

const mcrf4xx = crc('CRC-16/MCRF4XX')

const MEMBERS: Members<MavlinkMessage> = {
  version: oneOf(1, 2),
  compatFlags: UINT8,
  sequence: UINT8,
  systemId: UINT8,
  componentId: UINT8,
  messageId: UINT24,
  payload: BYTES,
  signature: optional(BYTES),
  crcExtra: optional(UINT8),
}

/**
 * Messages, with noise between them:
 *
 * ```
 *  +----+--------+----------+--------+------------+---------+----------+
 *  | fe | length | sequence | system | component  | message | payload  | checksum |                  version 1
 *  +----+--------+----------+--------+------------+---------+----------+----------+
 *    1    1        1          1        1            1         length     2
 *
 *  +----+--------+-------+-------+----------+--------+-----------+---------+---------+----------+-----------+
 *  | fd | length | incom | compa | sequence | system | component | message | payload | checksum | signature |
 *  +----+--------+-------+-------+----------+--------+-----------+---------+---------+----------+-----------+
 *    1    1        1       1       1          1        1           3         length    2          13 if incom is 1
 * ```
 *
 * Integers are little-endian. The checksum is CRC-16/MCRF4XX of the bytes from the length to the payload and of the CRC
 * extra, a byte that both sides know.
 *
 * The whole checksum is checked for messages in `crcExtras`. For others it must be right for some CRC extra, which
 * checks 8 of its 16 bits: one of 256 damaged messages passes. As the specification demands, a message with an unknown
 * incompatibility flag is dropped. Signatures are not checked.
 *
 * Source: mavlink.io, "Packet Serialization" and "Message Signing".
 *
 * Decoding throws `ERR_FRAME_TRUNCATED`, and with `corrupt: 'error'` also `ERR_FRAME_CORRUPT`; encoding
 * `ERR_FRAME_NOT_ENCODABLE`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function mavlink(options: MavlinkOptions = {}): FrameCodec<MavlinkMessage> {
  const { crcExtras, corrupt } = readOptions<MavlinkOptions>(NAME, options, ['crcExtras', 'corrupt'])
  const extras = tableOf(crcExtras ?? {})

  function isRight(bytes: Uint8Array, at: number, checksumAt: number): boolean {
    const register = mcrf4xx(bytes, at + 1, checksumAt)
    const checksum = readLittle(bytes, checksumAt, CHECKSUM)
    const extra = extras.get(messageIdOf(bytes, at)) ?? extraOf(register, checksum)
    return withExtra(register, extra) === checksum
  }

  return defineCodec<MavlinkMessage>({
    name: NAME,
    maxFrameLength: LONGEST,
    ...frameSearch(
      {
        name: NAME,
        mayBegin: (byte) => byte === MAGIC_1 || byte === MAGIC_2,
        lengthAt(bytes, at, end) {
          const magic = bytes[at]!
          if (magic !== MAGIC_1 && magic !== MAGIC_2) return NOTHING
          const headerLength = headerLengthOf(magic)
          // Unknown flags refuse the message before the rest of its header has arrived.
          if (magic === MAGIC_2 && end - at < 3) return 3
          if (magic === MAGIC_2 && bytes[at + 2]! > SIGNED) return DAMAGED
          if (end - at < headerLength) return headerLength
          const length = headerLength + bytes[at + 1]! + CHECKSUM
          const signatureLength = magic === MAGIC_2 && bytes[at + 2] === SIGNED ? SIGNATURE : 0
          // Refuse a wrong checksum before the signature has arrived.
          if (end - at < length) return length
          return isRight(bytes, at, at + length - CHECKSUM) ? length + signatureLength : DAMAGED
        },
      },
      corrupt,
    ),
    toFrame(bytes) {
      const version = bytes[0] === MAGIC_1 ? 1 : 2
      const headerLength = headerLengthOf(bytes[0]!)
      const checksumAt = headerLength + bytes[1]!
      const messageId = messageIdOf(bytes, 0)
      const signatureAt = checksumAt + CHECKSUM
      return {
        version,
        compatFlags: version === 1 ? 0 : bytes[3]!,
        sequence: bytes[version === 1 ? 2 : 4]!,
        systemId: bytes[version === 1 ? 3 : 5]!,
        componentId: bytes[version === 1 ? 4 : 6]!,
        messageId,
        payload: bytes.subarray(headerLength, checksumAt),
        signature: signatureAt < bytes.length ? bytes.subarray(signatureAt) : undefined,
        crcExtra: extras.has(messageId)
          ? undefined
          : extraOf(mcrf4xx(bytes, 1, checksumAt), readLittle(bytes, checksumAt, CHECKSUM)),
      }
    },
    encodeParts: namingMembers(NAME, MEMBERS, (message) => {
      const { payload, signature, messageId, crcExtra } = message
      if (payload.length > 255) throw notEncodable(NAME, 'a payload must have at most 255 bytes')
      const known = extras.get(messageId)
      const extra = known ?? crcExtra
      if (extra === undefined || (known !== undefined && crcExtra !== undefined)) {
        throw notEncodable(NAME, 'a message needs its CRC extra, in crcExtras or else in crcExtra')
      }
      const header = headerOf(message)
      const checked = new Uint8Array(header.length - 1 + payload.length + 1)
      checked.set(header.subarray(1))
      checked.set(payload, header.length - 1)
      checked.set(littleEndian([1, extra]), checked.length - 1)
      const checksum = littleEndian([CHECKSUM, mcrf4xx(checked)])
      return signature === undefined ? [header, payload, checksum] : [header, payload, checksum, signature]
    }),
  })
}

function headerLengthOf(magic: number): number {
  return magic === MAGIC_1 ? HEADER_1 : HEADER_2
}

function messageIdOf(bytes: Uint8Array, at: number): number {
  return bytes[at] === MAGIC_1 ? bytes[at + 5]! : readLittle(bytes, at + 7, 3)
}

function headerOf({ payload, signature, ...message }: MavlinkMessage): Uint8Array {
  const ids = [
    [1, message.sequence],
    [1, message.systemId],
    [1, message.componentId],
  ] as const
  if (message.version === 2) {
    if (signature !== undefined && signature.length !== SIGNATURE) {
      throw notEncodable(NAME, `a signature must have ${SIGNATURE} bytes`)
    }
    const flags = [1, signature === undefined ? 0 : SIGNED] as const
    return littleEndian([1, MAGIC_2], [1, payload.length], flags, [1, message.compatFlags], ...ids, [
      3,
      message.messageId,
    ])
  }
  if (message.version !== 1) throw notEncodable(NAME, 'a version must be 1 or 2')
  if (message.compatFlags !== 0 || signature !== undefined) {
    throw notEncodable(NAME, 'version 1 has neither flags nor a signature')
  }
  return littleEndian([1, MAGIC_1], [1, payload.length], ...ids, [1, message.messageId])
}

/** The CRC register after one more byte (reflected polynomial 8408, eight bits at once). */
function withExtra(register: number, extra: number): number {
  const low = (register ^ extra) & 0xff
  const mixed = low ^ ((low << 4) & 0xff)
  return ((register >> 8) ^ (mixed << 8) ^ (mixed << 3) ^ (mixed >> 4)) & 0xffff
}

/** The only CRC extra that gives this checksum: inverts the last step of the CRC. */
function extraOf(register: number, checksum: number): number {
  const high = checksum >> 8
  const mixed = high ^ (high >> 5)
  return (mixed ^ ((mixed << 4) & 0xff) ^ register) & 0xff
}

function tableOf(crcExtras: Readonly<Record<number, number>>): Map<number, number> {
  const table = new Map<number, number>()
  // A Map has no entries of its own, and would be an empty table.
  if (typeof crcExtras !== 'object' || crcExtras instanceof Map) {
    throw new TypeError(`crcExtras must be an object of numbers by message ids, received ${shown(crcExtras)}`)
  }
  for (const [id, extra] of Object.entries(crcExtras)) {
    const isId = /^\d{1,8}$/.test(id) && Number(id) < 2 ** 24
    if (!isId || !Number.isInteger(extra) || extra < 0 || extra > 255) {
      throw new RangeError(
        `crcExtras must have integers from 0 to 255 for message ids from 0 to 2^24-1, received ${id}: ${extra}`,
      )
    }
    table.set(Number(id), extra)
  }
  return table
}
