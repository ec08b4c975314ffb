import { mapCodec, type FrameCodec } from '@unstick/core'
import { codecLaws, oracles, testLaws, type CodecLawOptions, type Law, type Outcome } from '@unstick/testing'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import {
  contentLength,
  headerBlock,
  lengthField,
  textLength,
  varintLength,
  type HeaderBlock,
  type HeaderBlockOptions,
  type LengthFieldOptions,
  type TextLengthOptions,
  type VarintLengthOptions,
} from '../src/index.ts'
import { flagsInTheTopBits, lengthWithComplement } from './own-lengths.ts'

const payload = fc.uint8Array({ maxLength: 20 })

/** Mostly small bytes, so that lengths are short enough for frames. */
const smallBytes = fc
  .array(fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 4, arbitrary: fc.nat(14) }, fc.nat(255)), {
    maxLength: 70,
  })
  .map((bytes) => new Uint8Array(bytes))

const manyVarints = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.nat(6) }, fc.constantFrom(0x80, 0x81, 0xff), fc.nat(255)), {
    maxLength: 60,
  })
  .map((bytes) => new Uint8Array(bytes))

const manyDigits = fc
  .array(fc.constantFrom('0', '1', '2', '5', 'a', 'F', ':', ' ', '\r\n', ',', '\r', '-', '3:abc,'), { maxLength: 30 })
  .map((pieces) => new Uint8Array(Buffer.from(pieces.join(''))))

const manyLines = fc
  .array(
    fc.constantFrom(
      'Content-Length: 2',
      'content-length:0',
      'X: y',
      ':',
      '2',
      '\r\n',
      '\r\n\r\n',
      '\n',
      '\r',
      ' ',
      'ab',
    ),
    { maxLength: 24 },
  )
  .map((pieces) => new Uint8Array(Buffer.from(pieces.join(''))))

const cases: { name: string; laws: Law[] }[] = []

function add<Frame>(name: string, codec: FrameCodec<Frame>, options: CodecLawOptions<Frame>): void {
  cases.push({ name, laws: codecLaws(codec, { name, ...options }) })
}

/** A codec of payloads, or one of whole frames, which `whole` makes from payloads. */
function addBytes(
  name: string,
  codec: FrameCodec,
  oracle: (stream: Uint8Array) => Outcome,
  stream: fc.Arbitrary<Uint8Array>,
  whole: (payload: Uint8Array) => Uint8Array = (bytes) => bytes,
): void {
  add(name, codec, {
    oracle,
    stream,
    frame: payload.map(whole),
    frameOfLength: (length) => whole(new Uint8Array(length).fill(97)),
  })
}

const lengthFields: LengthFieldOptions[] = [
  {},
  { lengthFieldLength: 1, maxFrameLength: 12, oversize: 'skip' },
  { lengthFieldLength: 2, byteOrder: 'little', lengthIncludes: 'frame', maxFrameLength: 300 },
  { lengthFieldLength: 3, lengthAdjustment: 2, maxFrameLength: 40, oversize: 'skip' },
  { byteOrder: 'little', minFrameLength: 7, maxFrameLength: 60 },
  { lengthFieldLength: 8, lengthIncludes: 'lengthField' },
]
for (const options of lengthFields) {
  const name = `lengthField(${JSON.stringify(options)})`
  addBytes(name, lengthField(options), oracles.lengthField(options), smallBytes)
}

const marked: LengthFieldOptions = {
  lengthFieldOffset: 2,
  lengthFieldLength: 2,
  magic: { bytes: new Uint8Array([0x01, 0x50]), mask: new Uint8Array([0xff, 0xf0]) },
  minFrameLength: 5,
  maxFrameLength: 40,
  oversize: 'skip',
}
addBytes(
  'lengthField with magic',
  lengthField(marked),
  oracles.lengthField(marked),
  fc
    .array(fc.constantFrom([0x01], [0x01, 0x50], [0x01, 0x5f, 0, 1, 7], [0x01, 0x52, 0, 0], [0x00, 0x01], [0xff]), {
      maxLength: 20,
    })
    .map((pieces) => new Uint8Array(pieces.flat())),
  // The content of the length field is overwritten.
  (bytes) =>
    lengthField({ ...marked, maxFrameLength: 1 << 16 }).encode(new Uint8Array([0x01, 0x5a, 0, 0, 9, ...bytes])),
)

for (const [name, own] of Object.entries({ flagsInTheTopBits, lengthWithComplement })) {
  const options = { ...own, maxFrameLength: 200 }
  addBytes(`lengthField with ${name}`, lengthField(options), oracles.lengthField(options), smallBytes)
}

const varints: VarintLengthOptions[] = [
  {},
  { maxBytes: 2, minimal: true, maxFrameLength: 15 },
  { maxBytes: 9, maxFrameLength: 1, oversize: 'skip' },
  { encoding: 'quic' },
  { encoding: 'quic', maxBytes: 2, minimal: true, maxFrameLength: 300 },
  { encoding: 'vlq', maxFrameLength: 140, oversize: 'skip' },
  { encoding: 'compactSize', minimal: true },
  { encoding: 'ber', maxFrameLength: 200 },
]
for (const options of varints) {
  const name = `varintLength(${JSON.stringify(options)})`
  addBytes(name, varintLength(options), oracles.varintLength(options), manyVarints)
}
const mqtt: VarintLengthOptions = { lengthFieldOffset: 1, maxBytes: 4, maxFrameLength: 200 }
addBytes(
  'varintLength after a type byte',
  varintLength(mqtt),
  oracles.varintLength(mqtt),
  manyVarints,
  // Such a payload may be longer than the limit, which has a law of its own.
  (bytes) => new Uint8Array([0x30, ...varintLength().encode(bytes)]),
)

const texts: TextLengthOptions[] = [
  { trailer: ',' },
  { trailer: ',', corrupt: 'skip', leadingZeros: true },
  { terminator: ' ', maxDigits: 3, maxFrameLength: 20, oversize: 'skip' },
  { radix: 16, digits: 4, lengthIncludes: 'frame' },
  { radix: 16, terminator: '\r\n', trailer: '\r\n', leadingZeros: true, maxFrameLength: 30 },
]
for (const options of texts) {
  const name = `textLength(${JSON.stringify(options)})`
  addBytes(name, textLength(options), oracles.textLength(options), manyDigits)
}

const netstring: TextLengthOptions = { trailer: ',', stripHeader: false, maxFrameLength: 200 }
addBytes('textLength with its header', textLength(netstring), oracles.textLength(netstring), manyDigits, (bytes) =>
  textLength({ trailer: ',' }).encode(bytes),
)

const headerBlocks: HeaderBlockOptions[] = [
  {},
  { required: false, maxFrameLength: 64 },
  { maxHeaderLength: 30, maxFrameLength: 60, oversize: 'skip' },
]
for (const options of headerBlocks) {
  const name = JSON.stringify(options)
  addBytes(`contentLength(${name})`, contentLength(options), oracles.contentLength(options), manyLines)
  add(`headerBlock(${name})`, owned(headerBlock(options)), {
    oracle: oracles.headerBlock(options),
    stream: manyLines,
    frame: fc.tuple(payload, fc.constantFrom('', 'y', 'a: b')).map(([body, value]) => block(body, value)),
    frameOfLength: (length) => block(new Uint8Array(length).fill(97), ''),
    scan: 'slices',
  })
}

/** The laws overwrite chunks. They copy frames that are bytes, but not bytes inside other frames. */
function owned(codec: FrameCodec<HeaderBlock>): FrameCodec<HeaderBlock> {
  return mapCodec(codec, {
    decode: ({ headers, body }): HeaderBlock => ({ headers, body: new Uint8Array(body) }),
    encode: (frame: HeaderBlock) => frame,
  })
}

function block(body: Uint8Array, value: string): HeaderBlock {
  return {
    headers: [
      ['X', value],
      ['content-LENGTH', String(body.length)],
    ],
    body,
  }
}

describe.each(cases)('$name', ({ laws }) => {
  testLaws(laws, it)
})
