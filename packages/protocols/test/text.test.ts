import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { encodeLatin1, encodeUtf8, isAscii, trimBlanks, wordsOf } from '../src/framing/text.ts'
import { codePoint, withCode } from './preset.ts'

const { Buffer: nodes } = globalThis

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

/** Bytes that are often UTF-8, sometimes malformed, with lengths around those at which the implementation changes. */
const texts = fc.oneof(
  fc.uint8Array({ maxLength: 40, size: 'max' }),
  fc.string({ maxLength: 40, size: 'max' }).map((text) => new TextEncoder().encode(text)),
  fc.string({ unit: codePoint, maxLength: 40, size: 'max' }).map((text) => new TextEncoder().encode(text)),
  fc
    .constantFrom('a'.repeat(24), 'a'.repeat(25), `${'a'.repeat(9000)}é`, '\uFFFD', `\uFEFF${'b'.repeat(30)}`)
    .map((text) => new TextEncoder().encode(text)),
)

describe.each([
  { runtime: 'with Buffer', Buffer: nodes },
  { runtime: 'without Buffer', Buffer: undefined },
])('$runtime', ({ Buffer }) => {
  async function load() {
    vi.stubGlobal('Buffer', Buffer)
    const text = await import('../src/framing/text.ts')
    vi.unstubAllGlobals()
    return text
  }

  it('decodes UTF-8, and throws for malformed bytes', async () => {
    const { decodeUtf8 } = await load()
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    fc.assert(
      fc.property(texts, fc.nat(3), (bytes, from) => {
        const start = Math.min(from, bytes.length)
        let expected: string | undefined
        try {
          expected = decoder.decode(bytes.subarray(start))
        } catch {
          expect(() => decodeUtf8(bytes, start)).toThrow(TypeError)
          return
        }
        expect(decodeUtf8(bytes, start)).toBe(expected)
      }),
    )
  })

  it('replaces malformed bytes by U+FFFD if asked to', async () => {
    const { decodeAnyUtf8 } = await load()
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
    fc.assert(
      fc.property(texts, fc.nat(3), (bytes, from) => {
        const start = Math.min(from, bytes.length)
        expect(decodeAnyUtf8(bytes, start)).toBe(decoder.decode(bytes.subarray(start)))
      }),
    )
  })

  it.each([0, 7, 8, 9, 23, 24, 25, 4095, 4096, 4097, 8192, 8193])('decodes %i bytes inside others', async (length) => {
    const { decodeLatin1, decodeAnyUtf8, decodeUtf8 } = await load()
    const inner = Uint8Array.from({ length }, (_, index) => 33 + (index % 90))
    const bytes = nodes.concat([nodes.from('éé'), inner, nodes.from('é')])
    const text = nodes.from(inner).toString('latin1')
    expect(decodeUtf8(bytes, 4, 4 + length)).toBe(text)
    expect(decodeAnyUtf8(bytes, 4, 4 + length)).toBe(text)
    expect(decodeLatin1(bytes, 4, 4 + length)).toBe(text)
    const high = inner.map((byte) => byte | 128)
    expect(decodeLatin1(high)).toBe(nodes.from(high).toString('latin1'))
  })

  it('knows U+FFFD that was written from one that stands for malformed bytes', async () => {
    const { decodeUtf8 } = await load()
    const written = new TextEncoder().encode(`${'a'.repeat(30)}\uFFFD`)
    expect(decodeUtf8(written)).toBe(`${'a'.repeat(30)}\uFFFD`)
    expect(() => decodeUtf8(written.subarray(0, -1))).toThrow(TypeError)
  })

  it('decodes Latin-1', async () => {
    const { decodeLatin1 } = await load()
    fc.assert(
      fc.property(texts, fc.nat(3), (bytes, from) => {
        const start = Math.min(from, bytes.length)
        expect(decodeLatin1(bytes, start)).toBe(nodes.from(bytes).toString('latin1', start))
      }),
    )
  })
})

describe('isAscii', () => {
  it.each([0, 1, 3, 4, 5, 8, 11, 1024, 1030, 2051])('sees each of %i bytes, wherever they lie in memory', (length) => {
    for (let offset = 0; offset < 4; offset++) {
      const bytes = new Uint8Array(new ArrayBuffer(length + 12), offset, length + 8).fill(0xff)
      bytes.fill(0x7f, 3, 3 + length)
      expect(isAscii(bytes, 3, 3 + length)).toBe(true)
      const step = Math.max(1, length >> 4)
      for (const at of [0, 1, 2, 3, length - 1, ...Array.from({ length: 16 }, (_, index) => index * step)]) {
        if (at < 0 || at >= length) continue
        bytes[3 + at] = 0x80
        expect(isAscii(bytes, 3, 3 + length)).toBe(false)
        bytes[3 + at] = 0x7f
      }
    }
  })
})

describe('encoded', () => {
  it('is text alone, in what the encoding has', () => {
    expect(encodeUtf8('irc', 'aé😀')).toEqual(new Uint8Array(nodes.from('aé😀')))
    expect(encodeLatin1('irc', 'a\u00ff')).toEqual(Uint8Array.of(97, 255))
    for (const text of ['\ud800', 'a\udc00', 7 as never]) {
      expect(() => encodeUtf8('irc', text)).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
    }
    for (const text of ['\u0100', 'a😀', [] as never]) {
      expect(() => encodeLatin1('irc', text)).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
    }
  })
})

describe('blanks', () => {
  it.each([
    ['', '', []],
    [' ', '', []],
    ['\t \t', '', []],
    ['a', 'a', ['a']],
    [' \ta b\t ', 'a b', ['a', 'b']],
    ['a\t b', 'a\t b', ['a', 'b']],
    ['\na\r', '\na\r', ['\na\r']],
  ])('of %j', (text, trimmed, words) => {
    expect(trimBlanks(text)).toBe(trimmed)
    expect(wordsOf(text, /[ \t]/)).toEqual(words)
  })
})
