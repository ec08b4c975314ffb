import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  compilations,
  refusingWebAssembly,
  withOtherByteOrder,
  withoutWebAssembly,
  withWebAssembly,
} from '../../../tools/tests/webassembly.ts'
import { nestedEnds, type Nesting } from '../src/value-block.ts'

const BLOCK = 16 * 1024
const OPENING = 0x5b
const CLOSING = 0x5d

/** The same by a loop: where each array or object right inside `level` brackets starts, and its end or 0. */
function naive(bytes: Uint8Array, { level, maxDepth }: Nesting): number[][] {
  const found: number[][] = []
  let isString = false
  let depth = level
  let first = 0
  for (let at = 0; at < bytes.length; at++) {
    const character = String.fromCharCode(bytes[at]!)
    if (character === '\\') {
      if (!isString) break
      at++
    } else if (character === '"') isString = !isString
    else if (isString) continue
    else if ('[{'.includes(character)) {
      if (depth === level) first = at
      if (++depth > level + maxDepth) break
    } else if (']}'.includes(character)) {
      if (--depth < 0) break
      if (depth === level) found.push([first, at + 1])
    }
  }
  return depth > level ? [...found, [first, 0]] : found
}

/** Asks for the ends of all that the loop finds, each moved by `offset`. */
function answersFor(bytes: Uint8Array, nesting: Nesting, offset = 0): number[][] {
  const memory = new Uint8Array(offset + bytes.length).fill(0x5d)
  memory.set(bytes, offset)
  const ends = nestedEnds(memory, memory.length, nesting)!
  return naive(bytes, nesting).map(([start]) => [start!, Math.max(0, ends.endOf(offset + start!) - offset)])
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

const text = fc.oneof(
  fc.array(fc.constantFrom('[', ']', '{', '}', '"', '"', 'a', ',', '"\\"', '\\\\', 'é'), {
    maxLength: 400,
    size: 'max',
  }),
  fc.array(fc.constantFrom('[]', '{"a":[1]}', '["]"]', '"\\""', '["\\\\"]', '7', ' ', '["\\\\\\"}"]'), {
    maxLength: 400,
    size: 'max',
  }),
)

describe('nestedEnds', () => {
  it('finds the same ends as a loop, whatever lies before, between and after', () => {
    fc.assert(
      fc.property(
        text,
        fc.nat(100),
        fc.constantFrom(0, 1),
        fc.constantFrom(1, 2, 3, 512, 2 ** 53 - 1),
        (pieces, offset, level, maxDepth) => {
          const memory = bytesOf(pieces.join(''))
          const nesting = { level, maxDepth }
          expect(answersFor(memory, nesting, offset)).toEqual(naive(memory, nesting))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('finds the end of a string with any number of backslashes, wherever they lie', () => {
    const nesting = { level: 0, maxDepth: 1 }
    for (let length = 0; length < 70; length++) {
      for (const backslashes of [0, 1, 2, 3, 4, 63, 64, 65, 66, 128, 129]) {
        const memory = bytesOf(`["${'a'.repeat(length)}${'\\'.repeat(backslashes)}"]"]"]`)
        expect(answersFor(memory, nesting)).toEqual(naive(memory, nesting))
      }
    }
  })

  it('finds the end of a string with one escape, however long the string is before and after it', () => {
    const nesting = { level: 0, maxDepth: 1 }
    for (const before of [0, 1, 60, 61, 62, 63]) {
      for (let after = 0; after < 140; after++) {
        const memory = bytesOf(`["${'a'.repeat(before)}\\"${'a'.repeat(after)}"]`)
        expect(answersFor(memory, nesting)).toEqual([[0, memory.length]])
      }
    }
  })

  it('passes over all other bytes, also those that have some bits of a bracket', () => {
    const nesting = { level: 0, maxDepth: 1 }
    for (let byte = 0; byte < 256; byte++) {
      if ('"\\[]{}'.includes(String.fromCharCode(byte))) continue
      expect(answersFor(Uint8Array.of(OPENING, byte, CLOSING, OPENING, CLOSING), nesting)).toEqual([
        [0, 3],
        [3, 5],
      ])
    }
  })

  it.each([0, 1])('finds 2000 values in one search, inside %i brackets', (level) => {
    const many = bytesOf('[]'.repeat(5000))
    const copies = vi.spyOn(Uint8Array.prototype, 'set')
    const ends = nestedEnds(many, many.length, { level, maxDepth: 1 })!
    for (let at = 0; at < many.length; at += 2) expect(ends.endOf(at)).toBe(at + 2)
    expect(copies).toHaveBeenCalledTimes(3)
    copies.mockRestore()
  })

  it('finds values of up to a block, in as many blocks as needed', () => {
    const nesting = { level: 0, maxDepth: 1 }
    for (const length of [1, 100, 5000, BLOCK / 2, BLOCK - 1, BLOCK]) {
      const value = `[${' '.repeat(length - 2 < 0 ? 0 : length - 2)}]`
      const memory = bytesOf(value.repeat(5))
      expect(answersFor(memory, nesting)).toEqual(naive(memory, nesting))
    }
    expect(answersFor(bytesOf(`[${' '.repeat(BLOCK - 1)}]`), nesting)).toEqual([[0, 0]])
    const many = bytesOf('[]'.repeat(5000))
    expect(answersFor(many, nesting)).toEqual(naive(many, nesting))
  })

  it('reads nothing that an earlier, longer search has left in memory, or that follows the end', () => {
    const nesting = { level: 0, maxDepth: 9 }
    expect(nestedEnds(bytesOf(']'.repeat(BLOCK)), BLOCK, nesting)!.endOf(0)).toBe(0)
    expect(nestedEnds(bytesOf('[['), 2, nesting)!.endOf(0)).toBe(0)
    expect(nestedEnds(bytesOf('[]]'), 1, nesting)!.endOf(0)).toBe(0)
    expect(nestedEnds(bytesOf('[]]'), 2, nesting)!.endOf(0)).toBe(2)
  })

  it('does not know the end of what does not start with a bracket', () => {
    expect(nestedEnds(bytesOf('1[]'), 3, { level: 0, maxDepth: 9 })!.endOf(0)).toBe(0)
  })
})

async function load(globals: Record<string, unknown>): Promise<typeof import('../src/index.ts')> {
  vi.resetModules()
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value)
  return import('../src/index.ts')
}

/** Values of which each is whole in the chunk: as they are given out, and the number of texts they are decoded from. */
function decoded(
  { jsonValues }: typeof import('../src/index.ts'),
  stream: string,
  within: 'stream' | 'array' = 'stream',
): { values: unknown[]; texts: number } {
  const decode = vi.spyOn(TextDecoder.prototype, 'decode')
  const values = [...jsonValues({ within }).decoder().decode(bytesOf(stream))]
  return { values, texts: decode.mock.calls.length }
}

describe('the code that finds arrays and objects', () => {
  afterEach(() => {
    vi.restoreAllMocks()
    vi.unstubAllGlobals()
    vi.resetModules()
  })

  it.each([
    ['made where it can be had', withWebAssembly],
    ['asked for where it is not allowed', refusingWebAssembly],
  ])('is %s once only', async (_what, globals) => {
    compilations.count = 0
    const loaded = await load(globals)
    for (let count = 0; count < 3; count++) expect(decoded(loaded, '{"a":1}'.repeat(100)).values).toHaveLength(100)
    expect(compilations.count).toBe(1)
  })

  it.each([
    ['WebAssembly', {}],
    ['no WebAssembly', withoutWebAssembly],
    ['no code from bytes allowed', refusingWebAssembly],
    ['integers of another order of bytes', withOtherByteOrder],
  ])('with %s, values of any kind become one text', async (_what, globals) => {
    const loaded = await load(globals)
    const texts = ['{"a":[1]}', '"]"', '[]', '-12', '["\\"]"]', 'null', '{}']
    const elements = Array.from({ length: 100 }, () => texts).flat()
    const expected = elements.map((each) => JSON.parse(each) as unknown)
    expect(decoded(loaded, elements.join(' '))).toEqual({ values: expected, texts: 1 })
    expect(decoded(loaded, `[${elements.join(',')}]`, 'array')).toEqual({ values: expected, texts: 2 })
    expect(decoded(loaded, elements.map((each) => `[${each}]\n`).join(''), 'array').values).toEqual(expected)
    vi.restoreAllMocks()
  })
})
