// The codecs of all commands, with their flags and their help.
//
// To add a codec, add a row here. A new option needs a flag in codec-flags.ts.

import type { FrameCodec } from '@unstick/core'
import { delimiter, jsonLines, lines, markers } from '@unstick/delimiter'
import { fixedSize, sizeByType } from '@unstick/fixed-size'
import { jsonSequence, jsonValues } from '@unstick/json'
import { contentLength, lengthField, textLength, varintLength } from '@unstick/length-field'
import { packet, type ChecksumOptions, type PacketOptions } from '@unstick/packet'
import { cobs, dotStuffed, hdlc, slip } from '@unstick/stuffing'
import { bytesInHex, natural, sizes, unescaped } from './flag-values.ts'
import type { Flag } from './flag.ts'

/** A codec and the flag that chooses it. */
export interface CodecKind extends Flag {
  /** The option that takes the flag's value. */
  option?: string
  /** The camelCase names of the other allowed flags, with the option that each sets. */
  options: Record<string, string>
  make: (options: never) => FrameCodec<unknown>
}

const LIMITS = { maxFrameLength: 'maxFrameLength', oversize: 'oversize' }

const JSON_OPTIONS = { ...LIMITS, corrupt: 'corrupt', maxDepth: 'maxDepth' }

export const codecKinds: readonly CodecKind[] = [
  {
    name: 'length-field',
    value: 'bytes',
    description: 'frames begin with a length field of 1 to 8 bytes',
    parse: natural,
    option: 'lengthFieldLength',
    options: {
      ...LIMITS,
      offset: 'lengthFieldOffset',
      byteOrder: 'byteOrder',
      adjustment: 'lengthAdjustment',
      includes: 'lengthIncludes',
      strip: 'initialBytesToStrip',
      magic: 'magic',
      minFrameLength: 'minFrameLength',
    },
    make: lengthField,
  },
  {
    name: 'varint',
    description: 'frames begin with their length as a varint',
    options: { ...LIMITS, encoding: 'encoding', offset: 'lengthFieldOffset', maxBytes: 'maxBytes' },
    make: varintLength,
  },
  {
    name: 'text-length',
    description: "frames begin with their length in digits, and ':' or --terminator",
    options: {
      ...LIMITS,
      radix: 'radix',
      digits: 'digits',
      terminator: 'terminator',
      leadingZeros: 'leadingZeros',
      trailer: 'trailer',
      includes: 'lengthIncludes',
      corrupt: 'corrupt',
    },
    make: textLength,
  },
  {
    name: 'delimiter',
    value: 'text',
    isMultiple: true,
    description: 'frames end with this text; may be repeated',
    parse: unescaped,
    option: 'delimiter',
    options: { ...LIMITS, delimiterAt: 'delimiterAt', atEnd: 'atEnd' },
    make: delimiter,
  },
  {
    name: 'start-marker',
    value: 'text',
    description: 'frames are between this text and --end-marker',
    parse: unescaped,
    option: 'start',
    options: { ...LIMITS, endMarker: 'end', outside: 'outside' },
    make: markers,
  },
  {
    name: 'lines',
    description: 'frames are lines',
    options: { ...LIMITS, ending: 'ending', atEnd: 'atEnd' },
    make: lines,
  },
  {
    name: 'json-lines',
    description: 'frames are JSON values, one per line',
    options: { ...LIMITS, ending: 'ending', corrupt: 'corrupt', blankLines: 'blankLines' },
    make: jsonLines,
  },
  {
    name: 'fixed-size',
    value: 'bytes',
    description: 'frames have this size',
    parse: natural,
    option: 'size',
    options: { atEnd: 'atEnd' },
    make: fixedSize,
  },
  {
    name: 'content-length',
    description: 'frames begin with header lines that include Content-Length',
    options: { ...LIMITS, maxHeaderLength: 'maxHeaderLength' },
    make: contentLength,
  },
  {
    name: 'size-by-type',
    value: 'sizes',
    description: 'the size of a frame for each type byte, such as 0:8,1:12',
    parse: sizes,
    option: 'sizes',
    options: { offset: 'typeOffset' },
    make: sizeByType,
  },
  {
    name: 'packet',
    value: 'hex',
    description: 'packets begin with these sync bytes; decoding continues after damage',
    parse: bytesInHex,
    option: 'sync',
    options: {
      ...LIMITS,
      size: 'size',
      lengthBytes: 'lengthFieldLength',
      offset: 'lengthFieldOffset',
      byteOrder: 'byteOrder',
      adjustment: 'lengthAdjustment',
      includes: 'lengthIncludes',
      minFrameLength: 'minFrameLength',
      checksum: 'algorithm',
      checksumFrom: 'from',
      checksumByteOrder: 'checksumByteOrder',
      corrupt: 'corrupt',
    },
    make: packetOf,
  },
  {
    name: 'slip',
    description: 'frames are escaped with SLIP',
    options: { ...LIMITS, corrupt: 'corrupt' },
    make: slip,
  },
  {
    name: 'cobs',
    description: 'frames are escaped with COBS, and end with a zero',
    options: { ...LIMITS, corrupt: 'corrupt' },
    make: cobs,
  },
  {
    name: 'hdlc',
    description: 'frames are escaped as in HDLC, between flags',
    options: { ...LIMITS, corrupt: 'corrupt', fcs: 'fcs' },
    make: hdlc,
  },
  {
    name: 'dot-stuffed',
    description: 'frames are text that ends with a line of one dot',
    options: LIMITS,
    make: dotStuffed,
  },
  {
    name: 'json-values',
    description: 'frames are JSON values, one after another, or with --within array the elements of one array',
    options: { ...JSON_OPTIONS, within: 'within' },
    make: jsonValues,
  },
  {
    name: 'json-sequence',
    description: 'frames are JSON values, each after a record separator (RFC 7464)',
    options: JSON_OPTIONS,
    make: jsonSequence,
  },
]

/** A packet's options, with those of its checksum on the same level. */
type FlatPacketOptions = Omit<PacketOptions, 'checksum'> &
  Partial<Pick<ChecksumOptions, 'algorithm' | 'from'>> & { checksumByteOrder?: 'big' | 'little' }

function packetOf(options: FlatPacketOptions): FrameCodec {
  return packet(nestedPacketOptions(options))
}

/** As `packet` takes them. */
export function nestedPacketOptions({
  algorithm,
  from,
  checksumByteOrder,
  ...options
}: FlatPacketOptions): PacketOptions {
  const checksum = {
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(from === undefined ? {} : { from }),
    ...(checksumByteOrder === undefined ? {} : { byteOrder: checksumByteOrder }),
  }
  return Object.keys(checksum).length === 0 ? options : { ...options, checksum: checksum as ChecksumOptions }
}
