import type { FrameCodec } from '@unstick/core'
import { codecLaws, oracles, testLaws, type Law, type Outcome } from '@unstick/testing'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import {
  lengthField,
  textLength,
  varintLength,
  type LengthFieldOptions,
  type TextLengthOptions,
  type VarintLengthOptions,
} from '../src/index.ts'

const payload = fc.uint8Array({ maxLength: 20 })

/** Mostly small bytes: lengths that come out short enough to be frames. */
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
  .map((pieces) => Buffer.from(pieces.join('')))

const cases: { name: string; laws: Law[] }[] = []

function add(
  codec: FrameCodec,
  name: string,
  oracle: (stream: Uint8Array) => Outcome,
  stream: fc.Arbitrary<Uint8Array>,
  /** A codec of the same layout that takes payloads, where this one takes whole frames: they are made by it. */
  whole?: FrameCodec,
): void {
  const frameOf = (bytes: Uint8Array): Uint8Array => whole?.encode(bytes) ?? bytes
  const laws = codecLaws(codec, {
    name,
    oracle,
    stream,
    frame: payload.map(frameOf),
    frameOfLength: (length) => frameOf(new Uint8Array(length).fill(97)),
  })
  cases.push({ name, laws })
}

const lengthFields: LengthFieldOptions[] = [
  {},
  { lengthFieldLength: 1, maxFrameLength: 12, oversize: 'skip' },
  { lengthFieldLength: 2, byteOrder: 'little', lengthIncludes: 'frame', maxFrameLength: 300 },
  { lengthFieldLength: 3, lengthAdjustment: 2, maxFrameLength: 40, oversize: 'skip' },
  { lengthFieldLength: 8, lengthIncludes: 'lengthField' },
]
for (const options of lengthFields) {
  const name = `lengthField(${JSON.stringify(options)})`
  add(lengthField(options), name, oracles.lengthField(options), smallBytes)
}

const varints: VarintLengthOptions[] = [
  {},
  { maxBytes: 2, minimal: true, maxFrameLength: 15 },
  { maxBytes: 8, maxFrameLength: 1, oversize: 'skip' },
]
for (const options of varints) {
  add(varintLength(options), `varintLength(${JSON.stringify(options)})`, oracles.varintLength(options), manyVarints)
}

const texts: TextLengthOptions[] = [
  { trailer: ',' },
  { terminator: ' ', maxDigits: 3, maxFrameLength: 20, oversize: 'skip' },
  { radix: 16, digits: 4, lengthIncludes: 'frame' },
  { radix: 16, terminator: '\r\n', trailer: '\r\n', maxFrameLength: 30 },
]
for (const options of texts) {
  add(textLength(options), `textLength(${JSON.stringify(options)})`, oracles.textLength(options), manyDigits)
}

const netstring: TextLengthOptions = { trailer: ',', stripHeader: false, maxFrameLength: 200 }
add(
  textLength(netstring),
  `textLength(${JSON.stringify(netstring)})`,
  oracles.textLength(netstring),
  manyDigits,
  textLength({ trailer: ',' }),
)

describe.each(cases)('$name', ({ laws }) => {
  testLaws(laws, it)
})
