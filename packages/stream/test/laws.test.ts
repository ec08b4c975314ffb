// The laws of framing for every adapter: it changes nothing.

import { textLines } from '@unstick/delimiter'
import { lengthField } from '@unstick/length-field'
import { framerLaws, oracles, testLaws, type Framer } from '@unstick/testing'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { decodeStream, encodeStream, frames } from '../src/index.ts'
import { FrameDecoderStream } from '../src/web.ts'
import { collect } from './connection.ts'

const options = { lengthFieldLength: 2, maxFrameLength: 40 } as const
const codec = lengthField(options)

async function* batched(chunks: Uint8Array[]): AsyncGenerator {
  for await (const batch of frames(chunks, codec).batches()) yield* batch
}

async function* joinedParts(chunks: Uint8Array[]): AsyncGenerator {
  for await (const { body } of frames(chunks, codec).parts()) {
    const pieces: Buffer[] = []
    for await (const piece of body) pieces.push(piece)
    yield Buffer.concat(pieces)
  }
}

const adapters: [string, Framer][] = [
  ['decodeStream', () => decodeStream(codec)],
  ['decodeStream with a queue of one', () => decodeStream(codec, { readableHighWaterMark: 1 })],
  ['FrameDecoderStream', () => new FrameDecoderStream(codec)],
  ['frames', (chunks) => frames(chunks, codec)],
  ['frames by batches', batched],
  ['frames in parts, joined', joinedParts],
]

describe.each(adapters)('%s', (name, framer) => {
  const laws = framerLaws(framer, {
    name,
    frame: fc.uint8Array({ maxLength: 30 }),
    encode: (frame) => codec.encode(frame),
    stream: fc.uint8Array({ maxLength: 200 }),
    oracle: oracles.lengthField(options),
  })
  testLaws(laws, it, { numRuns: 100 })
})

describe('encodeStream, then frames of its bytes', () => {
  const lines = textLines()
  const laws = framerLaws(
    async (chunks) => {
      const encoding = encodeStream(lines)
      for await (const line of frames(chunks, lines)) encoding.write(line)
      encoding.end()
      return (await collect(frames(encoding, lines))).items
    },
    {
      frame: fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n]/.test(text)),
      encode: (line) => lines.encode(line),
    },
  )
  testLaws(laws, it, { numRuns: 100 })
})
