import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { testReadme } from '../../../tools/tests/readme.ts'
import { codecLaws, outcomeOf, type Outcome } from '../../testing/src/index.ts'
import { countWork } from '../../testing/src/work.ts'
import type { FrameCodec } from '../src/index.ts'

for (const index of [0, 1, 2, 3]) testReadme(import.meta.url, index)

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const folder = new URL('../reports/', import.meta.url)

/** The codec that an example of the README exports under this name. */
async function exampleOf(name: string): Promise<FrameCodec> {
  const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, example]) => example!)
  const example = examples.find((text) => text.includes(`export const ${name} =`))
  if (example === undefined) throw new Error(`the README has no example that exports ${name}`)
  const file = new URL(`readme-${name}.ts`, folder)
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, example)
  return ((await import(/* @vite-ignore */ file.pathname)) as Record<string, FrameCodec>)[name]!
}

const u8 = (...bytes: number[]): Uint8Array => new Uint8Array(bytes)
const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))
const streamOf = (parts: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc.array(parts, { maxLength: 12, size: 'max' }).map((all) => new Uint8Array(Buffer.concat(all)))

const fragment = (isLast: boolean, body: Uint8Array): Uint8Array => u8(isLast ? 128 : 0, 0, 0, body.length, ...body)
const reply: fc.Arbitrary<string> = fc.letrec<{ reply: string }>((tie) => ({
  reply: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string({ maxLength: 9, unit: fc.constantFrom('a', 'b', '1') }).map((text) => `+${text}\r\n`),
    fc.integer().map((number) => `:${number}\r\n`),
    fc
      .string({ maxLength: 9, unit: fc.constantFrom('a', '\r', '\n', '$') })
      .map((text) => `$${text.length}\r\n${text}\r\n`),
    fc.constantFrom('$-1\r\n', '*-1\r\n', '*0\r\n'),
    fc.array(tie('reply'), { maxLength: 4 }).map((items) => `*${items.length}\r\n${items.join('')}`),
  ),
})).reply
const telegram = fc.uint8Array({ maxLength: 9 }).map((body) => {
  const checked = [body.length, ...body]
  return u8(
    0xaa,
    0x55,
    ...checked,
    checked.reduce((sum, byte) => sum ^ byte, 0),
  )
})

/** For each example: streams and, if there is one, an oracle for the whole stream. */
const examples: Record<string, { stream: fc.Arbitrary<Uint8Array>; oracle?: (stream: Uint8Array) => Outcome }> = {
  codec: { stream: streamOf(fc.uint8Array({ maxLength: 4, max: 5 })) },
  records: {
    stream: streamOf(
      fc.tuple(fc.boolean(), fc.uint8Array({ maxLength: 3 })).map(([isLast, body]) => fragment(isLast, body)),
    ),
  },
  jsonTexts: {
    stream: streamOf(
      fc.oneof(
        fc.json().map((text) => latin1(`[${text}]`)),
        fc.constantFrom(...[' ', '{', '"', '\\', 'x'].map(latin1)),
      ),
    ),
  },
  replies: {
    stream: streamOf(fc.oneof(reply.map(latin1), fc.constantFrom(...['*2\r\n', '$', '\r', '$x\r\n'].map(latin1)))),
  },
  telegrams: {
    stream: streamOf(fc.oneof(telegram, fc.uint8Array({ maxLength: 3 }), fc.constantFrom(u8(0xaa), u8(0xaa, 0x55, 4)))),
    oracle: telegramsOf,
  },
}

/** An oracle for the whole stream, which tries one candidate after another. */
function telegramsOf(stream: Uint8Array): Outcome {
  const outcome: Outcome = { frames: [], skipped: [] }
  let gapStart = 0
  const gapUpTo = (at: number): void => {
    if (at > gapStart) outcome.skipped.push({ offset: gapStart, length: at - gapStart })
  }
  for (let at = 0; at < stream.length;) {
    const body = stream.subarray(at + 3, at + 3 + stream[at + 2]!)
    const end = at + 3 + stream[at + 2]!
    const checksum = [stream[at + 2]!, ...body].reduce((sum, byte) => sum ^ byte, 0)
    if (stream[at] !== 0xaa || stream[at + 1] !== 0x55 || !(end < stream.length) || stream[end] !== checksum) at++
    else {
      gapUpTo(at)
      outcome.frames.push(body)
      gapStart = at = end + 1
    }
  }
  gapUpTo(stream.length)
  return outcome
}

const OF_PREFIXES = new Set(['frames before an error', 'takeRemaining is exact'])

describe.each(Object.entries(examples))('the example %s of the README', (name, { stream, oracle }) => {
  let codec: FrameCodec
  beforeAll(async () => {
    codec = await exampleOf(name)
  })

  it('keeps every law', async () => {
    const frame = name === 'codec' ? { frame: fc.uint8Array({ maxLength: 9 }) } : {}
    const laws = codecLaws(codec, { stream, name, ...frame })
    // Later bytes can refuse earlier ones, so a prefix of the stream may decode differently.
    const kept = name === 'telegrams' ? laws.filter((law) => !OF_PREFIXES.has(law.name)) : laws
    for (const law of kept) await expect(law.run()).resolves.toBeUndefined()
  })

  if (oracle === undefined) return
  it('gives the result of the oracle, however the stream is cut', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(9), { maxLength: 40, size: 'max' }), (bytes, cuts) => {
        const chunks: Uint8Array[] = []
        let at = 0
        for (const size of [...cuts, bytes.length]) chunks.push(bytes.subarray(at, (at += size)))
        expect(outcomeOf(codec, chunks)).toEqual(oracle(bytes))
        expect(outcomeOf(codec, chunks, 'scan')).toEqual(oracle(bytes))
      }),
      { numRuns: 200 },
    )
  })
})

it('replies decodes the replies that were sent, nested and mixed', async () => {
  const codec = await exampleOf('replies')
  fc.assert(
    fc.property(fc.array(reply, { maxLength: 8 }), fc.integer({ min: 1, max: 40 }), (sent, size) => {
      const bytes = latin1(sent.join(''))
      const decoder = codec.decoder()
      const received: string[] = []
      for (let at = 0; at < bytes.length; at += size) {
        for (const frame of decoder.decode(bytes.subarray(at, at + size)))
          received.push(Buffer.from(frame).toString('latin1'))
      }
      expect(received).toEqual(sent)
      expect(decoder.end()).toEqual([])
    }),
    { numRuns: 300 },
  )
})

describe('one frame of many small parts costs less than 12 bytes of work a byte, in chunks of', () => {
  const parts: Record<string, (count: number) => Uint8Array> = {
    records: (count) =>
      new Uint8Array(Buffer.concat(Array.from({ length: count }, (_, at) => fragment(at === count - 1, u8(1))))),
    jsonTexts: (count) => latin1(`[${Array.from({ length: count }, () => '{"a":[]}').join(',')}]`),
    replies: (count) => latin1(`*${count}\r\n${'$1\r\nx\r\n'.repeat(count)}`),
  }
  const cases = [1, 16, 64, 1460, 65_536].flatMap((size) => Object.keys(parts).map((name) => [size, name] as const))

  it.each(cases)('%i bytes: %s', async (size, name) => {
    const codec = await exampleOf(name)
    const workOf = (count: number): number => {
      const bytes = parts[name]!(count)
      let frames = 0
      const { bytes: work } = countWork((chunkOf): void => {
        const decoder = codec.decoder()
        frames = 0
        for (let at = 0; at < bytes.length; at += size) {
          const chunk = bytes.subarray(at, at + size)
          // For long frames only copies and searches are counted, since counting single bytes would take seconds.
          decoder.scan(size < 65_536 ? chunkOf(chunk) : chunk, () => void frames++)
        }
      })
      expect(frames).toBe(1)
      return work / bytes.length
    }
    // A bound per byte, since memory that grows in steps makes an exponent from two sizes jump.
    for (const count of size < 65_536 ? [400, 1600, 6400] : [30_000, 110_000]) expect(workOf(count)).toBeLessThan(12)
  })
})
