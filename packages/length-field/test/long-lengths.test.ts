// Results for a length near a power of two never depend on how the stream was cut.

import { isFrameError, type FrameCodec } from '@unstick/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { contentLength, headerBlock, lengthField, textLength, varintLength } from '../src/index.ts'

const anyLength = fc
  .tuple(fc.constantFrom(2n ** 31n, 2n ** 32n, 2n ** 52n, 2n ** 53n, 2n ** 63n), fc.integer({ min: -64, max: 64 }))
  .map(([power, added]) => power + BigInt(added))

const anyOversize = fc.constantFrom('error' as const, 'skip' as const)

function outcomeOf(codec: FrameCodec<unknown>, chunks: readonly Uint8Array[]) {
  const decoder = codec.decoder()
  try {
    for (const chunk of chunks) for (const _ of decoder.decode(chunk));
    decoder.end()
    return undefined
  } catch (error) {
    if (!isFrameError(error)) throw error
    const { code, message, offset, frameLength, maxFrameLength } = error
    return { code, message, offset, frameLength, maxFrameLength }
  }
}

function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]
  return sorted.slice(1).map((to, index) => bytes.subarray(sorted[index], to))
}

/** The results for the whole stream, byte by byte, and cut at these places. */
function outcomesOf(codec: FrameCodec<unknown>, bytes: Uint8Array, places: readonly number[]) {
  const single = Array.from(bytes, (byte) => Uint8Array.of(byte))
  return [[bytes], single, cut(bytes, places)].map((chunks) => outcomeOf(codec, chunks))
}

const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
const anyPlaces = fc.array(fc.nat(), { maxLength: 6 })

describe('headers with lengths near 2^31, 2^32, 2^52 and 2^53', () => {
  const anyLine = fc.oneof(
    anyLength.map((length) => `L: ${length}\r\n`),
    fc.constantFrom('abcdefgh: ijklmnop\r\n', 'a: b\r\n', `c: ${'d'.repeat(60)}\r\n`, 'no header\n'),
  )
  const anyHeader = fc
    .tuple(fc.array(anyLine, { maxLength: 5 }), fc.boolean())
    .map(([lines, isTwice]) => latin1(`${[...lines, ...(isTwice ? lines : [])].join('')}\r\nx`))
  const anyLimit = fc.record({
    maxHeaderLength: fc.integer({ min: 7, max: 64 }),
    maxFrameLength: fc.integer({ min: 7, max: 80 }),
  })

  for (const make of [headerBlock, contentLength] as ((
    options: Parameters<typeof headerBlock>[0],
  ) => FrameCodec<unknown>)[]) {
    test(`${make.name} gives the same result however the stream was cut`, () => {
      fc.assert(
        fc.property(
          anyHeader,
          anyLimit,
          anyOversize,
          fc.boolean(),
          anyPlaces,
          (header, limits, oversize, required, places) => {
            const [whole, ...others] = outcomesOf(
              make({ lengthHeader: 'L', required, oversize, ...limits }),
              header,
              places,
            )
            expect(others).toEqual([whole, whole])
          },
        ),
        { numRuns: 300 },
      )
    })
  }

  test('reports the whole length of a skipped frame, even byte by byte', () => {
    const codec = headerBlock({ lengthHeader: 'L', maxHeaderLength: 23, oversize: 'skip' })
    const bytes = latin1('abcdefgh: ijklmnop\r\nL: 4503599627370496\r\n\r\n')
    const truncated = { code: 'ERR_FRAME_TRUNCATED', frameLength: 4503599627370539, offset: 0 }
    expect(outcomeOf(codec, [bytes])).toMatchObject(truncated)
    expect(
      outcomeOf(
        codec,
        Array.from(bytes, (byte) => Uint8Array.of(byte)),
      ),
    ).toMatchObject(truncated)
  })

  test('accepts the same length twice in a skipped header', () => {
    const codec = headerBlock({ lengthHeader: 'L', maxHeaderLength: 23, oversize: 'skip' })
    const line = 'L: 4503599627370496\r\n'
    const bytes = latin1(`abcdefgh: ijklmnop\r\n${line}${line}\r\n`)
    expect(
      outcomeOf(
        codec,
        Array.from(bytes, (byte) => Uint8Array.of(byte)),
      ),
    ).toMatchObject({
      code: 'ERR_FRAME_TRUNCATED',
    })
  })
})

describe('other lengths near 2^31, 2^32, 2^52 and 2^53', () => {
  function varint(length: bigint): Uint8Array {
    const bytes: number[] = []
    for (; length >= 128n; length >>= 7n) bytes.push(Number(length & 127n) | 128)
    return Uint8Array.from([...bytes, Number(length)])
  }
  function integer(length: bigint): Uint8Array {
    return Uint8Array.from({ length: 8 }, (_, index) => Number((length >> BigInt(56 - 8 * index)) & 255n))
  }
  const forms: Record<
    string,
    { make: (oversize: 'error' | 'skip') => FrameCodec<unknown>; write: (length: bigint) => Uint8Array }
  > = {
    textLength: { make: (oversize) => textLength({ oversize }), write: (length) => latin1(`${length}:`) },
    varintLength: { make: (oversize) => varintLength({ oversize }), write: varint },
    lengthField: { make: (oversize) => lengthField({ lengthFieldLength: 8, oversize }), write: integer },
  }
  for (const [name, { make, write }] of Object.entries(forms)) {
    test(`${name} gives the same result however the stream was cut`, () => {
      fc.assert(
        fc.property(anyLength, anyOversize, anyPlaces, (length, oversize, places) => {
          const [whole, ...others] = outcomesOf(make(oversize), Uint8Array.from([...write(length), 1, 2, 3]), places)
          expect(others).toEqual([whole, whole])
        }),
      )
    })
  }
})
