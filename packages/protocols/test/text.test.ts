import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'

const { Buffer: nodes } = globalThis

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

/** Bytes that are often UTF-8, sometimes malformed, with lengths around those at which the implementation changes. */
const texts = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.string({ maxLength: 40 }).map((text) => new TextEncoder().encode(text)),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => new TextEncoder().encode(text)),
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
