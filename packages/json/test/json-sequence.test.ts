import { isFrameError, type FrameCodec } from '@unstick/core'
import { describe, expect, it } from 'vitest'
import { jsonSequence } from '../src/index.ts'

const RS = '\x1E'
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The values of a stream, and the code and offset of its error; must be the same for every chunk size. */
function decoded(stream: string, codec: FrameCodec<unknown> = jsonSequence()): unknown[] {
  const [whole, ...cut] = [1 << 20, 1, 2, 5].map((size) => decodedIn(bytes(stream), size, codec))
  for (const each of cut) expect(each).toEqual(whole)
  return whole!
}

function decodedIn(stream: Uint8Array, size: number, codec: FrameCodec<unknown>): unknown[] {
  const seen: unknown[] = []
  const decoder = codec.decoder({
    onSkip: ({ offset, length, reason, error }) => seen.push({ offset, length, reason, code: error?.code }),
  })
  try {
    for (let at = 0; at < stream.length; at += size) {
      for (const value of decoder.decode(stream.subarray(at, at + size))) seen.push(value)
    }
    seen.push(...decoder.end())
  } catch (error) {
    if (!isFrameError(error)) throw error
    seen.push([error.code, error.offset])
  }
  return seen
}

const corruptAt = (offset: number): [string, number] => ['ERR_FRAME_CORRUPT', offset]
const truncatedAt = (offset: number): [string, number] => ['ERR_FRAME_TRUNCATED', offset]

describe('jsonSequence', () => {
  it.each([
    ['values of every kind', `${RS}{"a":[1]}\n${RS}[]\n${RS}"x"\n${RS}-1.5\n${RS}true\n${RS}null\n`],
    ['objects, arrays and strings without their LF', `${RS}{"a":[1]}${RS}[]${RS}"x"${RS}-1.5\n${RS}true\n${RS}null\n`],
    [
      'white space around values',
      `${RS} \r\n{"a":[1]} \r\n\n${RS}[]\t${RS}"x"\n${RS} -1.5 \r\n${RS}true\n${RS}null\n `,
    ],
    ['RS in a row', `${RS}${RS}{"a":[1]}\n${RS}[]\n${RS}${RS}${RS}"x"\n${RS}-1.5\n${RS}${RS}true\n${RS}null\n`],
    ['line ends inside of a value', `${RS}{\n"a":\n[1]\n}\n${RS}[\n]\n${RS}"x"\n${RS}-1.5\n${RS}true\n${RS}null\n`],
  ])('takes %s', (_what, stream) => {
    expect(decoded(stream)).toEqual([{ a: [1] }, [], 'x', -1.5, true, null])
  })

  it('decodes an empty stream as an empty sequence', () => {
    expect(decoded('')).toEqual([])
    expect(decoded(' \n')).toEqual([])
  })

  it.each(['{"a":"}"}', '[[]]', '"a\\""'])('gives %s out with its last byte', (text) => {
    const decoder = jsonSequence().decoder()
    const all = bytes(`${RS}${text}`)
    expect([...decoder.decode(all.subarray(0, -1))]).toEqual([])
    expect([...decoder.decode(all.subarray(-1))]).toEqual([JSON.parse(text)])
  })

  it.each(['123', 'true', 'null'])('gives %s out with its LF', (text) => {
    const decoder = jsonSequence().decoder()
    expect([...decoder.decode(bytes(`${RS}${text} `))]).toEqual([])
    expect([...decoder.decode(bytes('\n'))]).toEqual([JSON.parse(text)])
    expect(decoder.bufferedLength).toBe(0)
  })

  it.each([
    ['a number without LF', `${RS}1\n${RS}12${RS}3\n`, [1, corruptAt(3)]],
    ['a literal without LF', `${RS}true${RS}3\n`, [corruptAt(0)]],
    ['an object that the next RS cuts short', `${RS}{"a":${RS}3\n`, [corruptAt(0)]],
    ['a string that the next RS cuts short', `${RS}"a${RS}3\n`, [corruptAt(0)]],
    ['a string that the next RS cuts short after a backslash', `${RS}"a\\${RS}"\n`, [corruptAt(0)]],
    ['no value', `${RS}\n${RS}3\n`, [corruptAt(0)]],
    ['two values after one RS', `${RS}[1][2]\n`, [[1], corruptAt(4)]],
    ['two numbers after one RS', `${RS}1 2\n`, [corruptAt(0)]],
    ['bytes before the first RS', '1\n', [corruptAt(0)]],
    ['a byte order mark before the first RS', `\uFEFF${RS}1\n`, [corruptAt(0)]],
    ['a byte order mark after RS', `${RS}\uFEFF1\n`, [corruptAt(0)]],
    ['a payload that is not JSON', `${RS}[1,]\n`, [corruptAt(0)]],
    ['a word', `${RS}1\n${RS}NaN\n`, [1, corruptAt(3)]],
  ])('%s is corrupt, with the offset of its RS or of the wrong byte', (_what, stream, expected) => {
    expect(decoded(stream)).toEqual(expected)
  })

  it.each([
    ['after RS', `${RS}1\n${RS}`, [1, truncatedAt(3)]],
    ['inside an array', `${RS}[1`, [truncatedAt(0)]],
    ['before the LF of a number', `${RS}12`, [truncatedAt(0)]],
    ['before the LF of a literal', `${RS}true `, [truncatedAt(0)]],
  ])('an end %s is truncated', (_what, stream, expected) => {
    expect(decoded(stream)).toEqual(expected)
  })

  it('continues at the next RS if corrupt is skip, and reports each value or gap', () => {
    const stream = `xy${RS}12${RS}{"a":${RS}[1,]\n${RS}\n${RS}"ok"z \n${RS}3\n`
    const code = 'ERR_FRAME_CORRUPT'
    expect(decoded(stream, jsonSequence({ corrupt: 'skip' }))).toEqual([
      { offset: 0, length: 2, reason: 'corrupt', code: undefined },
      { offset: 2, length: 3, reason: 'corrupt', code },
      { offset: 5, length: 6, reason: 'corrupt', code },
      { offset: 11, length: 5, reason: 'corrupt', code },
      { offset: 17, length: 2, reason: 'corrupt', code },
      'ok',
      { offset: 24, length: 3, reason: 'corrupt', code: undefined },
      3,
    ])
  })

  it('gives the length of a value that the next RS cuts short in its error', () => {
    const decoder = jsonSequence().decoder()
    expect(() => [...decoder.decode(bytes(`${RS}12${RS}`))]).toThrow(
      expect.objectContaining({
        frameLength: 3,
        message: 'jsonSequence: the value is cut short by the next record separator',
      }),
    )
  })

  it.each([
    ['1', 'jsonSequence: a record separator was expected', undefined],
    [`${RS}[1,]`, 'jsonSequence: value 1 is not JSON', 5],
    [`${RS}1\n${RS}NaN\n`, 'jsonSequence: value 2 is not JSON', 5],
    [`${RS}[[`, 'jsonSequence: the value is nested deeper than maxDepth (1)', undefined],
  ])('%j: the error says what is wrong', (stream, message, frameLength) => {
    let error: unknown
    try {
      Array.from(jsonSequence({ maxDepth: 1 }).decoder().decode(bytes(stream)))
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ message })
    expect((error as { frameLength?: number }).frameLength).toBe(frameLength)
  })

  it('limits the bytes between RS and LF', () => {
    for (const text of ['[1,2]', '"abc"', '12345', 'false', ' 123 ']) {
      const stream = `${RS}${text}\n${RS}${text}\n`
      const value: unknown = JSON.parse(text)
      expect(decoded(stream, jsonSequence({ maxFrameLength: 5 }))).toEqual([value, value])
      expect(decoded(stream, jsonSequence({ maxFrameLength: 4 }))).toEqual([['ERR_FRAME_TOO_LONG', 0]])
    }
    expect(decoded(`${RS}[1,\n2]\n`, jsonSequence({ maxFrameLength: 3 }))).toEqual([['ERR_FRAME_TOO_LONG', 0]])
    const endless = RS.repeat(100)
    expect(decoded(endless, jsonSequence({ maxFrameLength: 4 }))).toEqual([['ERR_FRAME_TOO_LONG', 0]])
  })

  it('skips exactly the values that are too long, even those ended by the next RS', () => {
    const stream = `${RS}[1,2]\n${RS}12345${RS}1\n${RS}{"a":[${RS}123456\n${RS}2\n`
    const code = 'ERR_FRAME_TOO_LONG'
    expect(decoded(stream, jsonSequence({ maxFrameLength: 4, oversize: 'skip' }))).toEqual([
      { offset: 0, length: 6, reason: 'too-long', code },
      { offset: 7, length: 6, reason: 'too-long', code },
      1,
      { offset: 16, length: 7, reason: 'too-long', code },
      { offset: 23, length: 8, reason: 'too-long', code },
      2,
    ])
  })

  it('skips a value of many times the limit, and many RS before a value', () => {
    const array = '[1,2,3,4,5,6,7,8,9,10]'
    const stream = `${RS}${array}\n${RS.repeat(20)}1\n${RS}2\n`
    const code = 'ERR_FRAME_TOO_LONG'
    expect(decoded(stream, jsonSequence({ maxFrameLength: 4, oversize: 'skip' }))).toEqual([
      { offset: 0, length: 1 + array.length, reason: 'too-long', code },
      { offset: 2 + array.length, length: 22, reason: 'too-long', code },
      2,
    ])
  })

  it('refuses a value that is nested deeper than maxDepth, or skips it', () => {
    const stream = `${RS}[[1]]\n${RS}[[[1]]]\n${RS}2\n`
    expect(decoded(stream, jsonSequence({ maxDepth: 2 }))).toEqual([[[1]], corruptAt(7)])
    expect(decoded(stream, jsonSequence({ maxDepth: 2, corrupt: 'skip' }))).toEqual([
      [[1]],
      { offset: 7, length: 8, reason: 'corrupt', code: 'ERR_FRAME_CORRUPT' },
      2,
    ])
    expect(decoded(RS + '['.repeat(513))).toEqual([corruptAt(0)])
  })

  it('gives exactly the bytes of each value in scan', () => {
    const seen: string[] = []
    const stream = bytes(`${RS} [1] \n${RS}${RS} 12 \r\n${RS}"x"`)
    jsonSequence()
      .decoder()
      .scan(stream, (chunk, start, end) => seen.push(new TextDecoder().decode(chunk.subarray(start, end))))
    expect(seen).toEqual(['[1]', '12', '"x"'])
  })

  it('writes RS, the text and LF (RFC 7464, section 2.2)', () => {
    const codec = jsonSequence()
    expect([...codec.encode({ a: 'é' })]).toEqual([...bytes(`${RS}{"a":"é"}\n`)])
    expect(() => codec.encode(undefined)).toThrow(
      expect.objectContaining({
        code: 'ERR_FRAME_NOT_ENCODABLE',
        message: 'jsonSequence: JSON has no form for this value',
      }),
    )
  })

  it('refuses unknown options', () => {
    expect(() => jsonSequence({ within: 'array' } as never)).toThrow('jsonSequence has no option "within"')
  })
})
