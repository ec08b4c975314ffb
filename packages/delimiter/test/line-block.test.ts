import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { FoundFrames } from '@unstick/core'
import {
  compilations,
  refusingWebAssembly,
  withOtherByteOrder,
  withoutWebAssembly,
  withWebAssembly,
} from '../../../tools/tests/webassembly.ts'
import { ASCII, findEitherLines, findLines, keepEitherEnds } from '../src/line-block.ts'
import { load, unload } from './runtime.ts'

const LF = 10
const CR = 13
const BLOCK = 64 * 1024

/**
 * The same by a loop: the start, the end of the content and the end of each line, up to the end of the block, the first
 * line over the limit, or the last one that fits.
 */
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

interface Room extends FoundFrames {
  /** Whether `between` has been read. If not, each frame starts where the previous one ends, and states are 0. */
  isBetweenRead: boolean
}

function roomFor(frames: number, state = 0): Room {
  const between = new Int32Array(2 * frames)
  return {
    bounds: new Int32Array(3 * frames),
    get between() {
      this.isBetweenRead = true
      return between
    },
    isBetweenRead: false,
    state,
    note: undefined,
  }
}

const bytes = fc.oneof(
  fc
    .array(fc.constantFrom(97, 97, 1, LF, CR, 0xc3), { maxLength: 400, size: 'max' })
    .map((all) => Uint8Array.from(all)),
  fc
    .tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 0, max: 80_000 }))
    .map(([period, length]) => new Uint8Array(length).map((_, at) => (at % period === 0 ? LF : 97))),
)

describe('findLines', () => {
  it('finds the same lines as a loop, whatever the block, its position, the limit and the room for bounds', () => {
    fc.assert(
      fc.property(
        bytes,
        fc.nat(100),
        fc.oneof(fc.nat(40), fc.constant(1 << 23)),
        fc.boolean(),
        fc.integer({ min: 1, max: 600 }),
        (list, start, max, hasCr, most) => {
          const memory = new Uint8Array(Buffer.concat([new Uint8Array(7).fill(LF), list])).subarray(7)
          const from = Math.min(start, memory.length)
          const found = roomFor(most)
          const find = hasCr ? findLines(LF, max, CR) : findLines(LF, max)
          const count = find(memory, from, memory.length, found)
          expect([...found.bounds.subarray(0, 3 * count)]).toEqual(naive(memory, from, memory.length, max, hasCr, most))
        },
      ),
      { numRuns: 100 },
    )
  })

  it('ignores bytes that an earlier, longer search left in memory', () => {
    const found = roomFor(512)
    const find = findLines(LF, 100)
    expect(find(new Uint8Array(BLOCK).fill(LF), 0, BLOCK, found)).toBe(512)
    expect(find(new Uint8Array(70).fill(97), 0, 70, found)).toBe(0)
  })

  it('notes ASCII only if all the lines found are ASCII', () => {
    const noteOf = (line: Uint8Array): unknown => {
      const found = roomFor(512)
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

describe('lines that end with CR, LF or CRLF', () => {
  const AFTER_CR = 7
  const ending = { delimiter: LF, carriageReturn: CR }
  const sought = fc.oneof(
    fc.array(fc.constantFrom(97, 97, 97, LF, CR), { maxLength: 400, size: 'max' }).map((all) => Uint8Array.from(all)),
    fc
      .tuple(fc.integer({ min: 2, max: 200 }), fc.integer({ min: 0, max: 80_000 }))
      .map(([period, length]) => new Uint8Array(length).map((_, at) => [CR, LF][at % period] ?? 97)),
  )
  /** The same by a loop: for each line its start, the end of its content, its end, and whether a CR ended it. */
  const naiveLines = (list: Uint8Array, start: number, isAfterCr: boolean, max: number): number[][] => {
    const lines: number[][] = []
    let from = isAfterCr && list[start] === LF ? start + 1 : start
    const blockEnd = Math.min(list.length, from + BLOCK)
    for (let at = from; at < blockEnd; at++) {
      if (list[at] !== CR && list[at] !== LF) continue
      if (at - from > max) break
      lines.push([from, at, at + 1, list[at] === CR ? AFTER_CR : 0])
      if (list[at] === CR && list[at + 1] === LF && at + 1 < blockEnd) at++
      from = at + 1
    }
    return lines
  }

  it('are found up to the CR of a CRLF, whatever the previous bytes, the limit and the room for bounds', () => {
    fc.assert(
      fc.property(
        sought,
        fc.nat(100),
        fc.boolean(),
        fc.oneof(fc.nat(40), fc.constant(1 << 23)),
        fc.integer({ min: 1, max: 600 }),
        (memory, start, isAfterCr, max, most) => {
          const from = Math.min(start, memory.length)
          const found = roomFor(most, isAfterCr ? AFTER_CR : 0)
          const count = findEitherLines(ending, max, AFTER_CR)(memory, from, memory.length, found)
          const { bounds, isBetweenRead, between } = found
          const lines = Array.from({ length: count }, (_, index) => [
            isBetweenRead ? between[2 * index] : index === 0 ? from : bounds[3 * index - 1],
            ...bounds.subarray(3 * index, 3 * index + 3),
            isBetweenRead ? between[2 * index + 1] : 0,
          ])
          const expected = naiveLines(memory, from, isAfterCr, max).slice(0, most)
          expect(lines).toEqual(expected.map((line) => [line[0], ...line]))
        },
      ),
      { numRuns: 100 },
    )
  })

  it('are kept with their endings, except after a last CR that an LF may follow', () => {
    fc.assert(
      fc.property(sought, fc.oneof(fc.nat(40), fc.constant(1 << 23)), (memory, max) => {
        const found = roomFor(80_000)
        const count = keepEitherEnds(ending, max)(memory, 0, memory.length, found)
        const expected = naiveLines(memory, 0, false, max)
          .filter(([, contentEnd]) => memory[contentEnd!] === LF || contentEnd! + 1 < memory.length)
          .map(([first, contentEnd, end]) => {
            const lineEnd = memory[contentEnd!] === CR && memory[end!] === LF ? end! + 1 : end
            return [first, lineEnd, lineEnd]
          })
        // As many as there is room for.
        expect(
          Array.from({ length: count }, (_, index) => [...found.bounds.subarray(3 * index, 3 * index + 3)]),
        ).toEqual(expected.slice(0, 2000))
      }),
      { numRuns: 100 },
    )
  })

  it.each([
    ['only LF ends lines', 'a\nb\n\n', 0, false],
    ['a CR ends a line', 'a\nb\rc\n', 0, true],
    ['an LF comes after the CR of the last line', '\na\nb\n', AFTER_CR, true],
    ['other bytes come after the CR of the last line', 'a\nb\n', AFTER_CR, false],
  ])('have their starts and states written down only if needed: %s', (_what, text, state, expected) => {
    const memory = Buffer.from(text)
    const found = roomFor(9, state)
    // What an earlier search has left in memory does not count.
    findEitherLines(ending, 9, AFTER_CR)(new Uint8Array(300).fill(CR), 0, 300, roomFor(300))
    const first = state === AFTER_CR && memory[0] === LF ? 1 : 0
    const ends = naiveLines(memory, 0, state === AFTER_CR, 9)
    expect(findEitherLines(ending, 9, AFTER_CR)(memory, 0, memory.length, found)).toBe(ends.length)
    expect(found.bounds[0]).toBe(first)
    expect(found.isBetweenRead).toBe(expected)
  })

  it('are left to the finder in any other state', () => {
    const memory = new Uint8Array(300).fill(LF)
    expect(findEitherLines(ending, 9, AFTER_CR)(memory, 0, 300, roomFor(9, 5))).toBe(0)
    expect(keepEitherEnds(ending, 9)(memory, 0, 300, roomFor(9, AFTER_CR))).toBe(0)
    expect(findLines(LF, 9)(memory, 0, 300, roomFor(9, 1))).toBe(0)
  })
})

describe('the code that finds lines', () => {
  afterEach(unload)

  it.each([
    ['made where it can be had', withWebAssembly],
    ['asked for where it is not allowed', refusingWebAssembly],
  ])('is %s once only', async (_what, globals) => {
    compilations.count = 0
    const { lines } = (await load(globals)).package
    for (let count = 0; count < 3; count++) {
      expect([...lines().decoder().decode(new Uint8Array(300).fill(LF))]).toHaveLength(300)
    }
    expect(compilations.count).toBe(1)
  })

  it.each([
    ['no WebAssembly', withoutWebAssembly],
    ['no code from bytes allowed', refusingWebAssembly],
    ['integers of another order of bytes', withOtherByteOrder],
  ])('is done without where there is %s: the lines are the same', async (_what, globals) => {
    const without = (await load(globals)).package
    const stream = Buffer.from('ä line\r\nanother\n'.repeat(5000))
    const expected = stream.toString().split(/\r?\n/).slice(0, -1)
    expect([...without.textLines().decoder().decode(stream)]).toEqual(expected)
    expect(Array.from(without.lines().decoder().decode(stream), String)).toEqual(expected)
    expect((await import('../src/line-block.ts')).findLines(10, 9)(stream, 0, stream.length, roomFor(3))).toBe(0)
  })
})
