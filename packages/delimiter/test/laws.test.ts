import { codecLaws, oracles, testLaws } from '@unstick/testing'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import {
  delimiter,
  jsonLines,
  lines,
  markers,
  textFrames,
  textLines,
  type DelimiterOptions,
  type JsonLinesOptions,
  type LinesOptions,
  type MarkersOptions,
  type TextFramesOptions,
  type TextLinesOptions,
} from '../src/index.ts'

/** Streams of few different pieces, so that delimiters and parts of them are frequent. */
function streams(...pieces: string[]): fc.Arbitrary<Uint8Array> {
  return fc
    .array(fc.constantFrom(...pieces), { maxLength: 50 })
    .map((each) => new Uint8Array(Buffer.from(each.join(''))))
}

/**
 * Any code point but surrogates: fast-check's `unit: 'binary'` builds a map of all of them, which takes half a second.
 */
const codePoint = fc
  .oneof(fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((code) => String.fromCodePoint(code))
const anyText = fc.string({ unit: codePoint, maxLength: 10 })

const ascii = fc.string({ maxLength: 12 }).map((text) => new Uint8Array(Buffer.from(text)))

const delimiters: DelimiterOptions[] = [
  { delimiter: '$_' },
  { delimiter: 'a', maxFrameLength: 5, oversize: 'skip' },
  { delimiter: 'aab', maxFrameLength: 8, atEnd: 'drop' },
  { delimiter: ['$_', '\0', '$$$'], maxFrameLength: 20, oversize: 'skip' },
  { delimiter: ['\r\n', '\n'], maxFrameLength: 10 },
  { delimiter: ['\r\n', '\r', '\n'], maxFrameLength: 10, oversize: 'skip', atEnd: 'emit' },
]
const delimiterPieces = ['a', 'b', 'aab', '$', '_', '$_', '\0', '\r', '\n', '\r\n']
describe.each(delimiters)('delimiter(%j)', (options) => {
  testLaws(
    codecLaws(delimiter(options), {
      name: `delimiter(${JSON.stringify(options)})`,
      // Content without the bytes of a delimiter can always be encoded, other content only sometimes.
      frame: ascii,
      frameOfLength: (length) => new Uint8Array(length).fill(98),
      stream: streams(...delimiterPieces),
      oracle: oracles.delimiter(options),
      atEnd: options.atEnd ?? 'error',
    }),
    it,
  )
})

// The bytes after a frame show where it ends, so a prefix of the stream may decode differently.
const decided: DelimiterOptions[] = [
  { delimiter: ['aabab', 'a', 'aab'], atEnd: 'emit' },
  { delimiter: '$_', delimiterAt: 'start' },
  { delimiter: ['\0', '$_', '$'], delimiterAt: 'start', stripDelimiter: false, maxFrameLength: 8 },
]
describe.each(decided)('delimiter(%j)', (options) => {
  testLaws(
    codecLaws(delimiter(options), {
      name: `delimiter(${JSON.stringify(options)})`,
      // Without a delimiter at the start, most streams would be corrupt at once.
      stream: streams(...delimiterPieces).map((stream) => new Uint8Array([...Buffer.from('$_'), ...stream])),
      oracle: oracles.delimiter(options),
    }),
    it,
  )
})

const keeping: DelimiterOptions[] = [
  { delimiter: '$_', stripDelimiter: false, maxFrameLength: 30 },
  { delimiter: ['$_', 'a', 'ab'], stripDelimiter: false, maxFrameLength: 12, oversize: 'skip' },
]
describe.each(keeping)('delimiter(%j)', (options) => {
  testLaws(
    codecLaws(delimiter(options), {
      frame: ascii.map((content) => new Uint8Array(Buffer.concat([content, Buffer.from('$_')]))),
      frameOfLength: (length) => new Uint8Array(Buffer.from(`${'a'.repeat(length)}$_`)),
      stream: streams('a', '$', '_', '$_'),
      oracle: oracles.delimiter(options),
    }),
    it,
  )
})

const lineOptions: LinesOptions[] = [
  {},
  { ending: 'lf', maxFrameLength: 6, oversize: 'skip', atEnd: 'error' },
  { ending: 'crlf', maxFrameLength: 9, atEnd: 'drop' },
  { ending: 'any', maxFrameLength: 9, oversize: 'skip' },
]
const linePieces = ['a', 'bc', '\n', '\r\n', '\r']

describe.each<LinesOptions>([
  { stripDelimiter: false },
  { ending: 'any', stripDelimiter: false, maxFrameLength: 6, oversize: 'skip', atEnd: 'drop' },
])('lines(%j)', (options) => {
  testLaws(
    codecLaws(lines(options), {
      name: `lines(${JSON.stringify(options)})`,
      frame: ascii.map((content) => new Uint8Array([...content, 10])),
      frameOfLength: (length) => new Uint8Array(Buffer.from(`${'a'.repeat(length)}\n`)),
      stream: streams(...linePieces),
      oracle: oracles.lines(options),
      atEnd: options.atEnd ?? 'emit',
    }),
    it,
  )
})

describe.each(lineOptions)('lines(%j)', (options) => {
  testLaws(
    codecLaws(lines(options), {
      name: `lines(${JSON.stringify(options)})`,
      frame: ascii,
      stream: streams(...linePieces),
      oracle: oracles.lines(options),
      atEnd: options.atEnd ?? 'emit',
    }),
    it,
  )
})

const textOptions: TextLinesOptions[] = [
  {},
  { malformed: 'replace', dropBom: true, maxFrameLength: 9, oversize: 'skip' },
  { ending: 'crlf', atEnd: 'error', maxFrameLength: 40 },
  { ending: 'any', corrupt: 'skip', dropBom: true, maxFrameLength: 3000 },
]
/** UTF-8 of every length, characters that other readers take for line ends, and malformed UTF-8. */
const textStreams = fc
  .tuple(streams(...linePieces, 'é', '\u2028', '\uFEFF', '😀'), fc.constantFrom([], [0xff], [0xc3], [0xf0, 0x9f]))
  .map(([stream, tail]) => new Uint8Array([...stream, ...tail, ...stream]))

describe.each(textOptions)('textLines(%j)', (options) => {
  testLaws(
    codecLaws(textLines(options), {
      name: `textLines(${JSON.stringify(options)})`,
      frame: anyText,
      stream: textStreams,
      oracle: oracles.textLines(options),
      atEnd: options.atEnd ?? 'emit',
      scan: 'slices',
    }),
    it,
  )
})

const jsonOptions: JsonLinesOptions[] = [
  {},
  { blankLines: 'error', atEnd: 'error', maxFrameLength: 3000 },
  { corrupt: 'skip', maxFrameLength: 12, oversize: 'skip', dropBom: true },
  { ending: 'any', stripDelimiter: false, maxFrameLength: 3000 },
]

// A kept CR waits for the next byte, even on a blank line that is left out: the remaining bytes are not the beginning
// of a frame.
const isPrompt = ({ ending, stripDelimiter }: JsonLinesOptions): boolean => ending !== 'any' || stripDelimiter !== false
describe.each(jsonOptions)('jsonLines(%j)', (options) => {
  const laws = codecLaws(jsonLines(options), {
    name: `jsonLines(${JSON.stringify(options)})`,
    // As JSON writes it: without -0.
    frame: fc.jsonValue({ maxDepth: 1 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown),
    stream: streams('1', '[2]', '[', '"a', '\r', '{"a":"é"}', '\n', '\r\n', ' ', '\uFEFF', 'x', '"\u2028"'),
    oracle: oracles.jsonLines(options),
    atEnd: options.atEnd ?? 'emit',
    scan: 'slices',
  })
  testLaws(isPrompt(options) ? laws : laws.filter((law) => law.name !== 'takeRemaining is exact'), it)
})

const markerOptions: MarkersOptions[] = [
  { start: '<', end: '>' },
  { start: '<<', end: '>>', outside: 'skip', maxFrameLength: 8, oversize: 'skip' },
]
describe.each(markerOptions)('markers(%j)', (options) => {
  testLaws(
    codecLaws(markers(options), {
      name: `markers(${JSON.stringify(options)})`,
      frame: ascii,
      stream: streams('<<', '<', 'a', 'bc', '>', '>>', '<<a>>', '<b>'),
      oracle: oracles.markers(options),
    }),
    it,
  )
})

const textFrameOptions: TextFramesOptions[] = [{}, { malformed: 'replace', dropBom: true }, { corrupt: 'skip' }]
describe.each(textFrameOptions)('textFrames(delimiter, %j)', (options) => {
  testLaws(
    codecLaws(textFrames(delimiter({ delimiter: '\0', maxFrameLength: 3000 }), options), {
      name: `textFrames(delimiter, ${JSON.stringify(options)})`,
      frame: anyText,
      stream: textStreams.map((stream) => stream.map((byte) => (byte === 10 ? 0 : byte))),
      oracle: oracles.textFrames({ delimiter: '\0', maxFrameLength: 3000, ...options }),
      scan: 'slices',
    }),
    it,
  )
})
