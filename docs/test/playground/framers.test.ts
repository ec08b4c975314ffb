import { describe, expect, it } from 'vitest'
import { EXHIBITS } from '../../playground/framers/exhibits.ts'
import { framerOf } from '../../playground/framers/pasted-framer.ts'
import { runFramer, tryFramer, type TriedLaw } from '../../playground/framers/try-framer.ts'
import { bytesOfHex } from '../../playground/hex.ts'

const exhibit = (name: string) => EXHIBITS.find((one) => one.name === name)!

const broken = (laws: TriedLaw[]) => laws.filter(({ counterExample }) => counterExample !== undefined)

const tried = (name: string) => tryFramer(exhibit(name).source, exhibit(name).messages, { lengthField: '4' }, 1)

describe('exhibits', () => {
  it('are right if each message is a chunk', async () => {
    const [first, second, third] = EXHIBITS
    const chunks = ['0000000161', '000000026263'].map(bytesOfHex)
    for (const one of [first!, second!]) {
      expect(await runFramer(one.source, chunks)).toEqual({ frames: ['61', '62 63'], error: undefined })
    }
    const lines = ['é\n', 'b\n'].map((line) => new TextEncoder().encode(line))
    expect(await runFramer(third!.source, lines)).toEqual({ frames: ['"é"', '"b"'], error: undefined })
  })

  it('if for while: two messages in one chunk are the shortest counter-example', async () => {
    const [law] = broken(await tried('if-not-while'))
    expect(law!.counterExample!.chunks!.join('')).toBe('0000000000000000')
    expect(law!.counterExample!.wrongChunks).toHaveLength(1)
  })

  it('a header that is assumed whole: a cut header is the shortest counter-example', async () => {
    const [law] = broken(await tried('whole-header'))
    expect(law!.counterExample).toMatchObject({ expected: expect.stringContaining('a clean end') })
    expect(law!.counterExample!.received).toContain('RangeError')
    expect(law!.counterExample!.chunks!.length).toBeGreaterThan(1)
  })

  it('chunks decoded as text: a cut character is the shortest counter-example', async () => {
    const [law] = broken(await tried('text-too-early'))
    expect(law!.counterExample!.received).toContain('\uFFFD')
    expect(law!.counterExample!.chunks).toHaveLength(2)
  })
})

describe('a pasted framer', () => {
  const sound = `function* (chunks) {
    let buffer = new Uint8Array(0)
    for (const chunk of chunks) {
      buffer = Uint8Array.of(...buffer, ...chunk)
      while (buffer.length >= 2 && buffer.length >= 2 + buffer[0] * 256 + buffer[1]) {
        const end = 2 + buffer[0] * 256 + buffer[1]
        yield buffer.slice(2, end)
        buffer = buffer.slice(end)
      }
    }
  };`

  it('that is right keeps the laws with the frames of the chosen codec', async () => {
    const laws = await tryFramer(sound, 'chosen', { lengthField: '2' }, 1)
    expect(laws.length).toBeGreaterThan(2)
    expect(broken(laws)).toEqual([])
  })

  it('must be a function', () => {
    expect(() => framerOf('42')).toThrow('paste one function')
    expect(() => framerOf('function (')).toThrow('this is not a function in JavaScript')
    expect(() => framerOf('const framer = () => []')).toThrow('paste one function')
    expect(() => framerOf("(() => { throw 'text' })()")).toThrow('this is not a function in JavaScript: text')
    expect(() => framerOf('(() => { throw null })()')).toThrow('this is not a function in JavaScript: null')
  })

  it('needs messages that are bytes, lines or JSON', async () => {
    const laws = tryFramer(sound, 'chosen', { protocol: 'postgres', from: 'client' }, 1)
    await expect(laws).rejects.toThrow('are not bytes')
  })
})
