// Packets that begin with sync bytes and end with a checksum, so that the decoder can resynchronise after damage.

import {
  choiceOption,
  defineCodec,
  FrameError,
  frameTooLong,
  gap,
  readOptions,
  UNKNOWN,
  type FindFrame,
  type FrameCodec,
  type FrameSearch,
} from '@unstick/core'
import { checksumOf, type Checksum, type ChecksumOptions } from './checksum.ts'
import { fixedLength, LENGTH_OPTIONS, lengthInField, type LengthOptions, type PacketLength } from './packet-length.ts'
import { syncOf, type Sync, type SyncOptions } from './sync.ts'

/** The options of `packet`. */
export interface PacketOptions extends LengthOptions {
  /** The bytes that every packet begins with. */
  sync: SyncOptions
  /**
   * The length of every packet, in bytes, if packets have no length field.
   *
   * @defaultValue none: each packet has a length field
   */
  size?: number
  /**
   * The checksum that ends every packet.
   *
   * @defaultValue none
   */
  checksum?: ChecksumOptions
  /**
   * What happens where no packet can begin: `'resync'` searches for the next packet, and reports the bytes between as a
   * gap; `'error'` is a `FrameError`.
   *
   * @defaultValue 'resync'
   */
  corrupt?: 'resync' | 'error'
  /**
   * What happens to a packet over the limit with `corrupt: 'error'`: `'error'` is `ERR_FRAME_TOO_LONG`, `'skip'` drops
   * exactly that packet. With `corrupt: 'resync'` a length over the limit counts as damage.
   *
   * @defaultValue 'error'
   */
  oversize?: 'error' | 'skip'
}

/**
 * Packets for serial lines and radios, whose bytes may be damaged, lost or preceded by noise:
 *
 * ```
 *          +------+--------+---------+----------+
 *          | sync | length | payload | checksum |        frames are whole packets
 *          +------+--------+---------+----------+
 *
 *  chunks  | 00 FF AA 55 | 02 01 02 05 AA | 55 02 01 02 99 AA 55 01 07 08 |
 *  frames          | AA 55 02 01 02 05 |                 | AA 55 01 07 08 |
 *  gaps    | 00 FF |                   | AA 55 02 01 02 99 |
 * ```
 *
 * Here `sync.bytes` is AA 55, `lengthFieldLength` and `lengthAdjustment` are 1, and the checksum is 'sum8' from byte 2
 * on: the length counts the payload without its checksum.
 *
 * Where the sync bytes, the length or the checksum is wrong, no packet begins, and the search continues at the next
 * byte. The bytes between two packets are reported to `onSkip` as one gap: 'corrupt' if they contain sync bytes, else
 * 'garbage'. Only its own bytes decide whether a packet is accepted, so cuts change nothing. After sync bytes with a
 * length in range, the decoder waits for the whole packet: a false length delays later packets. At the end of the
 * stream the bytes of an incomplete packet are searched as well; if they contain no packet, they are
 * `ERR_FRAME_TRUNCATED`.
 *
 * **Cost.** Sync bytes may begin at every byte, and the checksum from there is computed at most twice: in the worst
 * case 2 * `maxFrameLength` bytes of checksum per byte received, or half of that with two sync bytes that cannot
 * overlap. Set `maxFrameLength` to the limit of the protocol; a header check in `readLength` refuses noise before its
 * checksum is computed.
 *
 * `encode` takes a whole packet, and overwrites its length and checksum.
 *
 * @throws {TypeError | RangeError} An option is unknown or not valid.
 * @throws {FrameError} Decoding: `ERR_FRAME_TRUNCATED`; with `corrupt: 'error'` also `ERR_FRAME_CORRUPT` (no sync
 * bytes, a wrong checksum), `ERR_FRAME_LENGTH_INVALID` and `ERR_FRAME_TOO_LONG`. Encoding: `ERR_FRAME_TOO_LONG`,
 * `ERR_FRAME_NOT_ENCODABLE` (no sync bytes, a packet too short, a length that does not fit its field).
 *
 * @example
 * ```ts
 * import { packet } from '@unstick/packet'
 *
 * const codec = packet({ sync: { bytes: Uint8Array.of(0xaa) }, size: 4, checksum: { algorithm: 'xor8' } })
 * const good = codec.encode(Uint8Array.of(0xaa, 1, 2, 0))
 * const decoder = codec.decoder({ onSkip: ({ length, reason }) => console.log(length, reason) }) // 3 garbage
 * for (const frame of decoder.decode(Uint8Array.of(1, 2, 3, ...good))) console.log(...frame) // 170 1 2 169
 * ```
 */
export function packet(options: PacketOptions): FrameCodec {
  const layout = layoutOf(options)
  const { sync, length, checksum, corrupt, oversize } = layout
  const { write: writeLength, longest } = length
  return defineCodec({
    name: 'packet',
    maxFrameLength: longest,
    oversize,
    ...(corrupt === 'error' ? { find: inSequence(layout) } : resynchronising(layout)),
    encodeParts:
      writeLength &&
      ((frame) => {
        checkLength(frame.length, length)
        const bytes = new Uint8Array(frame)
        writeLength(bytes)
        if (!sync.isAt(bytes, 0, bytes.length))
          throw notEncodable('a packet must begin with its sync bytes', bytes.length)
        checksum?.write(bytes)
        return [bytes]
      }),
  })
}

interface Layout {
  sync: Sync
  length: PacketLength
  checksum: Checksum | undefined
  corrupt: 'resync' | 'error'
  oversize: 'error' | 'skip'
}

function layoutOf(options: PacketOptions): Layout {
  const given = readOptions('packet', options, ['sync', 'size', 'checksum', 'corrupt', 'oversize', ...LENGTH_OPTIONS])
  const corrupt = choiceOption('corrupt', given.corrupt ?? 'resync', ['resync', 'error'])
  const oversize = choiceOption('oversize', given.oversize ?? 'error', ['error', 'skip'])
  if (oversize === 'skip' && corrupt === 'resync') {
    throw new TypeError("oversize needs corrupt 'error': to resync is to search within packets that seem too long")
  }
  const byteOrder = choiceOption('byteOrder', given.byteOrder ?? 'big', ['big', 'little'])
  const sync = syncOf(given.sync)
  const checksum = given.checksum === undefined ? undefined : checksumOf(given.checksum, byteOrder)
  const checkedFrom = checksum?.from ?? 0
  const checksumLength = checksum?.length ?? 0
  if (given.size === undefined) {
    return { sync, checksum, corrupt, oversize, length: lengthInField(given, sync.length, checkedFrom, checksumLength) }
  }
  for (const name of LENGTH_OPTIONS) {
    if (name === 'byteOrder' || given[name] === undefined) continue
    throw new TypeError(`${name} is for packets with a length field: give it or size, received both`)
  }
  const length = fixedLength(given.size, Math.max(sync.length, checkedFrom) + checksumLength)
  return { sync, checksum, corrupt, oversize, length }
}

/** Instead of a length: no packet begins here. */
const REFUSED = 0

function resynchronising({ sync, length, checksum }: Layout): { find: FindFrame; findAtEnd: FindFrame } {
  const { shortest, longest } = length
  const headerLength = Math.max(sync.length, length.headerLength)

  /**
   * The length of the packet that begins with the sync bytes at `at`; `UNKNOWN` while its header is incomplete; or
   * REFUSED.
   */
  function lengthAt(bytes: Uint8Array, at: number, end: number): number {
    if (headerLength > end - at) return UNKNOWN
    const packetLength = length.read(bytes, at)
    if (!(packetLength >= shortest && packetLength <= longest)) return REFUSED
    if (packetLength > end - at || checksum === undefined) return packetLength
    return checksum.isRight(bytes, at, at + packetLength) ? packetLength : REFUSED
  }

  function find(bytes: Uint8Array, start: number, end: number, search: FrameSearch): number {
    if (!sync.isAt(bytes, start, end)) return gap(search, sync.indexIn(bytes, start + 1, end))
    const packetLength = lengthAt(bytes, start, end)
    if (packetLength === UNKNOWN) return UNKNOWN
    if (packetLength === REFUSED) return gap(search, sync.indexIn(bytes, start + 1, end), 'corrupt')
    return (search.payloadEnd = start + packetLength)
  }

  /** Where the first whole packet in `bytes[from, end)` begins, or `end`. */
  function indexOfPacket(bytes: Uint8Array, from: number, end: number): number {
    let at = sync.indexIn(bytes, from, end)
    for (; at < end; at = sync.indexIn(bytes, at + 1, end)) {
      const packetLength = lengthAt(bytes, at, end)
      if (packetLength > 0 && packetLength <= end - at) break
    }
    return at
  }

  return {
    find,
    findAtEnd(bytes, start, end, search) {
      const answer = find(bytes, start, end, search)
      if (answer <= end) return answer
      // The rest of this packet will not arrive, but the bytes received may contain other packets.
      const next = indexOfPacket(bytes, start + 1, end)
      return next < end ? gap(search, next, 'corrupt') : answer
    },
  }
}

/** Finds packets that directly follow one another. */
function inSequence({ sync, length, checksum }: Layout): FindFrame {
  const headerLength = Math.max(sync.length, length.headerLength)
  return (bytes, start, end, search) => {
    if (!sync.isAt(bytes, start, end)) throw new FrameError('ERR_FRAME_CORRUPT', 'packet: no sync bytes')
    if (headerLength > end - start) return UNKNOWN
    const frameLength = length.read(bytes, start)
    checkRange(frameLength, length)
    const packetEnd = start + frameLength
    if (checksum !== undefined && packetEnd <= end && !checksum.isRight(bytes, start, packetEnd)) {
      throw new FrameError('ERR_FRAME_CORRUPT', 'packet: a wrong checksum', { frameLength })
    }
    return (search.payloadEnd = packetEnd)
  }
}

/** Refuses an invalid length. Core keeps the limit. */
function checkRange(frameLength: number, { shortest }: PacketLength): void {
  if (Number.isNaN(frameLength)) {
    throw new FrameError('ERR_FRAME_LENGTH_INVALID', 'packet: the length is not an integer from 0 to 2^53-1')
  }
  if (frameLength < shortest) {
    const message = `packet: a packet of ${frameLength} bytes is shorter than the ${shortest} bytes it must have`
    throw new FrameError('ERR_FRAME_LENGTH_INVALID', message, { frameLength })
  }
}

function checkLength(frameLength: number, { shortest, longest }: PacketLength): void {
  if (shortest === longest && frameLength !== longest) {
    throw notEncodable(`a packet must have ${longest} bytes, received ${frameLength}`, frameLength)
  }
  if (frameLength > longest) throw frameTooLong('packet', frameLength, longest)
  if (frameLength < shortest) {
    throw notEncodable(`a packet must have at least ${shortest} bytes, received ${frameLength}`, frameLength)
  }
}

function notEncodable(what: string, frameLength: number): FrameError {
  return new FrameError('ERR_FRAME_NOT_ENCODABLE', `packet: ${what}`, { frameLength })
}
