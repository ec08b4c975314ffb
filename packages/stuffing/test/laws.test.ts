import type { FrameCodec } from '@unstick/core'
import { codecLaws, oracles, testLaws, type Outcome } from '@unstick/testing'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import {
  cobs,
  dotStuffed,
  hdlc,
  slip,
  type DotStuffedOptions,
  type HdlcOptions,
  type StuffingOptions,
} from '../src/index.ts'

/** Streams of few different bytes: flags, escapes and bytes that may follow them. */
const of = (...bytes: number[]): fc.Arbitrary<Uint8Array> =>
  fc
    .array(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...bytes) }, fc.nat(255)), { maxLength: 60 })
    .map((all) => Uint8Array.from(all))

const contentOf = (...bytes: number[]): fc.Arbitrary<Uint8Array> =>
  fc.array(fc.oneof(fc.constantFrom(...bytes), fc.nat(255)), { maxLength: 20 }).map((all) => Uint8Array.from(all))

interface Subject {
  name: string
  codec: FrameCodec
  oracle: (stream: Uint8Array) => Outcome
  stream: fc.Arbitrary<Uint8Array>
  frame: fc.Arbitrary<Uint8Array>
  frameOfLength?: (length: number) => Uint8Array
}

const sizes: DotStuffedOptions[] = [{}, { maxFrameLength: 7 }, { maxFrameLength: 1, oversize: 'skip' }]
const skipping: StuffingOptions = { maxFrameLength: 7, oversize: 'skip', corrupt: 'skip' }
const limits: StuffingOptions[] = [...sizes, skipping, { corrupt: 'skip', maxFrameLength: 3000 }]

const slips = limits.map((options): Subject => ({
  name: `slip(${JSON.stringify(options)})`,
  codec: slip(options),
  oracle: oracles.slip(options),
  stream: of(0xc0, 0xdb, 0xdc, 0xdd, 0x61),
  frame: contentOf(0xc0, 0xdb, 0xdc, 0xdd),
}))

const hdlcs = [...limits, { fcs: 32, maxFrameLength: 3000 }, { ...skipping, fcs: 'none' }]
  .map((options) => options as HdlcOptions)
  .map((options): Subject => ({
    name: `hdlc(${JSON.stringify(options)})`,
    codec: hdlc(options),
    oracle: oracles.hdlc(options),
    stream: of(0x7e, 0x7d, 0x5e, 0x5d, 0x61),
    frame: contentOf(0x7e, 0x7d, 0x5e, 0x11),
  }))

const cobses = limits.map((options): Subject => ({
  name: `cobs(${JSON.stringify(options)})`,
  codec: cobs(options),
  oracle: oracles.cobs(options),
  stream: fc.oneof(
    of(0, 1, 2, 3, 5),
    // Longest blocks, whole and cut, with and without bytes after them.
    fc
      .array(fc.tuple(fc.constantFrom(1, 2, 254, 255), fc.constantFrom(0, 1, -1), fc.boolean()), { maxLength: 4 })
      .map((blocks) =>
        Uint8Array.from(
          blocks.flatMap(([code, off, ends]) => [
            code,
            ...new Array<number>(Math.max(0, code - 1 + off)).fill(97),
            ...(ends ? [0] : []),
          ]),
        ),
      ),
  ),
  frame: fc.oneof(
    contentOf(0, 0, 1, 255),
    fc
      .array(fc.tuple(fc.constantFrom(0, 1, 253, 254, 255), fc.nat(1)), { maxLength: 3 })
      .map((parts) =>
        Uint8Array.from(
          parts.flatMap(([length, zeros]) => [
            ...new Array<number>(length).fill(7),
            ...new Array<number>(zeros).fill(0),
          ]),
        ),
      ),
  ),
}))

const text = (...pieces: string[]): fc.Arbitrary<Uint8Array> =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((all) => new Uint8Array(Buffer.from(all.join(''))))

const dotStuffeds = sizes.map((options): Subject => ({
  name: `dotStuffed(${JSON.stringify(options)})`,
  codec: dotStuffed(options),
  oracle: oracles.dotStuffed(options),
  stream: text('.', '\r\n', '\r', '\n', 'a', '.\r\n', '\r\n.\r\n', '..'),
  frame: text('.', '\r\n', '\r', '\n', 'a', '.\r\n').map((content) =>
    content.length === 0 ? content : new Uint8Array(Buffer.concat([content, Buffer.from('\r\n')])),
  ),
  frameOfLength: (length) => new Uint8Array(Buffer.from('\r\n'.padStart(length, 'a').slice(-length))),
}))

describe.each([...slips, ...hdlcs, ...cobses, ...dotStuffeds])('$name', (subject) => {
  const { name, codec, oracle, stream, frame, frameOfLength } = subject
  const laws = codecLaws(codec, {
    name,
    oracle,
    stream,
    frame,
    scan: 'slices',
    ...(frameOfLength && { frameOfLength }),
  })
  testLaws(laws, it)
})
