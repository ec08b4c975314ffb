import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { ASCII, findLines } from '../src/line-block.ts'
import { load, unload } from './runtime.ts'

const LF = 10
const CR = 13
const BLOCK = 64 * 1024

/** The same by a loop: start, end of content and end of each line up to the block's end, the first one too long, or the last that fits. */
function naive(bytes: Uint8Array, start: number, end: number, max: number, hasCr: boolean, most: number): number[] {
  const bounds: number[] = []
  for (let at = start, from = start; at < Math.min(end, start + BLOCK) && bounds.length < 3 * most; at++) {
    if (bytes[at] !== LF) continue
    const contentEnd = hasCr && at > from && bytes[at - 1] === CR ? at - 1 : at
    if (contentEnd - from > max) break
    bounds.push(from, contentEnd, at + 1)
    from = at + 1
  }
  return bounds
}

const bytes = fc.oneof(
  fc.array(fc.constantFrom(97, 97, 1, LF, CR, 0xc3), { maxLength: 400 }),
  fc
    .tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 0, max: 80_000 }))
    .map(([period, length]) => Array.from({ length }, (_, at) => (at % period === 0 ? LF : 97))),
)

describe('findLines', () => {
  it('finds the lines that a loop finds, whatever the block, its place, the limit and the room', () => {
    fc.assert(
      fc.property(
        bytes,
        fc.nat(100),
        fc.oneof(fc.nat(40), fc.constant(1 << 23)),
        fc.boolean(),
        fc.integer({ min: 1, max: 600 }),
        (list, start, max, hasCr, most) => {
          const memory = new Uint8Array([...new Uint8Array(7).fill(LF), ...list]).subarray(7)
          const from = Math.min(start, memory.length)
          const found = { bounds: new Int32Array(3 * most), note: undefined }
          const find = hasCr ? findLines(LF, max, CR) : findLines(LF, max)
          const count = find(memory, from, memory.length, found)
          expect([...found.bounds.subarray(0, 3 * count)]).toEqual(naive(memory, from, memory.length, max, hasCr, most))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('finds nothing of what an earlier, longer search left in memory', () => {
    const found = { bounds: new Int32Array(3 * 512), note: undefined }
    const find = findLines(LF, 100)
    expect(find(new Uint8Array(BLOCK).fill(LF), 0, BLOCK, found)).toBe(512)
    expect(find(new Uint8Array(70).fill(97), 0, 70, found)).toBe(0)
  })

  it('says that all was ASCII only if all of the lines found are', () => {
    const bounds = new Int32Array(3 * 512)
    const noteOf = (line: Uint8Array): unknown => {
      const found = { bounds, note: undefined }
      expect(findLines(LF, 200)(line, 0, 131, found)).toBe(1)
      return found.note
    }
    for (let at = 0; at < 130; at++) {
      const line = new Uint8Array(131).fill(97)
      line[130] = LF
      expect(noteOf(line)).toBe(ASCII)
      line[at] = 0x80
      expect(noteOf(line)).toBeUndefined()
    }
  })
})

/** Keeps the bytes of its numbers the other way round. */
class BigEndian extends Int32Array {
  constructor(numbers: never) {
    super(numbers)
    if (Array.isArray(numbers)) new Uint8Array(this.buffer).reverse()
  }
}

// No types that the tests have know it.
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: { Module: new (code: Uint8Array) => object; Instance: unknown }
}

let modules = 0
class Module extends WebAssembly.Module {
  constructor(code: Uint8Array) {
    super(code)
    modules++
  }
}
function Refused(): void {
  modules++
  throw new EvalError('unsafe-eval')
}

describe('the code that finds lines', () => {
  afterEach(unload)

  it.each([
    ['made where it can be had', { WebAssembly: { Module, Instance: WebAssembly.Instance } }],
    ['asked for where it is not allowed', { WebAssembly: { Module: Refused } }],
  ])('is %s once only', async (_what, globals) => {
    modules = 0
    const { lines } = (await load(globals)).package
    for (let count = 0; count < 3; count++) {
      expect([...lines().decoder().decode(new Uint8Array(300).fill(LF))]).toHaveLength(300)
    }
    expect(modules).toBe(1)
  })

  it.each([
    ['no WebAssembly', { WebAssembly: undefined }],
    ['no code from bytes allowed', { WebAssembly: { Module: Refused } }],
    ['integers of another order of bytes', { Int32Array: BigEndian }],
  ])('is done without where there is %s: the lines are the same', async (_what, globals) => {
    const without = (await load(globals)).package
    const stream = Buffer.from('ä line\r\nanother\n'.repeat(5000))
    const expected = stream.toString().split(/\r?\n/).slice(0, -1)
    expect([...without.textLines().decoder().decode(stream)]).toEqual(expected)
    expect(Array.from(without.lines().decoder().decode(stream), String)).toEqual(expected)
    expect(
      (await import('../src/line-block.ts')).findLines(10, 9)(stream, 0, stream.length, {
        bounds: new Int32Array(9),
        note: undefined,
      }),
    ).toBe(0)
  })
})
