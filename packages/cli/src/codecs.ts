// The codecs of the command: one list, from which decode, tap, torture, guess and demo take theirs.
//
// To add one, add a row here and its flags to codec-flags.ts.

import type { FrameCodec } from '@unstick/core'
import { delimiter, jsonLines, lines, markers } from '@unstick/delimiter'
import { fixedSize, sizeByType } from '@unstick/fixed-size'
import { jsonSequence, jsonValues } from '@unstick/json'
import { contentLength, lengthField, textLength, varintLength } from '@unstick/length-field'
import { packet, type ChecksumOptions, type PacketOptions, type SyncOptions } from '@unstick/packet'
import { cobs, dotStuffed, hdlc, slip } from '@unstick/stuffing'
import { codecOptionNames } from './codec-flags.ts'
import { spelled } from './flags.ts'
import { Misuse } from './misuse.ts'

/** The values of the flags that choose one, by their camelCase names; those of its options are beside them. */
export interface CodecFlags {
  lengthField?: number
  varint?: true
  textLength?: true
  delimiter?: string[]
  startMarker?: string
  lines?: true
  jsonLines?: true
  fixedSize?: number
  contentLength?: true
  sizeByType?: Record<number, number>
  packet?: SyncOptions
  slip?: true
  cobs?: true
  hdlc?: true
  dotStuffed?: true
  jsonValues?: true
  jsonSequence?: true
  [option: string]: unknown
}

interface Kind {
  /** The flag that asks for this codec, and the option that its value is. */
  flag: string
  option?: string
  /** The other flags that go with it, and the options that they are. */
  options: Record<string, string>
  make: (options: never) => FrameCodec<unknown>
}

const LIMITS = { maxFrameLength: 'maxFrameLength', oversize: 'oversize' }

const JSON_OPTIONS = { ...LIMITS, corrupt: 'corrupt', maxDepth: 'maxDepth' }

const kinds: Kind[] = [
  {
    flag: 'lengthField',
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
    flag: 'varint',
    options: { ...LIMITS, encoding: 'encoding', offset: 'lengthFieldOffset', maxBytes: 'maxBytes' },
    make: varintLength,
  },
  {
    flag: 'textLength',
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
    flag: 'delimiter',
    option: 'delimiter',
    options: { ...LIMITS, delimiterAt: 'delimiterAt', atEnd: 'atEnd' },
    make: delimiter,
  },
  {
    flag: 'startMarker',
    option: 'start',
    options: { ...LIMITS, endMarker: 'end', outside: 'outside' },
    make: markers,
  },
  { flag: 'lines', options: { ...LIMITS, ending: 'ending', atEnd: 'atEnd' }, make: lines },
  {
    flag: 'jsonLines',
    options: { ...LIMITS, ending: 'ending', corrupt: 'corrupt', blankLines: 'blankLines' },
    make: jsonLines,
  },
  { flag: 'fixedSize', option: 'size', options: { atEnd: 'atEnd' }, make: fixedSize },
  { flag: 'contentLength', options: { ...LIMITS, maxHeaderLength: 'maxHeaderLength' }, make: contentLength },
  { flag: 'sizeByType', option: 'sizes', options: { offset: 'typeOffset' }, make: sizeByType },
  {
    flag: 'packet',
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
  { flag: 'slip', options: { ...LIMITS, corrupt: 'corrupt' }, make: slip },
  { flag: 'cobs', options: { ...LIMITS, corrupt: 'corrupt' }, make: cobs },
  { flag: 'hdlc', options: { ...LIMITS, corrupt: 'corrupt', fcs: 'fcs' }, make: hdlc },
  { flag: 'dotStuffed', options: LIMITS, make: dotStuffed },
  {
    flag: 'jsonValues',
    options: { ...JSON_OPTIONS, within: 'within' },
    make: jsonValues,
  },
  {
    flag: 'jsonSequence',
    options: JSON_OPTIONS,
    make: jsonSequence,
  },
]

/** A packet's options with those of its checksum among them. */
type FlatPacketOptions = Omit<PacketOptions, 'checksum'> &
  Partial<Pick<ChecksumOptions, 'algorithm' | 'from'>> & { checksumByteOrder?: 'big' | 'little' }

function packetOf({ algorithm, from, checksumByteOrder, ...options }: FlatPacketOptions): FrameCodec {
  const checksum = {
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(from === undefined ? {} : { from }),
    ...(checksumByteOrder === undefined ? {} : { byteOrder: checksumByteOrder }),
  }
  return packet(Object.keys(checksum).length === 0 ? options : { ...options, checksum: checksum as ChecksumOptions })
}

/** What a command says that takes a codec and got none. */
export const CHOICES: string = ['protocol', 'codec', ...kinds.map(({ flag }) => flag)].map(spelled).join(', ')

/** Whether the flags ask for a codec of this list. */
export function hasCodec(flags: CodecFlags): boolean {
  return kinds.some(({ flag }) => flags[flag] !== undefined)
}

/** Throws a `Misuse` that names the flag, for flags that do not go together or are out of range. */
export function codecOf(flags: CodecFlags): FrameCodec<unknown> {
  const given = new Map(Object.entries(flags).filter(([, value]) => value !== undefined))
  const [kind, ...others] = kinds.filter(({ flag }) => given.has(flag))
  if (kind === undefined || others.length > 0) throw new Misuse(`give one of ${CHOICES}`)
  const options: Record<string, unknown> = {}
  const flagOf = new Map<string, string>()
  for (const [name, value] of given) {
    const option = name === kind.flag ? kind.option : kind.options[name]
    if (option === undefined) {
      if (codecOptionNames.has(name)) throw new Misuse(`${spelled(name)} does not go with ${spelled(kind.flag)}`)
      continue
    }
    options[option] = value
    flagOf.set(option, spelled(name))
  }
  try {
    return kind.make(options as never)
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error
    // What the codec calls by its option, the caller knows by its flag.
    const message = error.message.replace(/^\w+/, (option) => flagOf.get(option) ?? option)
    throw new Misuse(message, { cause: error })
  }
}
