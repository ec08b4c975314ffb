import { ENDLESS, newSearch, UNKNOWN, type FindFrame } from '@unstick/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { automatonOf } from '../src/automaton.ts'
import { findKept, findStripped } from '../src/end-delimiter.ts'
import { findStarted } from '../src/start-delimiter.ts'
import { load, unload } from './runtime.ts'

afterEach(unload)

/** More lines than fit into one batch, then one with more bytes than characters. */
const LINES = Array.from({ length: 2000 }, (_, index) => `line ${index}`)
const ascii = Buffer.from(LINES.map((line) => `${line}\n`).join(''))
const accented = Buffer.concat([ascii, Buffer.from('é\n')])

describe('the work for many lines', () => {
  it.each([
    ['LF or CRLF', (made: typeof import('../src/index.ts')) => made.lines()],
    ['LF', (made: typeof import('../src/index.ts')) => made.lines({ ending: 'lf' })],
    ['one byte', (made: typeof import('../src/index.ts')) => made.delimiter({ delimiter: '\n' })],
  ])('%s: they are found many at once, without a search by the runtime', async (_what, codecOf) => {
    const runtime = await load()
    expect([...codecOf(runtime.package).decoder().decode(ascii)]).toHaveLength(2000)
    expect(runtime.searches).toEqual([])
  })

  it('searches for the first byte of a delimiter of several bytes', async () => {
    const runtime = await load()
    expect([
      ...runtime.package
        .delimiter({ delimiter: ' \n' })
        .decoder()
        .decode(Buffer.from('a \n'.repeat(1000))),
    ]).toHaveLength(1000)
    expect(runtime.searches).toHaveLength(1000)
  })

  it.each([
    ['Buffer', {}],
    ['TextDecoder, where there is no Buffer', { Buffer: undefined }],
  ])('they are decoded as many at once as were found, by %s', async (_what, globals) => {
    const runtime = await load(globals)
    const sought = vi.spyOn(String.prototype, 'indexOf')
    expect([...runtime.package.textLines().decoder().decode(ascii)]).toEqual(LINES)
    expect(runtime.decodings).toHaveLength(2)
    expect(sought).not.toHaveBeenCalled()
    expect([...runtime.package.textLines().decoder().decode(accented)]).toEqual([...LINES, 'é'])
    expect(runtime.decodings).toHaveLength(4)
  })
})

/** How often a finder reads a byte of a stream that arrives byte by byte and is dropped like in a decoder. */
function looksOf(find: FindFrame, stream: Uint8Array): number {
  let looks = 0
  const counted = new Proxy(stream, {
    get(target, key) {
      if (typeof key === 'string' && /^\d/.test(key)) looks++
      return Reflect.get(target, key) as unknown
    },
  })
  const search = newSearch()
  let start = 0
  // Some bytes are left at the end, so that no built-in search is used: those do not accept a proxy.
  for (let end = 1; end < stream.length - 2;) {
    const answer = find(counted, start, end, search)
    if (answer === UNKNOWN) end++
    else if (answer === ENDLESS) start = search.resumeAt
    else {
      // A frame, or bytes that are dropped up to `payloadEnd`.
      start = answer > start ? answer : search.payloadEnd
      search.resumeAt = start
    }
    if (start === end) end++
  }
  return looks
}

describe('the work for delimiters that overlap themselves and each other', () => {
  const bytes = (content: string): Uint8Array => new Uint8Array(Buffer.from(content))
  const lists = (length: number): Record<string, string[]> => ({
    one: [`${'a'.repeat(length)}b${'a'.repeat(length)}`],
    'several that end in different bytes': ['b', 'c', 'd'].map((last, index) => 'a'.repeat(length - index) + last),
    'several with parts that repeat': [
      `${'ab'.repeat(length)}c`,
      `${'ba'.repeat(length)}c`,
      `${'aab'.repeat(length)}c`,
    ],
  })
  const streams = { 'the same byte': 'a', 'two bytes in turn': 'ab' }
  const makers = { stripped: findStripped, kept: findKept }

  it.each(Object.keys(lists(9)))('reads a byte at most twice, however long they are: %s', (what) => {
    for (const unit of Object.values(streams)) {
      for (const make of Object.values(makers)) {
        for (const length of [10, 300]) {
          for (const maxFrameLength of [1, 100, 1e6]) {
            const automaton = automatonOf(lists(length)[what]!.map(bytes))
            const stream = bytes(unit.repeat(4000 / unit.length))
            expect(looksOf(make(automaton, maxFrameLength)(false), stream)).toBeLessThanOrEqual(2 * stream.length)
          }
        }
      }
    }
  })

  it('reads at most the bytes of the longest delimiter again for a frame if one begins another', () => {
    for (const length of [10, 100]) {
      const list = ['a', `a${'b'.repeat(length)}c`].map(bytes)
      const stream = bytes(`a${'b'.repeat(length)}`.repeat(30))
      for (const make of Object.values(makers)) {
        expect(looksOf(make(automatonOf(list), 1e6)(false), stream)).toBeLessThanOrEqual(3 * stream.length)
      }
    }
  })

  it('matches a start delimiter once, however often the finder is called', () => {
    const own = `${'a'.repeat(300)}b`
    const stream = bytes(own + 'x'.repeat(3000) + own)
    const find = findStarted(automatonOf([bytes(own)]), { maxFrameLength: 1e6, stripDelimiter: true, atEnd: 'emit' })
    expect(looksOf(find(false), stream)).toBeLessThanOrEqual(2 * stream.length)
  })
})
