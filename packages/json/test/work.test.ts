import type { FrameCodec } from '@unstick/core'
import { describe, expect, it } from 'vitest'
import { countWork } from '../../testing/src/work.ts'
import { jsonSequence, jsonValues } from '../src/index.ts'

// Its WebAssembly is loaded once for all test files of a process, and cannot be while bytes are counted.
Array.from(
  jsonValues()
    .decoder()
    .decode(new TextEncoder().encode('[]'.repeat(500))),
)

function cut(stream: Uint8Array, size: number): Uint8Array[] {
  const chunks: Uint8Array[] = []
  for (let at = 0; at < stream.length; at += size) chunks.push(stream.subarray(at, at + size))
  return chunks
}

const codecs = [
  ['jsonValues', jsonValues(), ''],
  ["jsonValues, within: 'array'", jsonValues({ within: 'array' }), '['],
  ['jsonSequence', jsonSequence(), '\x1E'],
  ['jsonSequence that skips', jsonSequence({ maxFrameLength: 9, oversize: 'skip' }), '\x1E'],
  ['jsonValues that skip', jsonValues({ maxFrameLength: 9, oversize: 'skip', corrupt: 'skip', maxDepth: 1 }), ''],
] as const

/** Streams of any length: one value, or many. */
const streams: [what: string, first: string, repeated: string][] = [
  ['one string', '"', 'abcdefgh'],
  ['one string of escaped quotes', '"', '\\"'],
  ['one string of backslashes', '"', '\\\\'],
  ['one array of arrays', '[', '[],'],
  ['one array of short strings', '[', '"a",'],
  ['one array of arrays that is too deep', '[[[', '[],'],
  ['one number', '', '12345678'],
  ['values', '', '{"a":[1,"b"]},'],
  ['sequence elements', '[]\n', '\x1E{"a":1}\n\x1E12\n'],
  ['record separators', '', '\x1E'],
  ['white space', '', ' \n'],
]

/** How many times the work grows when `stream` grows to 4 times its length. */
function growthOf(codec: FrameCodec<unknown>, size: number, stream: (length: number) => string): number {
  const shortest = Math.max(2000, 16 * size)
  const [short, long] = [shortest, 4 * shortest].map((length) => {
    const bytes = new TextEncoder().encode(stream(length))
    return countWork((chunkOf) => {
      const decoder = codec.decoder()
      try {
        for (const chunk of cut(bytes, size)) decoder.scan(chunkOf(chunk), () => {})
      } catch {
        // The codec refuses the stream: only the work up to there counts.
      }
    }).bytes
  })
  return long! / short!
}

const LARGEST_GROWTH = 4 ** 1.1

describe.each(codecs)('%s: the work grows with an exponent of at most 1.1', (_name, codec, before) => {
  it.each(streams)('%s, in chunks of 1 to 1100 bytes', (_what, first, repeated) => {
    for (const size of [1, 16, 64, 1100]) {
      const growth = growthOf(codec, size, (length) => before + first + repeated.repeat(length / repeated.length))
      expect(growth, `chunks of ${size} bytes`).toBeLessThan(LARGEST_GROWTH)
    }
  })
})

it.each(codecs.slice(0, 1))('%s: the same in chunks of 65,536 bytes', (_name, codec, before) => {
  const growth = growthOf(codec, 65_536, (length) => `${before}[${'"a",'.repeat(length / 4)}`)
  expect(growth).toBeLessThan(LARGEST_GROWTH)
})
