// Random options, streams and frames for every codec, for running its laws here and on other runtimes. This file
// imports no Node modules, so that browsers can run it too.

import { delimiter, jsonLines, lines, markers, textLines } from '@unstick/delimiter'
import { fixedSize, sizeByType } from '@unstick/fixed-size'
import { jsonSequence, jsonValues } from '@unstick/json'
import { contentLength, lengthField, textLength, varintLength } from '@unstick/length-field'
import { packet } from '@unstick/packet'
import { cobs, dotStuffed, hdlc, slip } from '@unstick/stuffing'
import { codecLaws, oracles } from '@unstick/testing'
import fc from 'fast-check'

const utf8 = new TextEncoder()

const oversize = fc.constantFrom('error', 'skip')
const atEnd = fc.constantFrom('error', 'emit', 'drop')
const lengthIncludes = fc.constantFrom('payload', 'lengthField', 'frame')
const maxFrameLength = fc.oneof(fc.integer({ min: 24, max: 60 }), fc.integer({ min: 24, max: 3000 }))
const payload = fc.uint8Array({ maxLength: 30 })
const text = fc.string({ unit: fc.constantFrom('a', 'b', '$', '\r', 'é', '😀', '\u2028', '\uFEFF'), maxLength: 9 })

/** Some options may be left out. */
const options = (required, optional) =>
  fc.tuple(fc.record(required), fc.record(optional, { requiredKeys: [] })).map(([a, b]) => ({ ...a, ...b }))

const bytesOf = (...arbitraries) =>
  fc.array(fc.oneof(...arbitraries), { maxLength: 80 }).map((bytes) => Uint8Array.from(bytes))
const textOf = (...pieces) =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((all) => utf8.encode(all.join('')))
/** Stuffing may double the bytes held, and the memory law allows 256 bytes. */
const stuffingOptions = {
  maxFrameLength: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 24, max: 240 })),
  oversize,
}
/** Content within the limit in which these bytes are frequent. */
const contentOf =
  (...bytes) =>
  ({ maxFrameLength: limit = 40 }) =>
    fc
      .array(fc.oneof(fc.constantFrom(...bytes), fc.nat(255)), { maxLength: Math.min(limit, 40) })
      .map((content) => Uint8Array.from(content))
const corrupt = fc.constantFrom('error', 'skip')
/** A flag before a frame does not begin one, so a stream that is cut after it has a clean end. */
const OF_FRAMES_WITHOUT_A_FLAG_BEFORE = ['a cut end is reported']
/** If later bytes decide whether bytes are refused, a prefix of the stream may give another result. */
const OF_PREFIXES = ['frames before an error', 'takeRemaining is exact']
const lineOptions = { ending: fc.constantFrom('auto', 'lf', 'crlf', 'any'), maxFrameLength, oversize, atEnd }
/** A stream of array elements cannot end after any of them, either. */
const OF_ARRAYS = [...OF_PREFIXES, 'where a frame begins', 'a cut end is reported']
const linePieces = ['a', 'bc', '\n', '\r\n', '\r', 'é', '😀', '\u2028', '\uFEFF']

/** Makes a packet of the bytes, if possible: corrects sync bytes, length and checksum. */
function wholePacket({ maxFrameLength: _limit, ...given }, bytes) {
  bytes.set(utf8.encode(given.sync.bytes).subarray(0, bytes.length))
  try {
    return packet(given).encode(bytes)
  } catch {
    return bytes
  }
}

const jsonOptions = {
  maxFrameLength: fc.oneof(fc.integer({ min: 2, max: 12 }), maxFrameLength),
  maxDepth: fc.integer({ min: 1, max: 4 }),
  oversize,
  corrupt,
}
const jsonPieces = [...'[]{}"\\,: \n1-.e'.split(''), 'true', 'nul', 'é', '"a"', '[[1]]']
const jsonFrame = () =>
  fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.nat(9)).map((value) => JSON.parse(JSON.stringify(value)))
/** A string whose JSON text has this many bytes, including the quotes. */
const jsonString = () => (length) => 'a'.repeat(Math.max(0, length - 2))
const skips = (given) => given.oversize === 'skip' || given.corrupt === 'skip'

/** For every codec: its options, suitable streams, and frames if the options allow encoding. */
const subjects = {
  lengthField: {
    make: lengthField,
    options: options(
      { lengthFieldLength: fc.integer({ min: 1, max: 8 }), maxFrameLength, oversize },
      {
        byteOrder: fc.constantFrom('big', 'little'),
        lengthIncludes,
        initialBytesToStrip: fc.nat(12),
        lengthFieldOffset: fc.nat(3),
        minFrameLength: fc.nat(24),
        magic: fc.record({
          bytes: fc
            .array(fc.constantFrom(0, 1, 0x80), { minLength: 1, maxLength: 3 })
            .map((list) => Uint8Array.from(list)),
          offset: fc.nat(8),
        }),
      },
    ),
    stream: bytesOf({ weight: 8, arbitrary: fc.constant(0) }, { weight: 4, arbitrary: fc.nat(30) }, fc.nat(255)),
    frame: ({ initialBytesToStrip, lengthFieldOffset, magic, minFrameLength = 0 }) =>
      initialBytesToStrip === undefined && !lengthFieldOffset && magic === undefined && minFrameLength < 8
        ? payload
        : undefined,
  },
  varintLength: {
    make: varintLength,
    options: options(
      { maxFrameLength, oversize },
      {
        encoding: fc.constantFrom('leb128', 'quic', 'vlq', 'compactSize', 'ber'),
        lengthFieldOffset: fc.nat(3),
        maxBytes: fc.integer({ min: 1, max: 9 }),
        minimal: fc.boolean(),
      },
    ),
    stream: bytesOf(
      { weight: 3, arbitrary: fc.nat(20) },
      fc.constantFrom(0x40, 0x80, 0x81, 0x82, 0xc0, 0xfd, 0xff),
      fc.nat(255),
    ),
    frame: ({ lengthFieldOffset }) => (lengthFieldOffset ? undefined : payload),
  },
  textLength: {
    make: textLength,
    options: fc.oneof(
      options(
        { digits: fc.integer({ min: 1, max: 16 }), maxFrameLength, oversize },
        {
          radix: fc.constantFrom(10, 16),
          trailer: fc.constantFrom(',', '\r\n'),
          lengthIncludes,
          stripHeader: fc.boolean(),
        },
      ),
      options(
        { maxFrameLength, oversize },
        {
          radix: fc.constantFrom(10, 16),
          terminator: fc.constantFrom(':', ' ', '\r\n'),
          maxDigits: fc.integer({ min: 1, max: 16 }),
          leadingZeros: fc.boolean(),
          trailer: fc.constantFrom(',', '\r\n'),
          lengthIncludes,
          stripHeader: fc.boolean(),
          corrupt: fc.constantFrom('error', 'skip'),
        },
      ),
    ),
    stream: textOf('0', '1', '2', '5', '9', 'a', 'F', ':', ' ', '\r\n', ',', '\r', '-', 'xyz', '3:abc,', '0002'),
    frame: ({ stripHeader }) => (stripHeader === false ? undefined : payload),
  },
  contentLength: {
    make: contentLength,
    options: options(
      {},
      { required: fc.boolean(), maxHeaderLength: fc.integer({ min: 24, max: 60 }), maxFrameLength, oversize },
    ),
    stream: textOf('Content-Length: 2', 'content-length:0', 'X: y', ':', '\r\n', '\r\n\r\nab', '\n', '\r', ' ', 'ab'),
    frame: () => payload,
  },
  delimiter: {
    make: delimiter,
    options: options(
      {
        delimiter: fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '$'), minLength: 1, maxLength: 4 }), {
          minLength: 1,
          maxLength: 4,
        }),
        maxFrameLength: fc.oneof(fc.integer({ min: 1, max: 12 }), maxFrameLength),
        oversize,
        atEnd,
      },
      { stripDelimiter: fc.boolean(), delimiterAt: fc.constantFrom('end', 'start') },
    ),
    stream: textOf('a', 'b', '$', 'x', 'xxxx'),
    // With several delimiters one may begin another. Only the bytes after a match end a frame that begins with one.
    frame: ({ stripDelimiter, delimiter: list, delimiterAt: at }) =>
      stripDelimiter === false || list.length > 1 || at === 'start' ? undefined : payload,
    // The next delimiter ends a frame, and the end of the stream may cut that delimiter.
    without: (given) => (given.delimiterAt === 'start' ? OF_PREFIXES : []),
  },
  markers: {
    make: markers,
    options: options(
      {
        start: fc.string({ unit: fc.constantFrom('a', 'b', '<'), minLength: 1, maxLength: 3 }),
        end: fc.string({ unit: fc.constantFrom('a', 'b', '>'), minLength: 1, maxLength: 3 }),
        maxFrameLength: fc.oneof(fc.integer({ min: 1, max: 12 }), maxFrameLength),
        oversize,
      },
      { outside: fc.constantFrom('error', 'skip') },
    ),
    stream: textOf('a', 'b', '<', '>', 'x', 'xxxx'),
    frame: () => payload,
    without: (given) => (given.outside === 'skip' ? OF_PREFIXES : []),
  },
  lines: {
    make: lines,
    options: options({}, { ...lineOptions, stripDelimiter: fc.boolean() }),
    stream: textOf(...linePieces),
    frame: ({ stripDelimiter }) => (stripDelimiter === false ? undefined : payload),
    atEnd: 'emit',
  },
  textLines: {
    make: textLines,
    options: options(
      {},
      {
        ...lineOptions,
        malformed: fc.constantFrom('error', 'replace'),
        dropBom: fc.boolean(),
        corrupt: fc.constantFrom('error', 'skip'),
      },
    ),
    stream: fc.oneof(textOf(...linePieces), bytesOf(fc.constantFrom(10, 13, 97, 0xc3, 0xa9, 0xf0, 0x9f, 0xff))),
    frame: () => text,
    atEnd: 'emit',
    scan: 'slices',
  },
  jsonLines: {
    make: jsonLines,
    options: options(
      {},
      {
        ...lineOptions,
        blankLines: fc.constantFrom('skip', 'error'),
        corrupt: fc.constantFrom('error', 'skip'),
        dropBom: fc.boolean(),
      },
    ),
    stream: textOf('1', '[2]', '[', '"a', '{"a":"é"}', '\n', '\r\n', ' ', '\uFEFF', 'x', '"\u2028"'),
    frame: () => fc.jsonValue({ maxDepth: 1 }).map((value) => JSON.parse(JSON.stringify(value))),
    atEnd: 'emit',
    scan: 'slices',
  },
  fixedSize: {
    make: fixedSize,
    options: options({ size: fc.integer({ min: 1, max: 30 }) }, { atEnd }),
    stream: payload,
    frame: ({ size }) => fc.uint8Array({ minLength: size, maxLength: size }),
  },
  sizeByType: {
    make: sizeByType,
    options: fc.nat(3).chain((typeOffset) =>
      fc.record({
        typeOffset: fc.constant(typeOffset),
        sizes: fc.dictionary(fc.constantFrom('0', '1', '255'), fc.integer({ min: typeOffset + 1, max: 9 }), {
          minKeys: 1,
        }),
      }),
    ),
    stream: bytesOf(fc.constantFrom(0, 1, 255), fc.nat(255)),
    frame: ({ typeOffset, sizes }) =>
      fc.constantFrom(...Object.entries(sizes)).map(([type, size]) => {
        return new Uint8Array(size).fill(7).fill(Number(type), typeOffset, typeOffset + 1)
      }),
  },
  packet: {
    make: packet,
    options: fc
      .tuple(
        fc.record({
          sync: fc.constantFrom(
            { bytes: 'a' },
            { bytes: 'ab' },
            { bytes: 'aa' },
            { bytes: 'ab', mask: '\u007f\u000f' },
          ),
          checksum: fc.record(
            {
              algorithm: fc.constantFrom('sum8', 'xor8', 'CRC-8/SMBUS', 'CRC-16/XMODEM', 'fletcher16'),
              from: fc.nat(3),
              length: fc.integer({ min: 2, max: 6 }),
              byteOrder: fc.constantFrom('big', 'little'),
            },
            { requiredKeys: ['algorithm'] },
          ),
        }),
        fc.oneof(
          fc.record({ size: fc.integer({ min: 9, max: 20 }) }),
          options(
            { lengthFieldLength: fc.integer({ min: 1, max: 8 }), maxFrameLength },
            {
              lengthIncludes,
              lengthFieldOffset: fc.integer({ min: 2, max: 4 }),
              byteOrder: fc.constantFrom('big', 'little'),
              minFrameLength: fc.integer({ min: 1, max: 20 }),
            },
          ),
        ),
        fc.constantFrom({}, {}, { corrupt: 'error' }),
      )
      .map((parts) => Object.assign({}, ...parts)),
    stream: bytesOf({ weight: 9, arbitrary: fc.constantFrom(97, 98, 0, 0, 9, 12, 15) }, fc.nat(255)),
    frame: (given) =>
      fc
        .uint8Array({ minLength: given.size ?? 20, maxLength: given.size ?? 30 })
        .map((bytes) => wholePacket(given, bytes)),
    frameOfLength: (given) => (length) => wholePacket(given, new Uint8Array(length).fill(97)),
    // Noise costs up to twice the limit per byte, and the streams of that law are not longer than the limit.
    without: (given) => (given.corrupt === 'error' ? [] : [...OF_PREFIXES, 'linear work']),
  },
  slip: {
    make: slip,
    options: options({ corrupt }, stuffingOptions),
    stream: bytesOf({ weight: 9, arbitrary: fc.constantFrom(0xc0, 0xdb, 0xdc, 0xdd) }, fc.nat(255)),
    frame: contentOf(0xc0, 0xdb, 0xdc),
    scan: 'slices',
    without: () => OF_FRAMES_WITHOUT_A_FLAG_BEFORE,
  },
  cobs: {
    make: cobs,
    options: options({ corrupt }, stuffingOptions),
    stream: bytesOf({ weight: 9, arbitrary: fc.constantFrom(0, 1, 2, 3, 5) }, fc.nat(255)),
    frame: contentOf(0, 1),
    scan: 'slices',
  },
  hdlc: {
    make: hdlc,
    options: options({ corrupt }, { ...stuffingOptions, fcs: fc.constantFrom(16, 32, 'none') }),
    stream: bytesOf({ weight: 9, arbitrary: fc.constantFrom(0x7e, 0x7d, 0x5e) }, fc.nat(255)),
    frame: contentOf(0x7e, 0x7d),
    scan: 'slices',
    without: () => OF_FRAMES_WITHOUT_A_FLAG_BEFORE,
  },
  dotStuffed: {
    make: dotStuffed,
    options: options({}, stuffingOptions),
    stream: textOf('.', '\r\n', '\r', '\n', 'a', '.\r\n', '\r\n.\r\n'),
    frame: (given) =>
      fc.oneof(
        fc.constant(new Uint8Array()),
        contentOf(46, 13, 10)(given).map((bytes) => new Uint8Array([...bytes.slice(2), 13, 10])),
      ),
    frameOfLength: () => (length) => utf8.encode('\r\n'.padStart(length, 'a').slice(-length)),
    scan: 'slices',
  },
  jsonValues: {
    make: jsonValues,
    options: options({}, { ...jsonOptions, within: fc.constantFrom('stream', 'array') }),
    stream: textOf(...jsonPieces),
    frame: jsonFrame,
    frameOfLength: jsonString,
    atEnd: 'emit',
    scan: 'slices',
    without: (given) => (given.within === 'array' ? OF_ARRAYS : skips(given) ? OF_PREFIXES : []),
  },
  jsonSequence: {
    make: jsonSequence,
    options: options({}, jsonOptions),
    stream: textOf(...jsonPieces, '\x1E', '\x1E', '\x1E[1]\n', '\x1E1\n'),
    frame: jsonFrame,
    frameOfLength: jsonString,
    atEnd: 'emit',
    scan: 'slices',
    without: (given) => (skips(given) ? OF_PREFIXES : []),
  },
}

export const codecNames = Object.keys(subjects)

/** The laws of a codec with the options for this seed. */
export function lawsOfCodec(codecName, seed) {
  const subject = subjects[codecName]
  const [given] = fc.sample(subject.options, { seed, numRuns: 1 })
  const frame = subject.frame(given)
  const without = subject.without?.(given) ?? []
  return codecLaws(subject.make(given), {
    name: `${codecName}(${JSON.stringify(given)})`,
    oracle: oracles[codecName](given),
    stream: subject.stream,
    atEnd: given.atEnd ?? subject.atEnd ?? 'error',
    scan: subject.scan ?? 'frames',
    ...(frame && { frame }),
    ...(subject.frameOfLength && { frameOfLength: subject.frameOfLength(given) }),
  }).filter((law) => !without.includes(law.name))
}
