// NMEA 0183, the protocol of GPS receivers and marine instruments.

import { mapCodec, nameCodec, readOptions, type FrameCodec } from '@unstick/core'
import { delimiter } from '@unstick/delimiter'
import { corrupt, notEncodable } from './framing/errors.ts'
import { namingMembers, oneOf, STRING, STRINGS } from './framing/members.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'
import { decodeLatin1, encodeLatin1 } from './framing/text.ts'

/** A sentence, without its checksum. */
export interface NmeaSentence {
  /** '$', or '!' where the fields are encapsulated, as in AIS. */
  start: '$' | '!'
  /** Talker and sentence: 'GPGGA'. */
  address: string
  /** The fields after the address, which may be empty. */
  fields: string[]
}

/** The options of `nmea0183`. */
export interface Nmea0183Options extends PresetOptions {
  /**
   * What happens to a line that is not a sentence or has a wrong checksum: 'error' is `ERR_FRAME_CORRUPT`, 'skip' drops
   * exactly that line.
   *
   * @defaultValue 'error'
   */
  corrupt?: 'error' | 'skip'
}

const NAME = 'nmea0183'

/**
 * Sentences, one a line, which ends with CR LF or LF; CR LF is written. A checksum is checked if present, and always
 * written:
 *
 * ```
 *  $GPGLL,5057.970,N,00146.110,E,142451,A*27 CR LF      the checksum: all bytes between '$' and '*', exclusive or
 * ```
 *
 * A TAG block before a sentence (NMEA 4.10, `\s:...*hh\`) is not taken.
 *
 * Source: NMEA 0183, as gpsd's "NMEA Revealed" describes it. The limit is 1024 bytes: receivers exceed the standard's
 * 82.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (no '$' or '!', a wrong checksum, a bare CR) and
 * `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function nmea0183(options: Nmea0183Options = {}): FrameCodec<NmeaSentence> {
  const { corrupt: onCorrupt, ...limits } = readOptions<Nmea0183Options>(NAME, options, [
    'corrupt',
    'maxFrameLength',
    'oversize',
  ])
  const sentences = delimiter({
    ...limitsOf(NAME, limits, { maxFrameLength: 1024, minFrameLength: 1 }),
    // The first one is written.
    delimiter: ['\r\n', '\n'],
  })
  return mapCodec<Uint8Array, NmeaSentence>(nameCodec(sentences, NAME), {
    ...(onCorrupt === undefined ? {} : { corrupt: onCorrupt }),
    decode(line) {
      const star = line.indexOf(0x2a)
      const end = star < 0 ? line.length : star
      const start = decodeLatin1(line, 0, 1)
      if (start !== '$' && start !== '!') throw corrupt(NAME, "a sentence must begin with '$' or '!'")
      if (star >= 0 && decodeLatin1(line, star + 1).toUpperCase() !== checksumOf(line.subarray(1, end))) {
        throw corrupt(NAME, 'a sentence has a wrong checksum')
      }
      const content = decodeLatin1(line, 1, end)
      if (content.includes('\r')) throw corrupt(NAME, 'a sentence must hold no CR')
      const [address, ...fields] = content.split(',')
      return { start, address: address!, fields }
    },
    encode: namingMembers(
      NAME,
      { start: oneOf('$', '!'), address: STRING, fields: STRINGS },
      ({ start, address, fields }) => {
        if (start !== '$' && start !== '!') throw notEncodable(NAME, "a sentence must begin with '$' or '!'")
        // A string would be spread to its characters.
        const words = Array.isArray(fields) ? [address, ...fields] : []
        if (words.length === 0 || !words.every((word) => typeof word === 'string' && !/[,*\r\n]/.test(word))) {
          throw notEncodable(NAME, 'an address or field must be text without comma, star, CR and LF')
        }
        const content = words.join(',')
        return encodeLatin1(NAME, `${start}${content}*${checksumOf(encodeLatin1(NAME, content))}`)
      },
    ),
  })
}

function checksumOf(content: Uint8Array): string {
  const checksum = content.reduce((all, byte) => all ^ byte, 0)
  return checksum.toString(16).toUpperCase().padStart(2, '0')
}
