import { outcomeOf } from '@unstick/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { multipart, type MultipartPart } from '../src/multipart.ts'
import { ascii, bytesOf, joined, testPreset, outcomeOfAnyCut } from './preset.ts'

const parts = fc
  .array(fc.constantFrom('--b', '\r\n', 'A: b', '--', ' ', 'x', '--b\r\n', '--b--'), { maxLength: 12 })
  .map((all) => ascii(all.join('')))
const part = (body: string) => `\r\n--b\r\nA: b\r\n\r\n${body}`

testPreset<MultipartPart>('multipart', (limits) => multipart({ boundary: 'b', ...limits }), {
  // Before the last delimiter, an end between two frames is an error, and the remaining bytes are not a stream of their
  // own.
  without: ['frames before an error', 'where a frame begins', 'takeRemaining is exact'],
  stream: fc.oneof(
    parts,
    parts.map((middle) => joined([ascii(part('')), middle, ascii('\r\n--b--\r\n')])),
  ),
  examples: [
    {
      title: 'a form with a field and a file',
      bytes: ascii(
        '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nhello\r\n--b\r\nContent-Disposition: form-data;\r\n name="f"\r\nContent-Type: text/plain\r\n\r\n--bx\r\n\r\n--b--\r\n',
      ),
      frames: [
        { headers: [['Content-Disposition', 'form-data; name="a"']], body: ascii('hello') },
        {
          headers: [
            ['Content-Disposition', 'form-data; name="f"'],
            ['Content-Type', 'text/plain'],
          ],
          body: ascii('--bx\r\n'),
        },
      ],
    },
    {
      title:
        'a preamble and an epilogue, which are dropped; blanks after a delimiter; a part without headers, and one without body',
      bytes: ascii('ignore this\r\n--b  \r\n\r\nimplicit\r\n--b\r\nA: b\r\n--b--\r\nand this\r\n--b\r\n'),
      frames: [
        { headers: [], body: ascii('implicit') },
        { headers: [['A', 'b']], body: bytesOf('') },
      ],
    },
  ],
  refused: [
    { title: 'a preamble without delimiter', bytes: ascii('ignore this'), code: 'ERR_FRAME_TRUNCATED', offset: 7 },
    {
      title: 'an end inside the first delimiter',
      bytes: ascii('ignore this\r\n--b'),
      code: 'ERR_FRAME_TRUNCATED',
      offset: 11,
    },
    {
      title: 'a header without colon',
      bytes: ascii('--b\r\nabc\r\n\r\n\r\n--b--'),
      code: 'ERR_FRAME_CORRUPT',
      offset: 5,
    },
    { title: 'an end inside a part', bytes: ascii('--b\r\nA: b\r\n\r\nhel'), code: 'ERR_FRAME_TRUNCATED', offset: 5 },
    { title: 'an end right after a delimiter', bytes: ascii('--b\r\n'), code: 'ERR_FRAME_TRUNCATED', offset: 5 },
    { title: 'an empty stream', bytes: bytesOf(''), code: 'ERR_FRAME_TRUNCATED' },
  ],
})

const read = (text: string, boundary = 'b') => outcomeOfAnyCut(multipart({ boundary }), ascii(text))

const bodies = (text: string): string[] =>
  (read(text).frames as MultipartPart[]).map(({ body }) => Buffer.from(body).toString('latin1'))

describe('a boundary', () => {
  it.each(['a', "09azAZ'()+_,-./:=?", 'a b', ' a', 'a'.repeat(70)])('may be %j', (boundary) => {
    expect(read(`--${boundary}\r\n\r\nx\r\n--${boundary}--`, boundary).frames).toHaveLength(1)
  })

  it.each(['', ' ', 'a '.repeat(35), 'a'.repeat(71), 'é', 'a"', 'a\nb', 'a;', 'a*', 7 as never])(
    'must not be %j',
    (boundary) => {
      expect(() => multipart({ boundary })).toThrow(RangeError)
    },
  )
})

describe('a delimiter', () => {
  it.each([
    ['--b\r\n\r\n1\r\n--b--', ['1']],
    ['\r\n--b\r\n\r\n1\r\n--b--', ['1']],
    ['before\r\n--b\r\n\r\n1\r\n--b--', ['1']],
    ['x--b\r\n\r\n0\r\n--b\r\n\r\n1\r\n--b--', ['1']],
    ['--bx\r\n\r\n0\r\n--b\r\n\r\n1\r\n--b--', ['1']],
    ['--b-\r\n\r\n0\r\n--b\r\n\r\n1\r\n--b--', ['1']],
    ['\n--b\r\n\r\n0\r\n--b\r\n\r\n1\r\n--b--', ['1']],
    ['--b\r\n\r\n1\r\n--b\r\n\r\n2\r\n--b--\r\n\r\n--b\r\n\r\n3\r\n--b--', ['1', '2']],
    ['--b\r\n\r\n1\r\n--b \t \r\n\r\n2\r\n--b--', ['1', '2']],
    [`--b\r\n\r\n1\r\n--b${' '.repeat(64)}\r\n\r\n2\r\n--b--`, ['1', '2']],
    [`--b\r\n\r\n1\r\n--b${' '.repeat(65)}\r\n\r\n2\r\n--b--`, [`1\r\n--b${' '.repeat(65)}\r\n\r\n2`]],
  ])('is a line of its own: %j', (text, expected) => {
    expect(bodies(text)).toEqual(expected)
  })

  it.each([
    '\r--b\r\n',
    '\n--b\r\n',
    '\r\n-b\r\n',
    '\r\n--c\r\n',
    '\r\n--bx\r\n',
    '\r\n--bx\n',
    '\r\n--b-\r\n',
    '\r\n--b -\r\n',
    '\r\n--b\rx',
    '\r\n--b \n',
  ])('is not what the content %j begins with', (content) => {
    expect(bodies(`--b\r\n\r\n${content}\r\n--b--`)).toEqual([content])
  })

  it.each(['a', 'a\r\n--b', '--b', '--b\r\n\r\n1\r\n--b', '--b\r\n\r\n1\r\n--b-'])(
    'must come before the end, not as in %j',
    (text) => {
      expect(read(text)).toMatchObject({ frames: [], error: { code: 'ERR_FRAME_TRUNCATED' } })
    },
  )
})

it.each(['error', 'skip'] as const)('drops a preamble and an epilogue of any length, oversize %j', (oversize) => {
  const codec = multipart({ boundary: 'b', maxFrameLength: 138, oversize })
  const long = `${'x'.repeat(200)}--b\r\n\r\nno`
  const stream = ascii(`${long}\r\n--b\r\n\r\nyes\r\n--b--${long}`)
  for (const size of [1, 7, 64, stream.length]) {
    const chunks = Array.from({ length: Math.ceil(stream.length / size) }, (_, index) =>
      stream.slice(index * size, (index + 1) * size),
    )
    expect(outcomeOf(codec, chunks)).toEqual({ frames: [{ headers: [], body: ascii('yes') }], skipped: [] })
  }
})

describe('headers', () => {
  it.each<[text: string, headers: MultipartPart['headers'], body: string]>([
    [
      'A: b\r\nC:d \r\n\r\nx',
      [
        ['A', 'b'],
        ['C', 'd'],
      ],
      'x',
    ],
    ['A:\t b: c\r\n\r\n', [['A', 'b: c']], ''],
    ['A: b\r\n c\r\n\td\r\n\r\nx', [['A', 'b c d']], 'x'],
    ['A: é\r\n\r\nx', [['A', 'é']], 'x'],
    ['A: b\r\n\r\n\r\n\r\nx', [['A', 'b']], '\r\n\r\nx'],
    ['A: b\r\n', [['A', 'b']], ''],
    ['\r\nA: b', [], 'A: b'],
  ])('of %j are read', (text, headers, body) => {
    const bytes = Buffer.from(`--b\r\n${text}\r\n--b--`)
    expect(outcomeOf(multipart({ boundary: 'b' }), [new Uint8Array(bytes)]).frames).toEqual([
      { headers, body: ascii(body) },
    ])
  })

  it.each(['A\r\n\r\nx', ':b\r\n\r\nx', 'A: b\r\nc\r\n\r\nx', 'A: \xff\r\n\r\nx'])('are not those of %j', (text) => {
    expect(read(`--b\r\n${text}\r\n--b--`)).toMatchObject({ error: { code: 'ERR_FRAME_CORRUPT', offset: 5 } })
  })
})

it.each(['--bx\r\nA: b\r\n\r\nno', '--bx--', '--b-', '--b x', ''])(
  'takes %j at the beginning for a preamble',
  (preamble) => {
    const stream = ascii(`${preamble}\r\n--b\r\n\r\nyes\r\n--b--`)
    const frames = [{ headers: [], body: ascii('yes') }]
    for (const size of [1, 2, 5, stream.length]) {
      expect(outcomeOf(multipart({ boundary: 'b' }), inPieces(stream, size))).toEqual({ frames, skipped: [] })
    }
  },
)

it('drops a preamble longer than the limit', () => {
  const stream = joined([new Uint8Array(1000).fill(97), ascii('\r\n--b\r\n\r\nyes\r\n--b--')])
  for (const oversize of ['error', 'skip'] as const) {
    const codec = multipart({ boundary: 'b', maxFrameLength: 200, oversize })
    for (const size of [1, 64, stream.length]) {
      expect(outcomeOf(codec, inPieces(stream, size))).toEqual({
        frames: [{ headers: [], body: ascii('yes') }],
        skipped: [],
      })
    }
  }
})

function inPieces(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.slice(index * size, (index + 1) * size),
  )
}

it.each(['', 'a'.repeat(71), 'a ', 'a\r\n'])('refuses the boundary %j', (boundary) => {
  expect(() => multipart({ boundary })).toThrow(RangeError)
})

it.each(['A: b\n', 'A: b\nC: d', 'A: b\rC: d', 'A: b\0', 'A\n: b', '\rA: b', 'A: b\r\n c\nd'])(
  'a header must not be %j, which others would read as another one',
  (header) => {
    expect(read(`--b\r\n${header}\r\n\r\n1\r\n--b--`)).toMatchObject({
      frames: [],
      error: { code: 'ERR_FRAME_CORRUPT', offset: 5 },
    })
  },
)
