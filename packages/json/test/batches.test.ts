import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonValues, type JsonValuesOptions } from '../src/index.ts'

/** Chunks in which no batch is found. */
const FEW = 100

interface Outcome {
  values: unknown[]
  skipped: unknown[]
  error?: unknown
}

function outcomeOf(options: JsonValuesOptions, stream: Buffer, size: number): Outcome {
  const skipped: unknown[] = []
  const values: unknown[] = []
  const decoder = jsonValues(options).decoder({
    onSkip: ({ offset, length, error }) => void skipped.push([offset, length, error?.code, error?.message]),
  })
  try {
    for (let at = 0; at < stream.length; at += size) {
      for (const value of decoder.decode(stream.subarray(at, at + size))) values.push(value)
    }
    values.push(...decoder.end())
    return { values, skipped }
  } catch (error) {
    const { code, offset, frameLength, message } = error as Record<string, unknown>
    return { values, skipped, error: { code, offset, frameLength, message } }
  }
}

describe('values of a large chunk, which are parsed as a batch', () => {
  const value = fc.oneof(
    { weight: 20, arbitrary: fc.json({ maxDepth: 3 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('[}', '{"a":1]', '[1,]', '01', '1.', '-', '{}{', '[1 2]', '"\t"', 'ä', '"ä€"'),
    },
    { weight: 1, arbitrary: fc.constantFrom('\\', '[\\"]', '[[[[[[1]]]]]]', '["', '{', ']', '"\\"', '[\\]"') },
    { weight: 10, arbitrary: fc.constantFrom('["\\"]"]', '{"\\\\":"{"}', '["\\\\\\"",""]', '[[]]', '{}', '"[\\""') },
  )
  const sizes = fc.constantFrom(1000, 1 << 20)
  const separators = fc.array(fc.constantFrom('\n', ',', ' ', '', ' , '), { minLength: 1, maxLength: 5 })
  const corrupt = fc.constantFrom('error', 'skip')
  const maxFrameLength = fc.constantFrom(1 << 20, 10)

  it('are the same, with the same skips and error, as if parsed one by one', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 20, maxLength: 60 }),
        separators,
        sizes,
        corrupt,
        maxFrameLength,
        (texts, between, size, on, longest) => {
          const stream = Buffer.from(texts.map((text, at) => text + between[at % between.length]!).join(''))
          const options = { corrupt: on, oversize: on, maxDepth: 5, maxFrameLength: longest } as const
          expect(outcomeOf(options, stream, size)).toEqual(outcomeOf(options, stream, FEW))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('may be the elements of several arrays', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(value, { maxLength: 30 }), { maxLength: 6 }),
        sizes,
        corrupt,
        maxFrameLength,
        (arrays, size, on, longest) => {
          const stream = Buffer.from(arrays.map((texts) => `[${texts.join(', ')}]`).join('\n'))
          const options = { within: 'array', corrupt: on, oversize: on, maxDepth: 5, maxFrameLength: longest } as const
          expect(outcomeOf(options, stream, size)).toEqual(outcomeOf(options, stream, FEW))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('are kept apart where brackets or commas of one could belong to another', () => {
    const one = '{"a":1}'
    for (const wrong of ['[}', '{]', '[],[]', '{"a":1},{"a":1}', '[1', '"', ',', '][']) {
      const stream = Buffer.from(`${`${one} `.repeat(50)}${wrong} ${`${one} `.repeat(50)}`)
      expect(outcomeOf({ corrupt: 'skip' }, stream, 1 << 20)).toEqual(outcomeOf({ corrupt: 'skip' }, stream, FEW))
    }
  })
})
