// Messages of the Bitcoin peer-to-peer network.

import { integerOption, readOptions, type FrameCodec } from '@unstick/core'
import { corrupt, notEncodable } from './framing/errors.ts'
import { headed } from './framing/headed.ts'
import { bigEndianFor, littleEndianFor, readBig, readLittle } from './framing/integers.ts'
import { BYTES, STRING, UINT32 } from './framing/members.ts'
import type { PresetOptions } from './framing/options.ts'
import { decodeLatin1, encodeLatin1 } from './framing/text.ts'

/** A message, without its magic bytes. */
export interface BitcoinMessage {
  /** Up to 12 ASCII characters: 'version', 'inv', 'block' ... */
  command: string
  /**
   * The first four bytes of SHA-256(SHA-256(payload)), not checked here: no runtime-independent API computes the hash
   * synchronously.
   */
  checksum: number
  /** The bytes after the header. */
  payload: Uint8Array
}

/** The options of `bitcoin`. */
export interface BitcoinOptions extends PresetOptions {
  /**
   * The four magic bytes of the network, as a big-endian number.
   *
   * @defaultValue 0xf9beb4d9, the main network
   */
  magic?: number
}

const NAME = 'bitcoin'
const bigEndian = bigEndianFor(NAME)
const littleEndian = littleEndianFor(NAME)
const HEADER = 24
const COMMAND = 12

/**
 * Messages of the version 1 transport:
 *
 * ```
 *  +-------+---------+--------+----------+---------+
 *  | magic | command | length | checksum | payload |      the length is little-endian
 *  +-------+---------+--------+----------+---------+
 *    4       12        4        4
 * ```
 *
 * Source: Bitcoin developer reference, "Message Headers". The limit is 4,000,000 bytes of payload.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (another magic number; a command with bytes after its zero
 * padding) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function bitcoin(options: BitcoinOptions = {}): FrameCodec<BitcoinMessage> {
  const { magic: givenMagic, ...limits } = readOptions<BitcoinOptions>(NAME, options, [
    'magic',
    'maxFrameLength',
    'oversize',
  ])
  const magic = integerOption('magic', givenMagic ?? 0xf9beb4d9, 0, 0xffffffff)
  return headed<BitcoinMessage>(limits, {
    name: NAME,
    members: { command: STRING, checksum: UINT32, payload: BYTES },
    headerLength: HEADER,
    maxFrameLength: HEADER + 4_000_000,
    frameLength(bytes, start) {
      if (readBig(bytes, start, 4) !== magic)
        throw corrupt(NAME, 'a message must begin with the magic bytes of the network')
      const command = decodeLatin1(bytes, start + 4, start + 4 + COMMAND)
      if (!/^[ -~]*\0*$/.test(command)) throw corrupt(NAME, 'a command must be ASCII, followed only by zeros')
      return HEADER + readLittle(bytes, start + 16, 4)
    },
    decode: (bytes) => ({
      command: decodeLatin1(bytes, 4, 4 + COMMAND).split('\0')[0]!,
      checksum: readBig(bytes, 20, 4),
      payload: bytes.subarray(HEADER),
    }),
    encode({ command, checksum, payload }) {
      if (command.length > COMMAND || command.includes('\0')) {
        throw notEncodable(NAME, `a command must have at most ${COMMAND} characters`)
      }
      const header = [
        ...bigEndian([4, magic]),
        ...encodeLatin1(NAME, command.padEnd(COMMAND, '\0')),
        ...littleEndian([4, payload.length]),
        ...bigEndian([4, checksum]),
      ]
      return [new Uint8Array(header), payload]
    },
  })
}
