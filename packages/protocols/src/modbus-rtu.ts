// Modbus RTU, the binary form of Modbus on serial lines.

import { checkedBytes, choiceOption, defineCodec, kindOf, readOptions, type FrameCodec } from '@unstick/core'
import { crc } from '@unstick/packet'
import { notEncodable } from './framing/errors.ts'
import { bigEndianFor, littleEndianFor, readBig, readLittle } from './framing/integers.ts'
import { BYTES, namingMembers, UINT8 } from './framing/members.ts'
import { DAMAGED, frameSearch, NOTHING, type ResyncOptions } from './framing/resync.ts'

/** A frame, without its CRC. */
export interface ModbusRtuFrame {
  /** The address of the device; 0 is a broadcast. */
  unitId: number
  /** The function code; its highest bit is set in an exception. */
  function: number
  /** The bytes after the function code. */
  payload: Uint8Array
}

/** The options of `modbusRtu`. */
export interface ModbusRtuOptions extends ResyncOptions {
  /** Who writes the frames: the client (master) or the server (slave). */
  from: 'client' | 'server'
  /**
   * The length of the payload, in bytes, by function code, for functions that the standard does not define, such as
   * `{ 65: 4 }`.
   *
   * @defaultValue {}
   */
  payloadLengths?: Readonly<Record<number, number>>
}

const NAME = 'modbusRtu'
const bigEndian = bigEndianFor(NAME)
const littleEndian = littleEndianFor(NAME)
const HEADER = 2
const CHECKSUM = 2
/** The standard's limit. */
const LONGEST = 256
const EXCEPTION = 0x80

/**
 * How long a payload is: a fixed number of bytes; the integer of `width` bytes at index `at`, which counts the bytes
 * after it; or by the objects of a device identification.
 */
type PayloadLength = number | { at: number; width: 1 | 2 } | 'identification' | 'identity'

const counted = { at: 0, width: 1 } as const

/** The payloads of request and response, by function code. */
const FUNCTIONS: Readonly<Record<number, { client: PayloadLength; server: PayloadLength }>> = {
  1: { client: 4, server: counted },
  2: { client: 4, server: counted },
  3: { client: 4, server: counted },
  4: { client: 4, server: counted },
  5: { client: 4, server: 4 },
  6: { client: 4, server: 4 },
  7: { client: 0, server: 1 },
  8: { client: 4, server: 4 },
  11: { client: 0, server: 4 },
  12: { client: 0, server: counted },
  15: { client: { at: 4, width: 1 }, server: 4 },
  16: { client: { at: 4, width: 1 }, server: 4 },
  17: { client: 0, server: counted },
  20: { client: counted, server: counted },
  21: { client: counted, server: counted },
  22: { client: 6, server: 6 },
  23: { client: { at: 8, width: 1 }, server: counted },
  24: { client: 2, server: { at: 0, width: 2 } },
  43: { client: 'identification', server: 'identity' },
}

const checksumOf = crc('CRC-16/MODBUS')

/**
 * Requests or responses; after damage, the decoder finds the next one:
 *
 * ```
 *  +---------+----------+---------+----------+
 *  | unit id | function | payload | checksum |      CRC-16/MODBUS of all before it, little-endian
 *  +---------+----------+---------+----------+
 *    1         1          0..252    2
 * ```
 *
 * A frame holds no length: by the standard it ends with a silence of 3.5 characters, which `bySilence` of
 * `@unstick/stream` detects. Drivers, USB adapters and TCP gateways do not preserve silence, so this codec goes by the
 * checksum and by the length that the function code implies. It knows functions 1 to 8, 11, 12, 15 to 17, 20 to 24 and
 * 43 (device identification), exceptions, and those of `payloadLengths`. Function 8 is taken to have 4 bytes, which
 * holds for all subfunctions except a longer echo. A frame of another function is a gap.
 *
 * Noise that looks like the beginning of a frame delays later frames until the whole false frame would have arrived, at
 * most 256 bytes.
 *
 * Source: modbus.org, "MODBUS over Serial Line V1.02", section 2.5.1, and "MODBUS Application Protocol V1.1b3", section
 * 6.
 *
 * Decoding throws `ERR_FRAME_TRUNCATED`, and with `corrupt: 'error'` also `ERR_FRAME_CORRUPT`; encoding
 * `ERR_FRAME_NOT_ENCODABLE`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function modbusRtu(options: ModbusRtuOptions): FrameCodec<ModbusRtuFrame> {
  const given = readOptions<ModbusRtuOptions>(NAME, options, ['from', 'payloadLengths', 'corrupt'])
  const from = choiceOption('from', given.from, ['client', 'server'])
  const lengths = tableOf(from, given.payloadLengths ?? {})

  /**
   * The length of the frame at `at`, checksum not verified; or a number above `end - at`: the bytes needed to know it.
   */
  function lengthAt(bytes: Uint8Array, at: number, end: number): number {
    if (end - at < HEADER) return HEADER
    const code = bytes[at + 1]!
    const payload = lengths.get(code)
    if (payload === undefined) return NOTHING
    return payloadLengthAt(payload, bytes, at + HEADER, end)
  }

  function checkedLengthAt(bytes: Uint8Array, at: number, end: number): number {
    const length = lengthAt(bytes, at, end)
    if (length > LONGEST) return NOTHING
    if (length === NOTHING || length > end - at) return length
    const checksumAt = at + length - CHECKSUM
    return checksumOf(bytes, at, checksumAt) === readLittle(bytes, checksumAt, CHECKSUM) ? length : DAMAGED
  }

  return defineCodec<ModbusRtuFrame>({
    name: NAME,
    maxFrameLength: LONGEST,
    ...frameSearch({ name: NAME, mayBegin: () => true, lengthAt: checkedLengthAt }, given.corrupt),
    toFrame: (bytes) => ({
      unitId: bytes[0]!,
      function: bytes[1]!,
      payload: bytes.subarray(HEADER, bytes.length - CHECKSUM),
    }),
    encodeParts: namingMembers(
      NAME,
      { unitId: UINT8, function: UINT8, payload: BYTES },
      ({ unitId, function: code, payload }) => {
        checkedBytes(payload, NAME, 'a payload')
        const checksumAt = HEADER + payload.length
        const frame = new Uint8Array(checksumAt + CHECKSUM)
        frame.set(bigEndian([1, unitId], [1, code]))
        frame.set(payload, HEADER)
        frame.set(littleEndian([CHECKSUM, checksumOf(frame, 0, checksumAt)]), checksumAt)
        if (checkedLengthAt(frame, 0, frame.length) === frame.length) return [frame]
        throw notEncodable(
          NAME,
          'a payload must have the length that its function and counts imply, and a frame at most 256 bytes',
        )
      },
    ),
  })
}

/** The length of the frame whose payload begins at `at`, or the bytes needed to know it. */
function payloadLengthAt(length: PayloadLength, bytes: Uint8Array, at: number, end: number): number {
  if (typeof length === 'number') return HEADER + length + CHECKSUM
  if (typeof length === 'object') {
    const counts = length.at + length.width
    if (end - at < counts) return HEADER + counts
    return HEADER + counts + readBig(bytes, at + length.at, length.width) + CHECKSUM
  }
  // MEI type 14 is the only encapsulated interface whose length can be known.
  if (end - at < 1) return HEADER + 1
  if (bytes[at] !== 14) return NOTHING
  return length === 'identification' ? HEADER + 3 + CHECKSUM : HEADER + identityLength(bytes, at, end)
}

/**
 * The identification of a device: six bytes, the last of which counts objects; each object has an id, a length, and
 * that many bytes.
 */
function identityLength(bytes: Uint8Array, at: number, end: number): number {
  let length = 6
  if (end - at < length) return length
  for (let objects = bytes[at + 5]!; objects > 0; objects--) {
    if (end - at < length + 2) return length + 2
    length += 2 + bytes[at + length + 1]!
    if (length > LONGEST) break
  }
  return length + CHECKSUM
}

function tableOf(
  from: 'client' | 'server',
  payloadLengths: Readonly<Record<number, number>>,
): Map<number, PayloadLength> {
  if (typeof payloadLengths !== 'object') {
    throw new TypeError(`payloadLengths must be an object, received ${kindOf(payloadLengths)}`)
  }
  const table = new Map<number, PayloadLength>()
  for (const [code, lengths] of Object.entries(FUNCTIONS)) table.set(Number(code), lengths[from])
  for (const [code, length] of Object.entries(payloadLengths)) {
    const isFunction = /^\d{1,3}$/.test(code) && Number(code) >= 1 && Number(code) < EXCEPTION
    if (!isFunction || !Number.isInteger(length) || length < 0 || length > LONGEST - HEADER - CHECKSUM) {
      const range = `integers from 0 to ${LONGEST - HEADER - CHECKSUM} for functions from 1 to ${EXCEPTION - 1}`
      throw new RangeError(`payloadLengths must have ${range}, received ${code}: ${length}`)
    }
    table.set(Number(code), length)
  }
  // A server refuses a function that it does not know with an exception, of one byte like all others.
  if (from === 'server') for (let code = 1; code < EXCEPTION; code++) table.set(code + EXCEPTION, 1)
  return table
}
