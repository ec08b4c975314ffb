import { afterEach, describe, expect, it, vi } from 'vitest'
import { load, unload } from './runtime.ts'

afterEach(unload)

/** More lines than are found at once, then one that has more bytes than characters. */
const LINES = Array.from({ length: 2000 }, (_, index) => `line ${index}`)
const ascii = Buffer.from(LINES.map((line) => `${line}\n`).join(''))
const accented = Buffer.concat([ascii, Buffer.from('é\n')])

describe('work for many lines', () => {
  it.each([
    ['LF or CRLF', (made: typeof import('../src/index.ts')) => made.lines()],
    ['LF', (made: typeof import('../src/index.ts')) => made.lines({ ending: 'lf' })],
    ['one byte', (made: typeof import('../src/index.ts')) => made.delimiter({ delimiter: '\n' })],
  ])('%s: they are found many at once, without a search of the runtime', async (_what, codecOf) => {
    const runtime = await load()
    expect([...codecOf(runtime.package).decoder().decode(ascii)]).toHaveLength(2000)
    expect(runtime.searches).toEqual([])
  })

  it('several bytes are sought one by one, by the last of them', async () => {
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
