import fc from 'fast-check'
import { expect, it } from 'vitest'
import { multipart, type MultipartPart } from '../src/multipart.ts'
import { ascii, bytesOf, joined, testPreset } from './preset.ts'

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

it.each(['', 'a'.repeat(71), 'a ', 'a\r\n'])('refuses the boundary %j', (boundary) => {
  expect(() => multipart({ boundary })).toThrow(RangeError)
})
